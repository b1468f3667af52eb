import { diffDocuments, diffField, type LanguageTag } from "@white-room/core"
import type { Item } from "./Item.js"

export interface Differences {
  /** One phrase per change, as `whiteroom diff` has them. */
  readonly words: ReadonlyArray<string>
  /** Only the spelling of the document is another. */
  readonly onlySpelling: boolean
}

/** What is different in the second of two versions, in words. */
export const differencesOf = (then: Item, now: Item, language: LanguageTag): Differences => {
  const fields = Object.keys({ ...then.fields, ...now.fields })
  const { same, words: inside } = diffDocuments(then.document, now.document, language)
  const words = [
    ...fields.flatMap((name) => diffField(name, then.fields[name], now.fields[name], language)),
    ...inside
  ]
  return { words, onlySpelling: words.length === 0 && same === "meaning" }
}
