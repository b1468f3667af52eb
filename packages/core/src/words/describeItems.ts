import type { Delta, FieldsDelta, ListDelta } from "../document/Delta.js"
import { barFieldOf, barsFieldOf, nameOfItem, noteFields, timeFieldOf } from "../document/Identity.js"
import {
  fieldOf,
  isFields,
  isList,
  isScalar,
  type Json,
  type JsonFields,
  type JsonList
} from "../document/Json.js"
import {
  elementPlace,
  humanise,
  inThing,
  labelOf,
  labelsOf,
  momentOf,
  nounOf,
  type Place,
  placeName,
  showMoment,
  showSpan,
  traitOf
} from "./Place.js"
import { count, cutText, showNumber, showText, showValue } from "./Show.js"
import type { Words } from "./Words.js"

/** Tells a difference inside an element. */
export type Tell = (delta: Delta, place: Place, name: string) => void

/** Up to this many elements that came or went are named. */
const fewItems = 8

/** Tracks, layers, sections, pulse streams, tempos, and whatever else comes in lists, by what they are called. */
export const describeItems = (
  delta: ListDelta,
  place: Place,
  name: string,
  words: Words,
  tell: Tell
): void => {
  const noun = nounOf(name)
  const where = inThing(place)
  const shifts: Array<Shift> = []
  describeComings(delta.removed, delta.before, "removed", noun, where, words)
  describeComings(delta.added, delta.after, "added", noun, where, words)
  const labels = { before: labelsOf(delta.before, noun), after: labelsOf(delta.after, noun) }
  for (const [index, inner] of delta.changed) {
    const from = delta.source[index] ?? 0
    const at = elementPlace(place, index, () => labels.after(index))
    const named = () => `${labels.before(from)}${where}`
    const rest = inner._tag === "Fields" ? describeKnown(inner, { noun, where, named }, shifts, words) : inner
    if (rest) tell(rest, at, name)
  }
  describeShifts(shifts, noun, words)
  describeOrder(delta, shifts, labels.after, place, words)
}

const describeComings = (
  indices: ReadonlyArray<number>,
  list: JsonList,
  verb: string,
  noun: string,
  where: string,
  words: Words
): void => {
  if (indices.length > fewItems) {
    words.add(() => `${count(indices.length, noun)} ${verb}${where}`)
    return
  }
  for (const index of indices) words.add(() => comingPhrase(list[index] ?? null, index, verb, noun, where))
}

const comingPhrase = (item: Json, index: number, verb: string, noun: string, where: string): string => {
  if (!isFields(item)) return `${noun} ${showValue(item)} ${verb}${where}`
  const moment = momentOf(item)
  const at = moment === undefined ? "" : ` at ${moment}`
  const head = headlineOf(item)
  if (head !== undefined) return `${noun} ${head} ${verb}${at}${where}`
  return `${labelOf(item, index, noun)} ${verb}${at}${where}${sizeOf(item)}`
}

/** How much came or went: the notes of a track, the bars of a section, the fields of a nameless thing. */
const sizeOf = (item: JsonFields): string => {
  const notes = fieldOf(item, "notes")
  if (isList(notes)) return ` (${count(notes.length, "note")})`
  const bars = barsFieldOf(item)
  if (bars !== undefined) return ` (${showValue(fieldOf(item, bars) ?? null)} bars)`
  if (nameOfItem(item) !== undefined || traitOf(item) !== "") return ""
  const fields = Object.keys(item).filter((name) => isScalar(fieldOf(item, name)))
  if (fields.length === 0) return ""
  return ` (${cutText(
    fields
      .slice(0, 4)
      .map((name) => `${humanise(name)} ${showValue(fieldOf(item, name) ?? null)}`)
      .join(", ")
  )})`
}

/** The one value that an entry of a tempo or meter map is about. */
const headlineOf = (item: Json): string | undefined => {
  if (!isFields(item) || noteFields(item) || timeFieldOf(item) === undefined) return undefined
  const value = (name: string) => fieldOf(item, name)
  const tempo = value("bpm") ?? value("tempo")
  if (typeof tempo === "number") return showNumber(tempo)
  const [upper, lower] = [value("numerator"), value("denominator")]
  return typeof upper === "number" && typeof lower === "number" ? `${upper}/${lower}` : undefined
}

