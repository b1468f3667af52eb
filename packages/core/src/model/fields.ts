/**
 * How a field of a decoded model lives in a column. Decoding is lenient, because an app's rows are what they are;
 * encoding keeps the stored bytes of every column whose meaning did not change, and every column it does not know.
 */
import { InvalidInput } from "../errors/WhiteRoomError.js"
import { parseTime } from "../song-file/parseTime.js"
import { type Cell, type Row, Text, text } from "./Entity.js"

export interface FieldCodec<A> {
  readonly decode: (cell: Cell) => A | undefined
  readonly encode: (value: A, field: string) => Cell
}

const stringOf = (cell: Cell): string | undefined => {
  if (cell === null) return undefined
  if (cell instanceof Uint8Array) return Text.ofBytes(cell).toString()
  return String(cell)
}

export const textField: FieldCodec<string> = {
  decode: stringOf,
  encode: (value, field) => {
    if (!value.isWellFormed())
      throw new InvalidInput({ field, reason: "it holds half a surrogate pair, which no file can store" })
    return text(value)
  }
}

export const realField: FieldCodec<number> = {
  decode: (cell) => {
    const value = Number(stringOf(cell) ?? Number.NaN)
    return Number.isNaN(value) ? undefined : value
  },
  encode: (value, field) => {
    if (!Number.isFinite(value)) throw new InvalidInput({ field, reason: "it must be a finite number" })
    return value
  }
}

export const integerField: FieldCodec<number> = {
  decode: realField.decode,
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
    return stored === undefined ? undefined : (parseTime(stored) ?? new Date(Number.NaN))
  },
  encode: (value, field) => {
    if (Number.isNaN(value.getTime())) throw new InvalidInput({ field, reason: "it is no valid time" })
    return text(value.toISOString())
  }
}

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

/** The cell for a field: the stored one while its meaning is the same, so that bytes survive a round trip. */
export const encodeField = <A>(
  codec: FieldCodec<A>,
  field: string,
  column: string,
  value: A | undefined,
  current: Row | undefined
): Cell => {
  const stored = current?.get(column)
  if (stored === undefined) return value === undefined ? null : codec.encode(value, field)
  if (JSON.stringify(codec.decode(stored)) === JSON.stringify(value)) return stored
  return value === undefined ? null : codec.encode(value, field)
}
