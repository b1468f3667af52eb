/** What changed in a field beside the document. */
import { compare, freshScope } from "../document/Delta.js"
import { isScalar, type Json } from "../document/Json.js"
import { describe } from "../words/DeltaWords.js"
import { fieldWords } from "../words/fieldWords.js"
import { type LanguageTag, phrasesOf } from "../words/Language.js"
import { rootPlace } from "../words/Place.js"
import { showStep } from "../words/Show.js"
import { Words } from "../words/Words.js"

/** Tells a field of the model that differs; `undefined` is one that is not there. */
export const tellField = (
  field: string,
  before: Json | undefined,
  after: Json | undefined,
  words: Words
): void => {
  const { label, show } = fieldWords(field)
  if (before === undefined || after === undefined) {
    const [verb, value] =
      before === undefined ? (["added", after ?? null] as const) : (["removed", before] as const)
    words.add((say) => `${say.name(label)} ${say[verb]} (${show(value, say)})`)
  } else if (typeof before === "boolean" && typeof after === "boolean")
    words.add((say) => say.switched(say.name(label), after))
  else if (isScalar(before) || isScalar(after))
    words.add((say) => `${say.name(label)} ${showStep(before, after, (value) => show(value, say), say)}`)
  else {
    const delta = compare(before, after, freshScope())
    if (delta) describe(delta, { ...rootPlace(true), field: (say) => say.name(label) }, field, words)
  }
}

/**
 * What changed in a field of a song or a performance, as `diffRecords` tells it: one phrase per change, none where it means the
 * same. `undefined` is a value that is not there.
 *
 * @example
 * diffField("isFavorite", false, true) // ["favourite on"]
 */
export const diffField = (
  field: string,
  before: Json | undefined,
  after: Json | undefined,
  language?: LanguageTag
): ReadonlyArray<string> => {
  const words = new Words(phrasesOf(language))
  const isSame =
    before === undefined || after === undefined
      ? before === after
      : compare(before, after, freshScope()) === undefined
  if (!isSame) tellField(field, before, after, words)
  return words.list
}
