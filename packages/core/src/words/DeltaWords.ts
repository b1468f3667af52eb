import type { Delta, FieldsDelta, ListDelta } from "../document/Delta.js"
import { isNotes } from "../document/Identity.js"
import { isFields, isScalar, isWordSet, type Json, type JsonList } from "../document/Json.js"
import { describeForm } from "./describeForm.js"
import { describeItems } from "./describeItems.js"
import { describeNotes } from "./describeNotes.js"
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
import { count, showStep, showValue, valueLimit } from "./Show.js"
import { showField } from "./showField.js"
import { Words } from "./Words.js"

/**
 * A difference in words, one phrase per change: in words of music, or as paths with values for a document of
 * unknown shape. Never empty, at most some twenty phrases and a count of the rest; safe to print.
 */
export const wordsOf = (delta: Delta, music: boolean): Words => {
  const words = new Words()
  describe(delta, rootPlace(music), "", words)
  return words.isEmpty && music ? wordsOf(delta, false) : words
}

/** Tells a difference at a place; `name` is the field that holds it. */
export const describe = (delta: Delta, place: Place, name: string, words: Words): void => {
  if (delta._tag === "Fields") describeFields(delta, place, words)
  else if (delta._tag === "List") describeList(delta, place, name, words)
  else words.add(() => stepPhrase(place, name, delta.before, delta.after))
}

const describeFields = (delta: FieldsDelta, place: Place, words: Words): void => {
  const told = place.music ? describeForm(delta, place, words) : new Set<string>()
  for (const change of delta.changes) {
    if (told.has(change.name)) continue
    const inner = fieldPlace(place, change.name, change._tag === "Changed" && change.delta._tag === "Fields")
    if (change._tag === "Changed") describe(change.delta, inner, change.name, words)
    else if (change._tag === "Added")
      words.add(() => `${placeName(inner)} added${valueIn(change.after, change.name, place)}`)
    else words.add(() => `${placeName(inner)} removed${valueIn(change.before, change.name, place)}`)
  }
}

const valueIn = (value: Json, name: string, place: Place): string => {
  if (place.music && Array.isArray(value) && value.some(isFields))
    return ` (${count(value.length, nounOf(name))})`
  return place.music ? ` (${showField(value, name, place)})` : `: ${showValue(value, true)}`
}

/** `tempo 96 → 104`, `permutation off`; for paths `size: 3 → 4`. */
const stepPhrase = (place: Place, name: string, before: Json, after: Json): string => {
  if (!place.music)
    return `${placeName(place)}: ${showStep(before, after, (value) => showValue(value, true))}`
  if (typeof before === "boolean" && typeof after === "boolean")
    return `${placeName(place).replace(/ (?:is )?enabled$/, "")} ${after ? "on" : "off"}`
  return `${placeName(place)} ${showStep(before, after, (value) => showField(value, name, place))}`
}

const describeList = (delta: ListDelta, place: Place, name: string, words: Words): void => {
  const { before, after } = delta
  if (!place.music) describeElements(delta, place, words)
  else if (isMeter(name) && before.length === 2 && after.length === 2)
    words.add(() => stepPhrase(place, name, before, after))
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
  const label = one === humanise(name) ? `${one}:` : one
  const told = (value: Json, verb: string) => () => `${label} ${showValue(value)} ${verb}${inThing(place)}`
  for (const value of before) if (!is.has(value)) words.add(told(value, "removed"))
  for (const value of after) if (!was.has(value)) words.add(told(value, "added"))
  if (was.size === is.size && before.every((value) => is.has(value)))
    words.add(() => `${placeName(place)} reordered`)
}

const describeSeries = (delta: ListDelta, place: Place, words: Words): void => {
  const { before, after } = delta
  const short = Math.max(before.length, after.length) <= valueLimit / 3
  const [was, is] = short ? [showValue(before), showValue(after)] : ["", ""]
  if (was !== is) words.add(() => `${placeName(place)} ${was} → ${is}`)
  else words.add(() => `${placeName(place)}: ${countChanges(delta, "value")}`)
}

const countChanges = (delta: ListDelta, noun: string): string => {
  const parts = [
    delta.added.length > 0 ? `${count(delta.added.length, noun)} added` : "",
    delta.removed.length > 0 ? `${count(delta.removed.length, noun)} removed` : "",
    delta.changed.size > 0 ? `${count(delta.changed.size, noun)} changed` : "",
    delta.moved.length > 0 ? `${count(delta.moved.length, noun)} moved` : ""
  ]
  return parts.filter((part) => part !== "").join(", ")
}

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
  const each = (indices: ReadonlyArray<number>, list: JsonList, verb: string) => {
    if (indices.length > fewElements)
      words.add(() => `${placeName(place)}: ${count(indices.length, "element")} ${verb}`)
    else
      for (const index of indices)
        words.add(
          () =>
            `${placeName(elementPlace(place, index, () => ""))} ${verb}: ${showValue(list[index] ?? null, true)}`
        )
  }
  each(removed, before, "removed")
  each(added, after, "added")
  if (moved.length > 0) words.add(() => `${placeName(place)}: ${count(moved.length, "element")} moved`)
}
