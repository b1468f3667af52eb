/** Where in a document something changed, as a person would name it. */
import { barFieldOf, nameOfItem, noteFields, timeFieldOf } from "../document/Identity.js"
import { fieldOf, isFields, type Json, type JsonFields, type JsonList } from "../document/Json.js"
import type { Phrases } from "./Phrases.js"
import { cutText, showNumber, showPitch } from "./Show.js"

/** A text that is made when somebody reads it. */
export type InLanguage = (say: Phrases) => string

/**
 * In a song: the thing (`track Lead`) and the field in it (`rhythm density`). In a document of unknown shape: the
 * path (`rooms[3].size`).
 */
export interface Place {
  readonly music: boolean
  readonly thing: InLanguage
  readonly field: InLanguage
}

const nothing = () => ""

export const rootPlace = (music: boolean): Place => ({ music, thing: nothing, field: nothing })

/** Whether it is in the document itself and not in a thing of it. */
export const isTop = ({ thing }: Place): boolean => thing === nothing

/** Wrappers that say nothing to a musician. */
const wrappers = new Set(["session_model", "ensemble_model", "sessionModel", "metadata", "transport"])

/** A field of a place; `inside` tells that something in it is meant, not the field as a whole. */
export const fieldPlace = (place: Place, name: string, inside: boolean): Place => {
  const { field } = place
  if (!place.music) return { ...place, field: (say) => pathStep(field(say), name) }
  if (inside && wrappers.has(name)) return place
  return { ...place, field: (say) => join([field(say), say.name(humanise(name))], say) }
}

/** An element of a list, by what `label` calls it, or by its index where the document is of unknown shape. */
export const elementPlace = (place: Place, index: number, label: InLanguage): Place =>
  place.music
    ? { ...place, thing: (say) => label(say) + ofThing(place, say), field: nothing }
    : { ...place, field: (say) => `${place.field(say)}[${index}]` }

const join = (parts: ReadonlyArray<string>, say: Phrases): string =>
  parts.filter((part) => part !== "").join(say.joint)

export const placeName = (place: Place, say: Phrases): string => {
  const name = join([place.thing(say), place.field(say)], say)
  if (name === "") return say.name("document")
  return name.length <= 120 ? name : `…${cutText(name.slice(-119), 120)}`
}

/** ` in track Lead`, or nothing at the top of the document. */
export const inThing = (place: Place, say: Phrases): string => (isTop(place) ? "" : say.in(place.thing(say)))

const ofThing = (place: Place, say: Phrases): string => (isTop(place) ? "" : say.of(place.thing(say)))

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
export const labelOf = (item: Json, index: number, noun: string, say: Phrases): string => {
  const name = nameOfItem(item)
  return `${say.noun(1, noun)} ${name === undefined ? `${index + 1}${traitOf(item, say)}` : cutText(name, 40)}`
}

/** Labels for the elements of a list: a name that occurs twice gets its bar or number. */
export const labelsOf = (list: JsonList, noun: string): ((index: number, say: Phrases) => string) => {
  let repeated: ReadonlySet<string> | undefined
  return (index, say) => {
    const item = list[index] ?? null
    repeated ??= repeatedNames(list)
    const which = repeated.has(nameOfItem(item) ?? "") ? whichOf(item, index, say) : ""
    return labelOf(item, index, noun, say) + which
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

const whichOf = (item: Json, index: number, say: Phrases): string => {
  const bar = isFields(item) ? barFieldOf(item) : undefined
  return isFields(item) && bar !== undefined
    ? say.at(`${say.noun(1, "bar")} ${fieldOf(item, bar)}`)
    : say.which(index + 1)
}

/** What tells a nameless element from others: its sound, instrument, or period. */
export const traitOf = (item: Json, say: Phrases): string => {
  if (!isFields(item)) return ""
  const note = noteFields(item)
  if (note)
    return ` (${showPitch(Number(fieldOf(item, note.pitch)), say)}${say.at(`${momentOf(item, say)}`)})`
  const instrument = fieldOf(item, "instrument")
  if (typeof instrument === "string" && instrument.trim() !== "") return ` (${cutText(instrument, 40)})`
  const period = fieldOf(item, "period")
  if (typeof period === "number") return ` (${say.name("period")} ${showNumber(period, say)})`
  return ""
}

/** `bar 9`, `tick 960`, `1.5 s`: where on the time line an element stands. */
export const momentOf = (item: JsonFields, say: Phrases): string | undefined => {
  const field = barFieldOf(item) ?? timeFieldOf(item)
  const value = field === undefined ? undefined : fieldOf(item, field)
  return field === undefined || typeof value !== "number" ? undefined : showMoment(field, value, say)
}

const unitOf = (field: string): string | undefined => /bar|tick|beat/i.exec(field)?.[0]?.toLowerCase()

export const showMoment = (field: string, value: number, say: Phrases): string => {
  const unit = unitOf(field)
  return `${unit === undefined ? "" : `${say.noun(1, unit)} `}${showBareMoment(field, value, say)}`
}

/** A moment whose unit was said just now. */
export const showBareMoment = (field: string, value: number, say: Phrases): string => {
  const isSeconds = unitOf(field) === undefined && /time|onset/i.test(field)
  return `${showNumber(value, say)}${isSeconds ? " s" : ""}`
}

/** A stretch of the time line: `8 bars`, `480 ticks`, `0.5 s`. */
export const showSpan = (field: string, amount: number, say: Phrases): string => {
  const unit = unitOf(field)
  return unit === undefined
    ? showMoment(field, amount, say)
    : `${showNumber(amount, say)} ${say.noun(amount, unit)}`
}

export const isMeter = (name: string): boolean => /^(?:time_?signature|meter)$/i.test(name)
