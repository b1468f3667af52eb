/** What changed between two versions of a document. */
import { compare, freshScope } from "../document/Delta.js"
import { type Document, isMusic, parseDocument } from "../document/Document.js"
import type { Json } from "../document/Json.js"
import { type JsonPatch, patchOf } from "../document/JsonPatch.js"
import { wordsOf } from "../words/DeltaWords.js"
import { describeText } from "../words/describeText.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import type { Phrases } from "../words/Phrases.js"
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
 * (400 KB in some 50 ms). The words are English unless `language` says otherwise.
 */
export const diffDocuments = (before: string, after: string, language?: LanguageTag): DocumentDiff => {
  const { same, words, patch } = compareDocuments(before, after, phrasesOf(language))
  return { same, words: words.list, patch }
}

export interface Comparison {
  readonly same: Sameness
  readonly words: Words
  readonly patch: JsonPatch | undefined
}

/** `diffDocuments`, with words that can be told among others. */
export const compareDocuments = (before: string, after: string, say: Phrases): Comparison => {
  if (before === after) return { same: "bytes", words: new Words(say), patch: [] }
  const [was, is] = [parseDocument(before), parseDocument(after)]
  return was && is ? compareJson(was, is, say) : changed(textPhrase(before, after, was, is, say), say)
}

const changed = (phrase: string, say: Phrases): Comparison => {
  const words = new Words(say)
  words.add(() => phrase)
  return { same: "no", words, patch: undefined }
}

const compareJson = (before: Document, after: Document, say: Phrases): Comparison => {
  const delta = compare(before.value, after.value, freshScope())
  const [was, is] = [before.inexact, after.inexact]
  const exact = was.length === 0 && is.length === 0
  if (delta) {
    const words = wordsOf(delta, isMusic(before.value) || isMusic(after.value), say)
    return { same: "no", words, patch: exact ? patchOf(delta) : undefined }
  }
  if (was.length === is.length && was.every((spelling, index) => spelling === is[index]))
    return { same: "meaning", words: new Words(say), patch: exact ? [] : undefined }
  const steps = was.flatMap((old, index) =>
    old === is[index] ? [] : [showStep(old, is[index] ?? "", cutValue, say)]
  )
  return changed(say.largeNumbers(steps.slice(0, 3).join(", ")), say)
}

const cutValue = (value: Json): string => cutText(String(value), 40)

const textPhrase = (
  before: string,
  after: string,
  was: Document | undefined,
  is: Document | undefined,
  say: Phrases
): string => {
  if (before === "") return `${say.name(is ? "document" : "text")} ${say.added}`
  if (after === "") return say.emptied(was ? "document" : "text")
  const change = describeText(before, after, freshScope().budget, say)
  if (was) return say.noLongerJson(change)
  return is ? say.nowJson(change) : change
}
