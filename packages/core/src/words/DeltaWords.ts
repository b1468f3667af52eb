import type { Delta, FieldsDelta, ListDelta } from "../document/Delta.js"
import { isNotes } from "../document/Identity.js"
import { isFields, isScalar, isWordSet, type Json, type JsonList } from "../document/Json.js"
import { describeForm } from "./describeForm.js"
import { describeItems } from "./describeItems.js"
import { describeNotes } from "./describeNotes.js"
import type { Phrases } from "./Phrases.js"
import {
  elementPlace,
  fieldPlace,
  humanise,
  inThing,
  isMeter,
  nounOf,
  type Place,
  placeName,
  rootPlace
} from "./Place.js"
import { showExact, showStep, showValue, valueLimit } from "./Show.js"
import { showField } from "./showField.js"
import { Words } from "./Words.js"

/**
 * A difference in words, one phrase per change: in words of music, or as paths with values for a document of
 * unknown shape. Never empty, at most some twenty phrases and a count of the rest; safe to print.
 */
export const wordsOf = (delta: Delta, music: boolean, say: Phrases): Words => {
  const words = new Words(say)
  describe(delta, rootPlace(music), "", words)
  return words.isEmpty && music ? wordsOf(delta, false, say) : words
}

/** Tells a difference at a place; `name` is the field that holds it. */
export const describe = (delta: Delta, place: Place, name: string, words: Words): void => {
  if (delta._tag === "Fields") describeFields(delta, place, words)
  else if (delta._tag === "List") describeList(delta, place, name, words)
  else words.add((say) => stepPhrase(place, name, delta.before, delta.after, say))
}

const describeFields = (delta: FieldsDelta, place: Place, words: Words): void => {
  const told = place.music ? describeForm(delta, place, words) : new Set<string>()
  for (const change of delta.changes) {
    if (told.has(change.name)) continue
    const inner = fieldPlace(place, change.name, change._tag === "Changed" && change.delta._tag === "Fields")
    if (change._tag === "Changed") describe(change.delta, inner, change.name, words)
    else if (change._tag === "Added")
      words.add(
        (say) => `${placeName(inner, say)} ${say.added}${valueIn(change.after, change.name, place, say)}`
      )
    else
      words.add(
        (say) => `${placeName(inner, say)} ${say.removed}${valueIn(change.before, change.name, place, say)}`
      )
  }
}

const valueIn = (value: Json, name: string, place: Place, say: Phrases): string => {
  if (place.music && Array.isArray(value) && value.some(isFields))
    return ` (${say.count(value.length, nounOf(name))})`
  return place.music ? ` (${showField(value, name, place, say)})` : `: ${showExact(value)}`
}

/** `tempo 96 → 104`, `permutation off`; for paths `size: 3 → 4`. */
const stepPhrase = (place: Place, name: string, before: Json, after: Json, say: Phrases): string => {
  if (!place.music) return `${placeName(place, say)}: ${showStep(before, after, showExact, say)}`
  if (typeof before === "boolean" && typeof after === "boolean")
    return say.switched(placeName(place, say), after)
  const show = (value: Json) => showField(value, name, place, say)
  return `${placeName(place, say)} ${showStep(before, after, show, say)}`
}

const describeList = (delta: ListDelta, place: Place, name: string, words: Words): void => {
  const { before, after } = delta
  if (!place.music) describeElements(delta, place, words)
  else if (isMeter(name) && before.length === 2 && after.length === 2)
    words.add((say) => stepPhrase(place, name, before, after, say))
  else if (before.every(isScalar) && after.every(isScalar)) describeValues(delta, place, name, words)
  else if (isNotes(before) && isNotes(after)) describeNotes(delta, place, name, words)
  else describeItems(delta, place, name, words, (inner, at, field) => describe(inner, at, field, words))
}

/** Lists of plain values: words that came and went, or the whole list while it is short. */
const describeValues = (delta: ListDelta, place: Place, name: string, words: Words): void => {
  const { before, after } = delta
  if (!isWordSet(before) || !isWordSet(after)) {
    describeSeries(delta, place, words)
    return
  }
  const [was, is] = [new Set(before), new Set(after)]
  const one = nounOf(name)
  const mark = one === humanise(name) ? ":" : ""
  const told = (value: Json, verb: "added" | "removed") => (say: Phrases) =>
    `${say.noun(1, one)}${mark} ${showValue(value, say)} ${say[verb]}${inThing(place, say)}`
  for (const value of before) if (!is.has(value)) words.add(told(value, "removed"))
  for (const value of after) if (!was.has(value)) words.add(told(value, "added"))
  if (was.size === is.size && before.every((value) => is.has(value)))
    words.add((say) => `${placeName(place, say)} ${say.reordered}`)
}

const describeSeries = (delta: ListDelta, place: Place, words: Words): void => {
  const { before, after } = delta
  const short = Math.max(before.length, after.length) <= valueLimit / 3
  words.add((say) => {
    const [was, is] = short ? [showValue(before, say), showValue(after, say)] : ["", ""]
    return was === is
      ? `${placeName(place, say)}: ${countChanges(delta, "value", say)}`
      : `${placeName(place, say)} ${was} → ${is}`
  })
}

const countChanges = ({ added, removed, changed, moved }: ListDelta, noun: string, say: Phrases): string =>
  [
    added.length > 0 ? `${say.count(added.length, noun)} ${say.added}` : "",
    removed.length > 0 ? `${say.count(removed.length, noun)} ${say.removed}` : "",
    changed.size > 0 ? `${say.count(changed.size, noun)} ${say.changed}` : "",
    moved.length > 0 ? say.movedBy(say.count(moved.length, noun), "", false) : ""
  ]
    .filter((part) => part !== "")
    .join(", ")

/** Up to this many elements that came or went are shown one by one. */
const fewElements = 5

/** Elements of a list in a document of unknown shape, by index. */
const describeElements = (delta: ListDelta, place: Place, words: Words): void => {
  const { before, after, added, removed, moved, changed } = delta
  for (const [index, inner] of changed)
    describe(
      inner,
      elementPlace(place, index, () => ""),
      "",
      words
    )
  const each = (indices: ReadonlyArray<number>, list: JsonList, verb: "added" | "removed") => {
    if (indices.length > fewElements)
      words.add((say) => `${placeName(place, say)}: ${say.count(indices.length, "element")} ${say[verb]}`)
    else
      for (const index of indices)
        words.add((say) => {
          const at = elementPlace(place, index, () => "")
          return `${placeName(at, say)} ${say[verb]}: ${showExact(list[index] ?? null)}`
        })
  }
  each(removed, before, "removed")
  each(added, after, "added")
  if (moved.length > 0)
    words.add(
      (say) => `${placeName(place, say)}: ${say.movedBy(say.count(moved.length, "element"), "", false)}`
    )
}
