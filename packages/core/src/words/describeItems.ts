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
import { english } from "./english.js"
import type { Phrases } from "./Phrases.js"
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
  showBareMoment,
  showMoment,
  showSpan,
  traitOf
} from "./Place.js"
import { cutText, showNumber, showText, showValue } from "./Show.js"
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
  const shifts: Array<Shift> = []
  describeComings(delta.removed, delta.before, "removed", noun, place, words)
  describeComings(delta.added, delta.after, "added", noun, place, words)
  const labels = { before: labelsOf(delta.before, noun), after: labelsOf(delta.after, noun) }
  for (const [index, inner] of delta.changed) {
    const from = delta.source[index] ?? 0
    const at = elementPlace(place, index, (say) => labels.after(index, say))
    const named = (say: Phrases) => labels.before(from, say) + inThing(place, say)
    const rest = inner._tag === "Fields" ? describeKnown(inner, { noun, place, named }, shifts, words) : inner
    if (rest) tell(rest, at, name)
  }
  describeShifts(shifts, noun, words)
  describeOrder(delta, shifts, labels.after, place, words)
}

const describeComings = (
  indices: ReadonlyArray<number>,
  list: JsonList,
  verb: "added" | "removed",
  noun: string,
  place: Place,
  words: Words
): void => {
  const told = (say: Phrases) => say[verb]
  if (indices.length > fewItems) {
    words.add((say) => `${say.count(indices.length, noun)} ${told(say)}${inThing(place, say)}`)
    return
  }
  for (const index of indices)
    words.add((say) => comingPhrase(list[index] ?? null, index, noun, say, told(say), inThing(place, say)))
}

const comingPhrase = (
  item: Json,
  index: number,
  noun: string,
  say: Phrases,
  told: string,
  where: string
): string => {
  if (!isFields(item)) return `${say.noun(1, noun)} ${showValue(item, say)} ${told}${where}`
  const moment = momentOf(item, say)
  const at = moment === undefined ? "" : say.at(moment)
  const head = headlineOf(item, say)
  if (head !== undefined) return `${say.noun(1, noun)} ${head} ${told}${at}${where}`
  return `${labelOf(item, index, noun, say)} ${told}${at}${where}${sizeOf(item, say)}`
}

/** How much came or went: the notes of a track, the bars of a section, the fields of a nameless thing. */
const sizeOf = (item: JsonFields, say: Phrases): string => {
  const notes = fieldOf(item, "notes")
  if (isList(notes)) return ` (${say.count(notes.length, "note")})`
  const bars = barsFieldOf(item)
  if (bars !== undefined) return ` (${say.bars(showValue(fieldOf(item, bars) ?? null, say))})`
  if (nameOfItem(item) !== undefined || traitOf(item, say) !== "") return ""
  const fields = Object.keys(item).filter((name) => isScalar(fieldOf(item, name)))
  if (fields.length === 0) return ""
  return ` (${cutText(
    fields
      .slice(0, 4)
      .map((name) => `${say.name(humanise(name))} ${showValue(fieldOf(item, name) ?? null, say)}`)
      .join(", ")
  )})`
}

/** The one value that an entry of a tempo or meter map is about. */
const headlineOf = (item: Json, say: Phrases): string | undefined => {
  if (!isFields(item) || noteFields(item) || timeFieldOf(item) === undefined) return undefined
  const value = (name: string) => fieldOf(item, name)
  const tempo = value("bpm") ?? value("tempo")
  if (typeof tempo === "number") return showNumber(tempo, say)
  const [upper, lower] = [value("numerator"), value("denominator")]
  return typeof upper === "number" && typeof lower === "number" ? `${upper}/${lower}` : undefined
}

interface Shift {
  readonly label: (say: Phrases) => string
  readonly field: string
  readonly from: number
  readonly to: number
}

/** Tells what has words of its own (a new name, place, length, tempo) and returns the rest. */
const describeKnown = (
  delta: FieldsDelta,
  item: { readonly noun: string; readonly place: Place; readonly named: (say: Phrases) => string },
  shifts: Array<Shift>,
  words: Words
): FieldsDelta | undefined => {
  const told = new Set<string>()
  const { before, after } = delta
  const head = { before: headlineOf(before, english), after: headlineOf(after, english) }
  const isHead = head.before !== undefined && head.after !== undefined
  if (isHead && head.before !== head.after) {
    for (const name of ["bpm", "tempo", "numerator", "denominator"]) told.add(name)
    words.add((say) => {
      const step = `${headlineOf(before, say)} → ${headlineOf(after, say)}`
      return `${say.noun(1, item.noun)}${placeInTime(before, say)} ${step}${inThing(item.place, say)}`
    })
  }
  const bar = barFieldOf(before) ?? timeFieldOf(before)
  const [from, to] = bar === undefined ? [] : [fieldOf(before, bar), fieldOf(after, bar)]
  if (bar !== undefined && typeof from === "number" && typeof to === "number" && from !== to) {
    told.add(bar)
    const label = (say: Phrases) =>
      isHead
        ? `${say.noun(1, item.noun)} ${headlineOf(after, say)}${inThing(item.place, say)}`
        : nameOr(before, item.noun, item.named, say)
    shifts.push({ label, field: bar, from, to })
  }
  const bars = barsFieldOf(before)
  const [was, is] = bars === undefined ? [] : [fieldOf(before, bars), fieldOf(after, bars)]
  if (bars !== undefined && typeof was === "number" && typeof is === "number" && was !== is) {
    told.add(bars)
    words.add((say) => say.length(item.named(say), showNumber(was, say), showNumber(is, say)))
  }
  if (typeof fieldOf(after, "name") === "string" && delta.changes.some(({ name }) => name === "name")) {
    told.add("name")
    words.add((say) => say.renamed(item.named(say), showText(nameOfItem(after) ?? "", say)))
  }
  const changes = delta.changes.filter(({ name }) => !told.has(name))
  return changes.length === 0 ? undefined : { ...delta, changes }
}

/** A name alone: what moved is not named by its place. */
const nameOr = (item: JsonFields, noun: string, named: (say: Phrases) => string, say: Phrases): string =>
  nameOfItem(item) === undefined ? named(say) : labelOf(item, 0, noun, say)

/** The first tempo is the tempo; later ones are named by their place. */
const placeInTime = (item: JsonFields, say: Phrases): string => {
  const field = barFieldOf(item) ?? timeFieldOf(item)
  const value = field === undefined ? 0 : fieldOf(item, field)
  return field === undefined || typeof value !== "number" || value === 0
    ? ""
    : say.at(showMoment(field, value, say))
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
      words.add((say) =>
        say.movedBy(say.count(group.length, noun), showSpan(group[0]?.field ?? "", Math.abs(by), say), by > 0)
      )
    else
      for (const { label, field, from, to } of group)
        words.add((say) =>
          say.moved(label(say), showMoment(field, from, say), showBareMoment(field, to, say))
        )
  }
}

/** A new order, where no new place has told it already. */
const describeOrder = (
  delta: ListDelta,
  shifts: ReadonlyArray<Shift>,
  label: (index: number, say: Phrases) => string,
  place: Place,
  words: Words
): void => {
  if (delta.moved.length === 0 || shifts.length > 0) return
  if (delta.moved.length > 3) words.add((say) => `${placeName(place, say)} ${say.reordered}`)
  else
    for (const index of delta.moved)
      words.add((say) => {
        const from = (delta.source[index] ?? 0) + 1
        return say.movedPlace(label(index, say), from, index + 1) + inThing(place, say)
      })
}
