import { diffDocuments } from "@white-room/core"
import type { Item } from "./Item.js"

export interface Differences {
  /** One phrase per change, as `whiteroom diff` has them. */
  readonly words: ReadonlyArray<string>
  /** Only the spelling of the document is another. */
  readonly onlySpelling: boolean
}

const shown = (value: unknown): string =>
  value === undefined || value === "" ? "none" : typeof value === "string" ? value : JSON.stringify(value)

/** What is different in the second of two versions, in words. */
export const differencesOf = (then: Item, now: Item): Differences => {
  const words: Array<string> = []
  for (const name of Object.keys({ ...then.fields, ...now.fields })) {
    const [was, is] = [shown(then.fields[name]), shown(now.fields[name])]
    if (was !== is) words.push(`${name} ${was} → ${is}`)
  }
  const { same, words: inside } = diffDocuments(then.document, now.document)
  words.push(...inside)
  return { words, onlySpelling: words.length === 0 && same === "meaning" }
}
