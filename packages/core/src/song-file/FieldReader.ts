/**
 * Reads fields of a JSON object that another program wrote. A field is named by its key, or as `metadata.title`
 * one level down; the first usable one of several names wins. A field that is there but not usable is passed over
 * and named in `warnings`, so that nothing is dropped in silence.
 */
import { andMore, BoundedList } from "../bounds/BoundedList.js"
import { bounds, shortened } from "../bounds/Bounds.js"
import { isWellFormed, toHex, utf8 } from "../codec/Bytes.js"
import { isJsonObject, type JsonObject, parseJsonField } from "../document/JsonText.js"
import { parseTime } from "../model/Time.js"

export class FieldReader {
  private readonly found = new BoundedList(andMore)

  constructor(private readonly object: JsonObject) {}

  /** What was there and could not be used. */
  get warnings(): ReadonlyArray<string> {
    return this.found.items
  }

  private find(name: string): unknown {
    const dot = name.indexOf(".")
    if (dot < 0) return this.object[name]
    const parent = this.object[name.slice(0, dot)]
    return isJsonObject(parent) ? parent[name.slice(dot + 1)] : undefined
  }

  private first<A>(names: ReadonlyArray<string>, what: string, accept: (value: unknown) => A | undefined) {
    for (const name of names) {
      const value = this.find(name)
      if (value === undefined || value === null) continue
      const accepted = accept(value)
      if (accepted !== undefined) return accepted
      this.found.add(`${name} is not ${what} and was left out`)
    }
    return undefined
  }

  /** A string as it is, with no rule at all. */
  raw(...names: ReadonlyArray<string>): string | undefined {
    const found = names.map((name) => this.find(name)).find((value) => typeof value === "string")
    return typeof found === "string" ? found : undefined
  }

  has(name: string): boolean {
    return this.find(name) !== undefined
  }

  hasObject(name: string): boolean {
    return isJsonObject(this.find(name))
  }

  /** A text with something in it; characters that UTF-8 or SQLite cannot carry become U+FFFD. */
  text(...names: ReadonlyArray<string>): string | undefined {
    return this.first(names, "a text", (value) =>
      typeof value === "string" && value.trim() !== "" ? storable(value) : undefined
    )
  }

  /** A finite number of zero or more. */
  amount(...names: ReadonlyArray<string>): number | undefined {
    return this.first(names, "a number of zero or more", (value) =>
      typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined
    )
  }

  time(...names: ReadonlyArray<string>): Date | undefined {
    return this.first(names, "a time", parseTime)
  }

  /** A boolean, or 0 or 1 as SQLite keeps it. */
  flag(...names: ReadonlyArray<string>): boolean | undefined {
    return this.first(names, "true or false", (value) =>
      value === true || value === 1 ? true : value === false || value === 0 ? false : undefined
    )
  }

  /** An id is never mended: two broken ids could become one. An integer is its digits. */
  id(...names: ReadonlyArray<string>): string | undefined {
    return this.first(names, "a usable id", (value) => {
      const id = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value
      return typeof id === "string" && isUsableId(id) ? id : undefined
    })
  }

  /** A text, or a number that JavaScript holds exactly, as text. */
  seed(...names: ReadonlyArray<string>): string | undefined {
    return this.first(names, "an exact seed", (value) => {
      if (typeof value === "string") return value === "" ? undefined : storable(value)
      if (typeof value !== "number" || !Number.isFinite(value)) return undefined
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value)
    })
  }

  /** An object, or JSON text of one, whose values are kept as text: strings as they are, others as their JSON. */
  textMap(...names: ReadonlyArray<string>): Record<string, string> | undefined {
    return this.first(names, "an object", (value) => {
      const object = typeof value === "string" ? parseJsonField(value) : value
      if (!isJsonObject(object)) return undefined
      return Object.fromEntries(
        Object.entries(object).map(([key, item]) => [
          storable(key),
          storable(typeof item === "string" ? item : JSON.stringify(item))
        ])
      )
    })
  }

  /** A list of texts, or JSON text of one; other items are left out. */
  textList(...names: ReadonlyArray<string>): Array<string> | undefined {
    return this.first(names, "a list", (value) => {
      const list = typeof value === "string" ? parseJsonField(value) : value
      if (!Array.isArray(list)) return undefined
      const texts = list.filter((item) => typeof item === "string" && item !== "")
      if (texts.length < list.length) this.found.add(`${names[0]}: items that are not texts were left out`)
      return texts.map(storable)
    })
  }

  /** Names the keys that a model has no place for. */
  warnOfOthers(known: ReadonlySet<string>, model: string): void {
    for (const key of Object.keys(this.object)) {
      if (!known.has(key))
        this.found.add(`${JSON.stringify(shortened(key))} has no place in a ${model} and was left out`)
    }
  }
}

/** True when SQLite keeps this text and the apps read it to its end: no lone surrogate, no NUL. */
export const isStorable = (text: string): boolean => isWellFormed(text) && !text.includes("\0")

/** The text with U+FFFD in place of each lone surrogate and NUL. */
export const storable = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, "\ufffd")

/** True within a limit in UTF-8 bytes. */
export const fits = (text: string, maxBytes: number): boolean =>
  text.length <= maxBytes && utf8(text).length <= maxBytes

const isUsableId = (id: string): boolean =>
  id.trim() !== "" && isWellFormed(id) && !/\p{Cc}/u.test(id) && fits(id, bounds.idLength)

/**
 * The id of a file that has none: a UUID (version 8) made of the first 16 bytes of the hash of its bytes. The same
 * bytes always get the same id and different bytes never share one, so importing again changes nothing and no
 * file can take another's place; an edited file without an id arrives as a new entity.
 */
export const derivedId = (bytes: Uint8Array, hash: (bytes: Uint8Array) => Uint8Array): string => {
  const digest = hash(bytes).slice(0, 16)
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = toHex(digest)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}
