/** What changed between two versions of a document. */
import { compare, freshScope } from "../document/Delta.js"
import { type Document, isMusic, parseDocument } from "../document/Document.js"
import type { Json } from "../document/Json.js"
import { type JsonPatch, patchOf } from "../document/JsonPatch.js"
import { wordsOf } from "../words/DeltaWords.js"
import { describeText } from "../words/describeText.js"
import { cutText, showStep } from "../words/Show.js"
import { Words } from "../words/Words.js"

/** `bytes`: nothing changed; `meaning`: only key order, white space, escapes or the spelling of numbers did. */
export type Sameness = "bytes" | "meaning" | "no"

export interface DocumentDiff {
  readonly same: Sameness
  /** One phrase per change, ready to print; empty exactly when both mean the same. */
  readonly words: ReadonlyArray<string>
  /**
   * RFC 6902: applied to `before`'s JSON it gives `after`'s JSON. `undefined` where one of them is not JSON, or
   * holds numbers that JavaScript would round.
   */
  readonly patch: JsonPatch | undefined
}

/**
 * Compares the contents of a song or performance, whatever they are. Elements of lists are known by what they are
 * (a note by its track, pitch and time; a track, layer or section by its name), not by where they stand. Documents
 * of unknown shape are compared as JSON, others as text. Never fails; time grows with the size of the documents
 * (400 KB in some 50 ms).
 */
export const diffDocuments = (before: string, after: string): DocumentDiff => {
  const { same, words, patch } = compareDocuments(before, after)
  return { same, words: words.list, patch }
}

export interface Comparison {
  readonly same: Sameness
  readonly words: Words
  readonly patch: JsonPatch | undefined
}

/** `diffDocuments`, with words that can be told among others. */
export const compareDocuments = (before: string, after: string): Comparison => {
  if (before === after) return { same: "bytes", words: new Words(), patch: [] }
  const [was, is] = [parseDocument(before), parseDocument(after)]
  return was && is ? compareJson(was, is) : changed(textPhrase(before, after, was, is))
}

const changed = (phrase: string): Comparison => {
  const words = new Words()
  words.add(() => phrase)
  return { same: "no", words, patch: undefined }
}

const compareJson = (before: Document, after: Document): Comparison => {
  const delta = compare(before.value, after.value, freshScope())
  const [was, is] = [before.inexact, after.inexact]
  const exact = was.length === 0 && is.length === 0
  if (delta) {
    const words = wordsOf(delta, isMusic(before.value) || isMusic(after.value))
    return { same: "no", words, patch: exact ? patchOf(delta) : undefined }
  }
  if (was.length === is.length && was.every((spelling, index) => spelling === is[index]))
    return { same: "meaning", words: new Words(), patch: exact ? [] : undefined }
  const steps = was.flatMap((old, index) =>
    old === is[index] ? [] : [showStep(old, is[index] ?? "", cutValue)]
  )
  return changed(
    steps.length === 0 ? "large numbers changed" : `large numbers changed: ${steps.slice(0, 3).join(", ")}`
  )
}

const cutValue = (value: Json): string => cutText(String(value), 40)

const textPhrase = (
  before: string,
  after: string,
  was: Document | undefined,
  is: Document | undefined
): string => {
  if (before === "") return is ? "document added" : "text added"
  if (after === "") return was ? "document removed, now empty" : "text removed, now empty"
  const change = describeText(before, after, freshScope().budget)
  if (was) return `no longer JSON: ${change}`
  return is ? `JSON now: ${change}` : change
}
