/**
 * What makes an element of a list the same one in another version of it. White Room's lists carry few ids: notes
 * are known by pitch and time, tracks, layers and sections by name, pulse streams by period, tempos by their place.
 */
import { fieldOf, isFields, isScalar, type Json, type JsonFields, type JsonList, numberField } from "./Json.js"

const idNames = ["id", "uuid"]
const nameNames = ["name", "title", "label"]
const pitchNames = ["midi", "pitch", "note", "noteNumber", "note_number"]
const timeNames = ["time", "start", "startTime", "start_time", "ticks", "tick", "beat", "position", "onset"]
const lengthNames = ["duration", "length"]
const barNames = ["start_bar", "startBar", "bar"]
const barsNames = ["bars", "duration_bars", "durationBars", "length_bars"]

/** The fields that make a value a note. */
export interface NoteFields {
  readonly pitch: string
  readonly time: string
}

export const noteFields = (item: Json | undefined): NoteFields | undefined => {
  if (!isFields(item)) return undefined
  const pitch = numberField(item, pitchNames)
  const time = numberField(item, timeNames)
  return pitch === undefined || time === undefined ? undefined : { pitch, time }
}

/**
 * Whether the notes from `start` to `end` are one melody in both lists: the same pitches in the same order, or the
 * same times with all pitches one step up or down.
 */
export const isSameMelody = (before: JsonList, after: JsonList, start: number, end: number): boolean => {
  let isRetimed = true
  let step: number | undefined
  for (let index = start; index < end; index++) {
    const [was, is] = [valuesOfNote(before[index]), valuesOfNote(after[index])]
    if (was === undefined || is === undefined) return false
    step ??= is.pitch - was.pitch
    isRetimed &&= is.pitch === was.pitch
    if (!isRetimed && (is.time !== was.time || is.pitch - was.pitch !== step)) return false
  }
  return end - start > 1
}

const valuesOfNote = (item: Json | undefined): { readonly pitch: number; readonly time: number } | undefined => {
  const fields = noteFields(item)
  if (fields === undefined || !isFields(item)) return undefined
  return { pitch: Number(fieldOf(item, fields.pitch)), time: Number(fieldOf(item, fields.time)) }
}

/** The name that an element carries; blank names are none. */
export const nameOfItem = (item: Json | undefined): string | undefined => {
  if (!isFields(item)) return undefined
  const found = nameNames
    .map((name) => fieldOf(item, name))
    .find((name) => typeof name === "string" && name.trim() !== "")
  return typeof found === "string" ? found : undefined
}

export const timeFieldOf = (item: JsonFields): string | undefined => numberField(item, timeNames)
export const barFieldOf = (item: JsonFields): string | undefined => numberField(item, barNames)
export const barsFieldOf = (item: JsonFields): string | undefined => numberField(item, barsNames)

/** How many ways there are to know an element again; see `identityKeys`. */
export const identityLevels = 4

/** Two elements that share a key of one of these first levels are one, even where both sides have just added it. */
export const strictLevels = 2

/**
 * The keys under which an element may be found in another version, from the strictest to the most lenient: its id;
 * all that tells it from its neighbours (a note's pitch and time, a section's name and bar); then less: a note that
 * was moved or transposed, a name alone.
 */
export const identityKeys = (item: Json): ReadonlyArray<string | undefined> => {
  if (!isFields(item)) return []
  const value = (name: string | undefined) => (name === undefined ? undefined : fieldOf(item, name))
  const id = idNames.map(value).find((found) => typeof found === "string" || typeof found === "number")
  const idKey = id === undefined ? undefined : key("id", id)
  const time = value(timeFieldOf(item))
  const note = noteFields(item)
  if (note) {
    const pitch = value(note.pitch)
    const sound = [value(numberField(item, lengthNames)), value("velocity")]
    return [idKey, key("note", pitch, time), key("moved", pitch, ...sound), key("transposed", time, ...sound)]
  }
  const seat = [value("channel"), value("instrument")]
  const name = nameOfItem(item)
  if (name !== undefined)
    return [idKey, key("named", name, ...seat, value(barFieldOf(item)), time), key("name", name)]
  if (seat.some((part) => part !== undefined))
    return [idKey, key("seat", ...seat), key("channel", seat[0]), key("instrument", seat[1])]
  if (typeof value("period") === "number")
    return [idKey, key("pulse", value("period"), value("phase_offset")), key("period", value("period"))]
  const place = time ?? value(barFieldOf(item))
  return place === undefined ? [idKey] : [idKey, key("at", place)]
}

/** A key of scalars; a part that is no scalar is left open, since it cannot name anything. */
const key = (kind: string, ...parts: ReadonlyArray<Json | undefined>): string | undefined =>
  parts.every((part) => part === undefined)
    ? undefined
    : JSON.stringify([kind, ...parts.map((part) => (isScalar(part) ? part : null))])
