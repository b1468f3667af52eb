/**
 * What makes an element of a list the same one in another version of it. White Room's lists carry few ids: notes
 * are known by pitch and time, tracks, layers and sections by name, pulse streams by period, tempos by their place.
 */
import {
  fieldOf,
  isFields,
  isScalar,
  type Json,
  type JsonFields,
  type JsonList,
  numberField
} from "./Json.js"

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

export const isNotes = (list: JsonList): boolean => list.every((item) => noteFields(item) !== undefined)

/**
 * Whether the notes from `start` to `end` are one melody in both lists: the same pitches in the same order, or the
 * same times with all pitches one step up or down.
 */
export const isSameMelody = (before: JsonList, after: JsonList, start: number, end: number): boolean => {
  let isRetimed = true
  let step: number | undefined
  for (let index = start; index < end; index++) {
    const [was, is] = [valuesOfNote(before[index]), valuesOfNote(after[index])]
    if (was === undefined || is === undefined || was.id !== is.id) return false
    step ??= is.pitch - was.pitch
    isRetimed &&= is.pitch === was.pitch
    if (!isRetimed && (is.time !== was.time || is.pitch - was.pitch !== step)) return false
  }
  return end - start > 1
}

const valuesOfNote = (item: Json | undefined) => {
  const fields = noteFields(item)
  if (fields === undefined || !isFields(item)) return undefined
  return {
    id: idKey(item),
    pitch: Number(fieldOf(item, fields.pitch)),
    time: Number(fieldOf(item, fields.time))
  }
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

/** How many ways there are to know an element again, see `identityKey`. */
export const identityLevels = 4

/** Two elements that share a key of one of these first levels are one, even where both sides have just added it. */
export const strictLevels = 2

/**
 * The key under which an element may be found in another version, from the strictest level to the most lenient: its
 * id, and nothing else where it has one; all that tells it from its neighbours (a note's pitch and time, a section's name and bar); then less: a note
 * that was moved, then one that was transposed; a name alone.
 */
export const identityKey = (item: Json, level: number): string | undefined => {
  if (!isFields(item)) return undefined
  const id = idKey(item)
  if (level === 0 || id !== undefined) return level === 0 ? id : undefined
  const note = noteFields(item)
  if (note) return noteKey(item, note, level)
  const name = nameOfItem(item)
  if (name !== undefined) return namedKey(item, name, level)
  return namelessKey(item, level)
}

/** Whether nothing but its place and likeness tells an element. */
export const isNameless = (item: Json): boolean => {
  for (let level = 0; level < identityLevels; level++)
    if (identityKey(item, level) !== undefined) return false
  return true
}

const optional = (item: JsonFields, name: string | undefined): Json | undefined =>
  name === undefined ? undefined : fieldOf(item, name)

const idKey = (item: JsonFields): string | undefined => {
  for (const name of idNames) {
    const id = fieldOf(item, name)
    if (typeof id === "string" || typeof id === "number") return key("id", id)
  }
  return undefined
}

const noteKey = (item: JsonFields, note: NoteFields, level: number): string | undefined => {
  const pitch = fieldOf(item, note.pitch)
  const time = fieldOf(item, note.time)
  if (level === 1) return key("note", pitch, time)
  const length = optional(item, numberField(item, lengthNames))
  return level === 2
    ? key("moved", pitch, length, fieldOf(item, "velocity"))
    : key("transposed", time, length, fieldOf(item, "velocity"))
}

const namedKey = (item: JsonFields, name: string, level: number): string | undefined => {
  if (level > 1) return level === 2 ? key("name", name) : undefined
  const place = optional(item, barFieldOf(item)) ?? optional(item, timeFieldOf(item))
  return key("named", name, place, fieldOf(item, "channel"), fieldOf(item, "instrument"))
}

const namelessKey = (item: JsonFields, level: number): string | undefined => {
  const [channel, instrument] = [fieldOf(item, "channel"), fieldOf(item, "instrument")]
  if (channel !== undefined || instrument !== undefined) {
    if (level === 1) return key("seat", channel, instrument)
    return level === 2 ? key("channel", channel) : key("instrument", instrument)
  }
  const period = fieldOf(item, "period")
  if (typeof period === "number")
    return level === 1
      ? key("pulse", period, fieldOf(item, "phase_offset"))
      : level === 2
        ? key("period", period)
        : undefined
  return level === 1
    ? key("at", optional(item, timeFieldOf(item)) ?? optional(item, barFieldOf(item)))
    : undefined
}

/** A key of scalars; a part that is not a scalar is left open, since it cannot name anything. */
const key = (kind: string, ...parts: ReadonlyArray<Json | undefined>): string | undefined => {
  let text = kind
  let isOpen = true
  for (const part of parts) {
    if (part !== undefined) isOpen = false
    text += `,${typeof part === "string" ? JSON.stringify(part) : isScalar(part) ? part : ""}`
  }
  return isOpen ? undefined : text
}