interface Shift {
  readonly label: string
  readonly field: string
  readonly from: number
  readonly to: number
}

/** Tells what has words of its own (a new name, place, length, tempo) and returns the rest. */
const describeKnown = (
  delta: FieldsDelta,
  item: { readonly noun: string; readonly where: string; readonly named: () => string },
  shifts: Array<Shift>,
  words: Words
): FieldsDelta | undefined => {
  const told = new Set<string>()
  const { before, after } = delta
  const head = { before: headlineOf(before), after: headlineOf(after) }
  const isHead = head.before !== undefined && head.after !== undefined
  if (isHead && head.before !== head.after) {
    for (const name of ["bpm", "tempo", "numerator", "denominator"]) told.add(name)
    words.add(() => `${item.noun}${placeInTime(before)} ${head.before} → ${head.after}${item.where}`)
  }
  const bar = barFieldOf(before) ?? timeFieldOf(before)
  const [from, to] = bar === undefined ? [] : [fieldOf(before, bar), fieldOf(after, bar)]
  if (bar !== undefined && typeof from === "number" && typeof to === "number" && from !== to) {
    told.add(bar)
    const label = isHead ? `${item.noun} ${head.after}` : nameOr(before, item.noun, item.named)
    shifts.push({ label: label + (isHead ? item.where : ""), field: bar, from, to })
  }
  const bars = barsFieldOf(before)
  const [was, is] = bars === undefined ? [] : [fieldOf(before, bars), fieldOf(after, bars)]
  if (bars !== undefined && typeof was === "number" && typeof is === "number" && was !== is) {
    told.add(bars)
    words.add(() => `${item.named()} length ${showNumber(was)} → ${showNumber(is)} bars`)
  }
  if (typeof fieldOf(after, "name") === "string" && delta.changes.some(({ name }) => name === "name")) {
    told.add("name")
    words.add(() => `${item.named()} renamed ${showText(nameOfItem(after) ?? "")}`)
  }
  const changes = delta.changes.filter(({ name }) => !told.has(name))
  return changes.length === 0 ? undefined : { ...delta, changes }
}

/** A name alone: what moved is not named by its place. */
const nameOr = (item: JsonFields, noun: string, named: () => string): string =>
  nameOfItem(item) === undefined ? named() : labelOf(item, 0, noun)

/** The first tempo is the tempo; later ones are named by their place. */
const placeInTime = (item: JsonFields): string => {
  const field = barFieldOf(item) ?? timeFieldOf(item)
  const value = field === undefined ? 0 : fieldOf(item, field)
  return field === undefined || typeof value !== "number" || value === 0
    ? ""
    : ` at ${showMoment(field, value)}`
}

/** Things that moved together are told together: what stands behind an insertion. */
const describeShifts = (shifts: ReadonlyArray<Shift>, noun: string, words: Words): void => {
  const groups = new Map<number, Array<Shift>>()
  for (const shift of shifts) {
    const by = Math.round((shift.to - shift.from) * 1e6) / 1e6
    const group = groups.get(by)
    if (group) group.push(shift)
    else groups.set(by, [shift])
  }
  for (const [by, group] of groups) {
    if (group.length >= 3)
      words.add(
        () =>
          `${count(group.length, noun)} moved ${showSpan(group[0]?.field ?? "", Math.abs(by))} ${by > 0 ? "later" : "earlier"}`
      )
    else
      for (const { label, field, from, to } of group)
        words.add(
          () =>
            `${label} moved from ${showMoment(field, from)} to ${showMoment(field, to).replace(/^(?:bar|tick|beat) /, "")}`
        )
  }
}

/** A new order, where no new place has told it already. */
const describeOrder = (
  delta: ListDelta,
  shifts: ReadonlyArray<Shift>,
  label: (index: number) => string,
  place: Place,
  words: Words
): void => {
  if (delta.moved.length === 0 || shifts.length > 0) return
  if (delta.moved.length > 3) words.add(() => `${placeName(place)} reordered`)
  else
    for (const index of delta.moved)
      words.add(
        () =>
          `${label(index)} moved from place ${(delta.source[index] ?? 0) + 1} to ${index + 1}${inThing(place)}`
      )
}
