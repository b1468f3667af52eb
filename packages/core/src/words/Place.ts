/** Where in a document something changed, as a person would name it. */
import { barFieldOf, nameOfItem, noteFields, timeFieldOf } from "../document/Identity.js"
import { fieldOf, isFields, type Json, type JsonFields, type JsonList } from "../document/Json.js"
import { cutText, showNumber, showPitch } from "./Show.js"

/**
 * In a song: the thing (`track Lead`) and the field in it (`rhythm density`). In a document of unknown shape: the
 * path (`rooms[3].size`).
 */
export interface Place {
  readonly music: boolean
  readonly thing: () => string
  readonly field: string
}

const nothing = () => ""

export const rootPlace = (music: boolean): Place => ({ music, thing: nothing, field: "" })

/** Wrappers that say nothing to a musician. */
const wrappers = new Set(["session_model", "ensemble_model", "sessionModel", "metadata", "transport"])

/** A field of a place; `inside` tells that something in it is meant, not the field as a whole. */
export const fieldPlace = (place: Place, name: string, inside: boolean): Place => {
  if (!place.music) return { ...place, field: pathStep(place.field, name) }
  if (inside && wrappers.has(name)) return place
  return { ...place, field: place.field === "" ? humanise(name) : `${place.field} ${humanise(name)}` }
}

/** An element of a list, by what `label` calls it, or by its index where the document is of unknown shape. */
export const elementPlace = (place: Place, index: number, label: () => string): Place =>
  place.music
    ? { ...place, thing: () => `${label()}${ofThing(place)}`, field: "" }
    : { ...place, field: `${place.field}[${index}]` }

export const placeName = (place: Place): string => {
  const name = [place.thing(), place.field].filter((part) => part !== "").join(" ")
  if (name === "") return "document"
  return name.length <= 120 ? name : `…${cutText(name.slice(-119), 120)}`
}

/** ` in track Lead`, or nothing at the top of the document. */
export const inThing = (place: Place): string => (place.thing() === "" ? "" : ` in ${place.thing()}`)

const ofThing = (place: Place): string => (place.thing() === "" ? "" : ` of ${place.thing()}`)

const pathStep = (path: string, name: string): string => {
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) || name.length > 60) return `${path}["${cutText(name, 40)}"]`
  return path === "" ? name : `${path}.${name}`
}

/** `density_weight` and `densityWeight` are `density weight`. */
export const humanise = (name: string): string => {
  const words = name
    .slice(0, 60)
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/[_\s]+/g, " ")
    .trim()
    .toLowerCase()
  return words === "" ? `"${cutText(name, 40)}"` : (plainNames[words] ?? cutText(words, 40))
}

const plainNames: Readonly<Record<string, string>> = {
  "duration seconds": "duration",
  "determinism seed": "seed"
}

const shortNouns: Readonly<Record<string, string>> = { "primary pulse stream": "pulse stream" }

/** What one element of a list is called: `tracks` holds a `track`, `tempoMap` a `tempo`. */
export const nounOf = (listName: string): string => {
  const words = humanise(listName).replace(/ (?:map|list)$/, "")
  const noun = words.endsWith("ies")
    ? `${words.slice(0, -3)}y`
    : words.replace(/(?<=[sx]|ch|sh)es$/, "").replace(/(?<![su])s$/, "")
  return shortNouns[noun] ?? noun
}

/** `track Lead`, `track 2 (acoustic bass)`, `pulse stream 2 (period 5)`, `phase reset 3`. */
export const labelOf = (item: Json, index: number, noun: string): string => {
  const name = nameOfItem(item)
  return name === undefined ? `${noun} ${index + 1}${traitOf(item)}` : `${noun} ${cutText(name, 40)}`
}

/** Labels for the elements of a list: a name that occurs twice gets its bar or number. */
export const labelsOf = (list: JsonList, noun: string): ((index: number) => string) => {
  let repeated: ReadonlySet<string> | undefined
  return (index) => {
    const item = list[index] ?? null
    repeated ??= repeatedNames(list)
    return labelOf(item, index, noun) + (repeated.has(nameOfItem(item) ?? "") ? whichOf(item, index) : "")
  }
}

const repeatedNames = (list: JsonList): ReadonlySet<string> => {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const item of list) {
    const name = nameOfItem(item)
    if (name === undefined) continue
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return twice
}

const whichOf = (item: Json, index: number): string => {
  const bar = isFields(item) ? barFieldOf(item) : undefined
  return isFields(item) && bar !== undefined ? ` at bar ${fieldOf(item, bar)}` : ` (no. ${index + 1})`
}

/** What tells a nameless element from others: its sound, instrument, or period. */
export const traitOf = (item: Json): string => {
  if (!isFields(item)) return ""
  const note = noteFields(item)
  if (note) return ` (${showPitch(Number(fieldOf(item, note.pitch)))} at ${momentOf(item)})`
  const instrument = fieldOf(item, "instrument")
  if (typeof instrument === "string" && instrument.trim() !== "") return ` (${cutText(instrument, 40)})`
  const period = fieldOf(item, "period")
  if (typeof period === "number") return ` (period ${showNumber(period)})`
  return ""
}

/** `bar 9`, `tick 960`, `1.5 s`: where on the time line an element stands. */
export const momentOf = (item: JsonFields): string | undefined => {
  const field = barFieldOf(item) ?? timeFieldOf(item)
  const value = field === undefined ? undefined : fieldOf(item, field)
  return field === undefined || typeof value !== "number" ? undefined : showMoment(field, value)
}

const unitOf = (field: string): string | undefined => /bar|tick|beat/i.exec(field)?.[0]?.toLowerCase()

export const showMoment = (field: string, value: number): string => {
  const unit = unitOf(field)
  if (unit !== undefined) return `${unit} ${showNumber(value)}`
  return /time|onset/i.test(field) ? `${showNumber(value)} s` : showNumber(value)
}

/** A stretch of the time line: `8 bars`, `480 ticks`, `0.5 s`. */
export const showSpan = (field: string, amount: number): string => {
  const unit = unitOf(field)
  return unit === undefined
    ? showMoment(field, amount)
    : `${showNumber(amount)} ${unit}${amount === 1 ? "" : "s"}`
}

export const isMeter = (name: string): boolean => /^(?:time_?signature|meter)$/i.test(name)
