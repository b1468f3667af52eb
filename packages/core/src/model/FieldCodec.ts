/**
 * How a field of a decoded model lives in a column. Decoding is lenient, because an app's rows are what they are;
 * encoding keeps the stored bytes of every column whose meaning did not change, and every column it does not know.
 */
import { isWellFormed } from "../codec/Bytes.js"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { type Cell, type Row, Text, text, textOfCell } from "./Entity.js"
import { parseTime, unknownTime } from "./Time.js"

export interface FieldCodec<A> {
  readonly decode: (cell: Cell) => A | undefined
  readonly encode: (value: A, field: string) => Cell
  /** The cell to have in place of a stored one, where that can be told without decoding it. */
  readonly replace?: (stored: Cell, value: A, field: string) => Cell | undefined
}

const stringOf = (cell: Cell): string | undefined => (cell === null ? undefined : textOfCell(cell))

const encodeText = (value: string, field: string): Cell => {
  if (!isWellFormed(value))
    throw new InvalidInput({ field, reason: "it holds half a surrogate pair, which no file can store" })
  return text(value)
}

export const textField: FieldCodec<string> = {
  decode: stringOf,
  encode: encodeText,
  // What ill-formed bytes are shown as has U+FFFD in it; any other text has the very bytes it is shown as.
  replace: (stored, value, field) =>
    stored instanceof Text && !value.includes("\ufffd") ? encodeText(value, field) : undefined
}

export const realField: FieldCodec<number> = {
  decode: (cell) => {
    const stored = stringOf(cell)
    if (stored === undefined || stored.trim() === "") return undefined
    const value = Number(stored)
    return Number.isFinite(value) ? value : undefined
  },
  encode: (value, field) => {
    if (!Number.isFinite(value)) throw new InvalidInput({ field, reason: "it must be a finite number" })
    // A REAL column has no negative zero: SQLite would store another value than the one logged.
    return value === 0 ? 0 : value
  },
  replace: (stored, value) => (stored === value ? stored : undefined)
}

export const integerField: FieldCodec<number> = {
  decode: (cell) => {
    const value = realField.decode(cell)
    return Number.isSafeInteger(value) ? value : undefined
  },
  encode: (value, field) => {
    if (!Number.isSafeInteger(value)) throw new InvalidInput({ field, reason: "it must be a whole number" })
    return BigInt(value)
  }
}

export const flagField: FieldCodec<boolean> = {
  decode: (cell) => {
    const value = realField.decode(cell)
    return value === undefined ? undefined : value !== 0
  },
  encode: (value) => (value ? 1n : 0n)
}

/** A stored time that cannot be read becomes an invalid Date, never another moment. */
export const timeField: FieldCodec<Date> = {
  decode: (cell) => {
    const stored = stringOf(cell)
    return stored === undefined ? undefined : (parseTime(stored) ?? unknownTime())
  },
  encode: (value, field) => {
    if (Number.isNaN(value.getTime())) throw new InvalidInput({ field, reason: "it is not a valid time" })
    const iso = value.toISOString()
    if (!/^\d{4}-/.test(iso)) throw new InvalidInput({ field, reason: "its year is not within 0000 to 9999" })
    return text(iso)
  },
  replace: (stored, value) =>
    stored instanceof Text && !Number.isNaN(value.getTime()) && stored.toString() === value.toISOString()
      ? stored
      : undefined
}

/** When the entity of a row was created; `undefined` where the row does not say. */
export const createdAtOf = (row: Row | undefined): Date | undefined =>
  timeField.decode(row?.get("created_at") ?? null)

/** A JSON document of a known shape; a stored document of another shape counts as absent. */
export const jsonField = <A>(is: (value: unknown) => value is A): FieldCodec<A> => ({
  decode: (cell) => {
    const stored = stringOf(cell)
    if (stored === undefined) return undefined
    try {
      const value: unknown = JSON.parse(stored)
      return is(value) ? value : undefined
    } catch {
      return undefined
    }
  },
  encode: (value, field) => textField.encode(JSON.stringify(value), field)
})

export const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

export const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === "string")

/** Sets one column of a row that is being made. `unset` is what the model shows for a cell that says nothing. */
export type SetField = <A>(
  codec: FieldCodec<A>,
  field: string,
  column: string,
  value: A | undefined,
  unset?: A
) => void

const sameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  // Two that are not times at all are alike.
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime())
  return typeof a !== "string" && JSON.stringify(a) === JSON.stringify(b)
}

/**
 * Makes a row out of `current`, the row as it is. A stored cell stays while the model shows the same value for it,
 * so that reading an entity and saving it changes nothing, whatever an app wrote there.
 */
export const buildRow = (current: Row | undefined, fill: (set: SetField) => void): Row => {
  const row = new Map<string, Cell>(current)
  fill((codec, field, column, value, unset) => {
    const stored = current?.get(column) ?? null
    const cell = stored === null || value === undefined ? undefined : codec.replace?.(stored, value, field)
    if (cell !== undefined) row.set(column, cell)
    else if (current === undefined || !sameValue(codec.decode(stored) ?? unset, value))
      row.set(column, value === undefined ? null : codec.encode(value, field))
  })
  return row
}

/** Refuses ids that could not be named again: empty, over 1,024 characters, or with a NUL. */
export const checkId = (id: string, field: string): string => {
  if (id === "") throw new InvalidInput({ field, reason: "it must not be empty" })
  if (id.length > 1024) throw new InvalidInput({ field, reason: "it is longer than 1,024 characters" })
  if (id.includes("\u0000")) throw new InvalidInput({ field, reason: "it must not hold a NUL character" })
  return id
}

/** Adds `{ [name]: value }` only when there is a value: optional fields are absent, not undefined. */
export const present = <K extends string, A>(name: K, value: A | undefined): { readonly [P in K]?: A } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: A })
