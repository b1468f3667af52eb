/** From JSON, as it is written, to the cell that the apps would store: what SQLite makes of it in a Phase 5 table. */
import { isWellFormed } from "../codec/Bytes.js"
import { parseJsonField } from "../document/JsonText.js"
import { compact, parseString } from "../document/RawJson.js"
import { type Cell, text } from "../model/Entity.js"
import { parseTime } from "../model/Time.js"
import type { Form } from "./Columns.js"

/** How times are spelled in rows: Node's ISO 8601 texts, or those of the iOS app's database (`YYYY-MM-DD HH:MM:SS.SSS`, UTC). */
export type TimeSpelling = "iso" | "ios"

/** A cell, and what had to be changed for it, as the rest of a sentence that begins with the field's name. */
export interface ReadCell {
  readonly cell: Cell
  readonly problem?: string
}

/** Half surrogate pairs become U+FFFD, as they do when the apps store them. */
const storedText = (value: string): ReadCell =>
  isWellFormed(value)
    ? { cell: text(value) }
    : { cell: text(value.toWellFormed()), problem: "holds half a surrogate pair, which became U+FFFD" }

const isNumber = (raw: string): boolean => /^[-\d]/.test(raw)
const isString = (raw: string): boolean => raw.startsWith('"')

/** SQLite's REAL has no negative zero in a column of reals. */
const real = (value: number): number => (value === 0 ? 0 : value)

const maxInteger = 2n ** 63n - 1n

/** What a column of integers makes of a number: an INTEGER where that loses nothing. */
const storedInteger = (raw: string): Cell => {
  if (/^-?\d{1,19}$/.test(raw)) {
    const exact = BigInt(raw)
    if (exact <= maxInteger && exact >= -maxInteger) return exact
  }
  const value = Number(raw)
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : value
}

/** Text that a column of numbers would turn into a number. */
const numeric = /^[\t\n\v\f\r ]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[\t\n\v\f\r ]*$/

const readNumber = (raw: string, store: (raw: string) => Cell, what: string): ReadCell => {
  if (isNumber(raw)) return { cell: store(raw) }
  const problem = `is not ${what}`
  if (raw === "true" || raw === "false") return { cell: store(raw === "true" ? "1" : "0"), problem }
  const value = isString(raw) ? parseString(raw) : compact(raw)
  return numeric.test(value) ? { cell: store(value.trim()), problem } : { ...storedText(value), problem }
}

const readFlag = (raw: string): ReadCell => {
  if (raw === "true") return { cell: 1n }
  if (raw === "false") return { cell: 0n }
  return { ...readNumber(raw, storedInteger, "true or false"), problem: "is not true or false" }
}

const isoShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/
const iosShape = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/

/** A moment as the rows of an app spell it. */
export const spellTime = (time: Date, spelling: TimeSpelling): string =>
  spelling === "iso" ? time.toISOString() : time.toISOString().slice(0, 23).replace("T", " ")

/** A time keeps its text where the library spells times so; otherwise it is spelled as we do, to the millisecond. */
const readTime = (raw: string, spelling: TimeSpelling): ReadCell => {
  const value: unknown = isString(raw) ? parseString(raw) : isNumber(raw) ? Number(raw) : raw
  const time = parseTime(value)
  if (time === undefined) return { ...storedText(String(value)), problem: "is not a time" }
  const kept = typeof value === "string" && (spelling === "iso" ? isoShape : iosShape).test(value)
  return { cell: text(kept ? value : spellTime(time, spelling)) }
}

const readDocument = (raw: string, open: string, what: string): ReadCell => {
  const read = isString(raw) ? storedText(parseString(raw)) : { cell: text(compact(raw)) }
  return raw.startsWith(open) ? read : { problem: `is not ${what}`, ...read }
}

/** The cell of a value of this form. `raw` is valid JSON; `null` is NULL. */
export const cellOfJson = (form: Form, raw: string, times: TimeSpelling): ReadCell => {
  if (raw === "null") return { cell: null }
  switch (form) {
    case "text":
      return isString(raw)
        ? storedText(parseString(raw))
        : { cell: text(compact(raw)), problem: "is not a text" }
    case "time":
      return readTime(raw, times)
    case "real":
      return readNumber(raw, (digits) => real(Number(digits)), "a number")
    case "integer":
      return readNumber(raw, storedInteger, "a number")
    case "flag":
      return readFlag(raw)
    case "list":
      return readDocument(raw, "[", "a list")
    case "map":
      return readDocument(raw, "{", "an object")
  }
}

/**
 * True for text that an extra column holds in place of the JSON it spells: a value that is not a text itself, or a text
 * that would otherwise be taken for one.
 */
export const standsForJson = (stored: string): boolean => {
  if (stored === "true" || stored === "false") return true
  if (!/^[[{"]/.test(stored) || compact(stored) !== stored) return false
  const value = parseInside(stored)
  return value !== undefined && (typeof value !== "string" || standsForJson(value))
}

/** The value of JSON that has its place a few levels deep inside other JSON; `undefined` when it is not JSON, or too deep. */
export const parseInside = (json: string): unknown => {
  const outer = parseJsonField(`[[[[${json}]]]]`)
  const value = Array.isArray(outer) ? outer[0]?.[0]?.[0]?.[0] : undefined
  return value
}

/**
 * The cell of a key that the tables do not know. Numbers and texts are kept as such, everything else as JSON text;
 * `jsonOfExtra` is the inverse.
 */
export const cellOfExtra = (raw: string): ReadCell => {
  if (raw === "null") return { cell: null }
  if (isNumber(raw)) {
    const integer = storedInteger(raw)
    if (typeof integer === "bigint" && String(integer) === raw) return { cell: integer }
    return { cell: Number(raw) }
  }
  if (!isString(raw)) return { cell: text(compact(raw)) }
  const value = parseString(raw)
  return standsForJson(value) ? { cell: text(compact(raw)) } : storedText(value)
}
