import { andMore, BoundedList } from "../bounds/BoundedList.js"
import { bounds, shortened } from "../bounds/Bounds.js"
import { fromUtf8 } from "../codec/Bytes.js"
import { membersOf } from "./RawJson.js"

/** A JSON object as others wrote it: nothing about its fields is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Why a file was not taken, as the rest of a sentence that begins with its name. */
export interface Rejected {
  readonly _tag: "Rejected"
  readonly reason: string
}

/** The exact text of a file and the object that it holds. */
export interface JsonFile {
  readonly _tag: "JsonFile"
  readonly text: string
  /** Of two members with one key the first, as in exchange files. */
  readonly object: JsonObject
  /** What was there and was not read, as the rest of a sentence that begins with the file's name. */
  readonly notRead: ReadonlyArray<string>
}

/** SQLite's own JSON functions stop at this depth, and so do most readers that recurse. */
const maxDepth = 1000

/** Small values swell some thirty times in memory: this keeps the worst file at a few hundred megabytes. */
const maxValues = 2_000_000

export const rejected = (reason: string): Rejected => ({ _tag: "Rejected", reason })

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * Reads a file that should hold one JSON object. `text` is the file byte for byte (a byte order mark and a last
 * newline included): its UTF-8 encoding gives the same bytes again. Never throws, never recurses, and refuses
 * what would take unreasonable memory before it is parsed.
 */
export const readJsonObject = (
  bytes: Uint8Array,
  maxBytes: number = bounds.entityFileBytes
): JsonFile | Rejected => {
  if (bytes.length > maxBytes) return rejected(`it is larger than ${maxBytes} bytes`)
  const text = fromUtf8(bytes)
  if (text === undefined) return rejected("it is not UTF-8 text")
  const json = text.startsWith("\ufeff") ? text.slice(1) : text
  if (json.trim() === "") return rejected("it is empty")
  const parsed = parseBounded(json)
  if (parsed._tag === "Rejected") return parsed
  if (isJsonObject(parsed.value)) return { _tag: "JsonFile", text, ...firstMembers(json, parsed.value) }
  return rejected(
    Array.isArray(parsed.value) ? "it holds a list, not one JSON object" : "it holds no JSON object"
  )
}

/** The members of an object that was parsed: parsing keeps the last of two with one key. */
const firstMembers = (json: string, object: JsonObject): Pick<JsonFile, "object" | "notRead"> => {
  const members = membersOf(json)
  if (members.length === Object.keys(object).length) return { object, notRead: [] }
  const raws = new Map<string, string>()
  const doubled = new Map<string, unknown>()
  for (const [key, raw] of members) {
    const first = raws.get(key)
    if (first === undefined) raws.set(key, raw)
    else if (!doubled.has(key)) doubled.set(key, JSON.parse(first))
  }
  const notRead = new BoundedList(andMore, 10)
  for (const key of doubled.keys())
    notRead.add(`${JSON.stringify(shortened(key))} is there twice; the first counts`)
  return { object: { ...object, ...Object.fromEntries(doubled) }, notRead: notRead.items }
}

/** The value of a small JSON text inside a field, or `undefined` when it is not JSON. */
export const parseJsonField = (text: string): unknown => {
  const parsed = parseBounded(text)
  return parsed._tag === "Rejected" ? undefined : parsed.value
}

/** The value of a JSON text that is not too deep and has not too many values. Never throws. */
export const parseBounded = (
  json: string
): { readonly _tag: "Parsed"; readonly value: unknown } | Rejected => {
  const excess = findExcess(json)
  if (excess !== undefined) return rejected(excess)
  try {
    return { _tag: "Parsed", value: JSON.parse(json) }
  } catch {
    return rejected("it is not valid JSON")
  }
}

/** Whether `sign` occurs at most `most` times. */
const isSeldom = (json: string, sign: string, most: number): boolean => {
  let at = -1
  for (let count = 0; count <= most; count++) {
    at = json.indexOf(sign, at + 1)
    if (at < 0) return true
  }
  return false
}

/** Text too short for too many values, with too few brackets to nest too deep: nearly all there is. */
const isModest = (json: string): boolean =>
  json.length <= maxValues && isSeldom(json, "{", maxDepth / 2) && isSeldom(json, "[", maxDepth / 2)

/** One pass over the text, strings skipped; on text that is not JSON the answer does not matter. */
const findExcess = (json: string): string | undefined => {
  if (isModest(json)) return undefined
  let depth = 0
  let values = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) {
      inString = true
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return `it is nested more than ${maxDepth} levels deep`
      values++
    } else if (code === 0x5d || code === 0x7d) {
      depth--
    } else if (code === 0x2c && ++values > maxValues) {
      return `it holds more than ${maxValues} values`
    }
  }
  return undefined
}
