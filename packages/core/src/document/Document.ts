import { isFields, type Json } from "./Json.js"
import { parseJsonField } from "./JsonText.js"

/** A document that is JSON. */
export interface Document {
  readonly text: string
  readonly value: Json
  /**
   * Numbers that JavaScript cannot hold (whole ones it would round, such as 64-bit seeds, and endless ones),
   * as they are spelled, sorted. A document with such numbers is compared, but never written again.
   */
  readonly inexact: ReadonlyArray<string>
}

const byteOrderMark = "\ufeff"

/**
 * The document in a text, or `undefined` when it is not JSON, nested more than 1,000 levels deep or of more than
 * 2,000,000 values. A byte order mark before it is allowed; of a name that occurs twice, the last counts.
 */
export const parseDocument = (text: string): Document | undefined => {
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text
  const value = parseJsonField(json)
  if (value === undefined) return undefined
  // `JSON.parse` gives nothing but JSON values.
  return { text, value: value as Json, inexact: inexactNumbers(json) }
}

const suspicious = /\d{16}|\d[eE]\+?\d{3}/
const number = /-?\d[\d.eE+-]*/y

/** One pass over text that is known to be JSON, strings skipped. */
const inexactNumbers = (json: string): ReadonlyArray<string> => {
  if (!suspicious.test(json)) return []
  const found: Array<string> = []
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === 0x22) inString = !inString
    else if (inString) i += code === 0x5c ? 1 : 0
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      number.lastIndex = i
      const spelling = number.exec(json)?.[0] ?? ""
      if (!isExact(spelling)) found.push(spelling)
      i += spelling.length - 1
    }
  }
  return found.sort()
}

/** Fractions are rounded by every reader, so their last digits are mere spelling. */
const isExact = (spelling: string): boolean => {
  const value = Number(spelling)
  if (!Number.isFinite(value)) return false
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(spelling) || BigInt(value).toString() === spelling
}

/** Writes a value in the manner of a text: its indentation, byte order mark and last newline. */
export const writeLike = (text: string, value: Json): string => {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ""
  const indent = /^\ufeff?\s*[[{]\r?\n([ \t]{1,8})\S/.exec(text)?.[1]
  const end = /\r?\n$/.exec(text)?.[0] ?? ""
  return mark + JSON.stringify(value, undefined, indent) + end
}

const musicNames = [
  "session_model",
  "ensemble_model",
  "tracks",
  "tempos",
  "tempo",
  "time_signature",
  "transport",
  "sections",
  "roles",
  "layers",
  "notes",
  "rhythm",
  "form",
  "orchestration"
]

/** Whether a document looks like a song or a performance, so that it can be spoken of in words of music. */
export const isMusic = (value: Json): boolean =>
  isFields(value) && musicNames.some((name) => Object.hasOwn(value, name))
