import type { Delta, ListDelta } from "../document/Delta.js"
import { noteFields } from "../document/Identity.js"
import { fieldOf, isFields, isScalar, type Json, type JsonList } from "../document/Json.js"
import type { Phrases } from "./Phrases.js"
import { humanise, inThing, nounOf, type Place, placeName, showMoment, showSpan } from "./Place.js"
import { showNumber, showPitch, showStep, showValue } from "./Show.js"
import type { Words } from "./Words.js"

interface NoteChange {
  readonly before: Json
  readonly after: Json
  /** What changed besides pitch and time. */
  readonly fields: ReadonlyArray<string>
}

/**
 * `12 notes added in track Lead`, `5 notes moved 0.5 s later in track Lead`, `3 notes transposed up 2 semitones`,
 * `24 notes changed (velocity)`; a single note is named by pitch and time.
 */
export const describeNotes = (delta: ListDelta, place: Place, name: string, words: Words): void => {
  const noun = nounOf(name)
  const told = (indices: ReadonlyArray<number>, list: JsonList, verb: "added" | "removed") => {
    const [only] = indices
    if (only === undefined) return
    words.add((say) => {
      const where = inThing(place, say)
      return indices.length === 1
        ? `${say.noun(1, noun)} ${nameOfNote(list[only], say)} ${say[verb]}${momentPhrase(list[only], say)}${where}`
        : `${say.count(indices.length, noun)} ${say[verb]}${where}`
    })
  }
  told(delta.added, delta.after, "added")
  told(delta.removed, delta.before, "removed")
  const { moved, transposed, other } = sortChanges(delta)
  if (moved.length > 0) words.add((say) => movedPhrase(moved, noun, say) + inThing(place, say))
  if (transposed.length > 0) words.add((say) => transposedPhrase(transposed, noun, say) + inThing(place, say))
  if (other.length > 0) words.add((say) => otherPhrase(other, noun, say) + inThing(place, say))
  if (delta.added.length + delta.removed.length + delta.changed.size === 0)
    words.add((say) => `${placeName(place, say)} ${say.reordered}`)
}

const partOf = (note: Json | undefined, part: "pitch" | "time"): number => {
  const field = noteFields(note)?.[part]
  const value = isFields(note) && field !== undefined ? fieldOf(note, field) : undefined
  return typeof value === "number" ? value : Number.NaN
}

const nameOfNote = (note: Json | undefined, say: Phrases): string => showPitch(partOf(note, "pitch"), say)

const timeOf = (note: Json | undefined, say: Phrases): string =>
  showMoment(noteFields(note)?.time ?? "time", partOf(note, "time"), say)

const momentPhrase = (note: Json | undefined, say: Phrases): string => say.at(timeOf(note, say))

const sortChanges = (delta: ListDelta) => {
  const moved: Array<NoteChange> = []
  const transposed: Array<NoteChange> = []
  const other: Array<NoteChange> = []
  for (const [index, inner] of delta.changed) {
    const before = delta.before[delta.source[index] ?? 0] ?? null
    const after = delta.after[index] ?? null
    const change = { before, after, fields: otherFields(inner, after) }
    if (partOf(before, "time") !== partOf(after, "time")) moved.push(change)
    if (partOf(before, "pitch") !== partOf(after, "pitch")) transposed.push(change)
    if (change.fields.length > 0) other.push(change)
  }
  return { moved, transposed, other }
}

const otherFields = (delta: Delta, note: Json): ReadonlyArray<string> => {
  const known = noteFields(note)
  const names = delta._tag === "Fields" ? delta.changes.map(({ name }) => name) : []
  return names.filter((name) => name !== known?.pitch && name !== known?.time)
}

/** The step that all notes made alike, rounded to a microsecond; `undefined` when they differ. */
const commonStep = (changes: ReadonlyArray<NoteChange>, part: "pitch" | "time"): number | undefined => {
  const steps = new Set(
    changes.map(({ before, after }) => Math.round((partOf(after, part) - partOf(before, part)) * 1e6))
  )
  const [step] = steps
  return steps.size === 1 && step !== undefined && Number.isFinite(step) ? step / 1e6 : undefined
}

const movedPhrase = (changes: ReadonlyArray<NoteChange>, noun: string, say: Phrases): string => {
  const [first] = changes
  if (first && changes.length === 1)
    return say.moved(
      `${say.noun(1, noun)} ${nameOfNote(first.after, say)}`,
      timeOf(first.before, say),
      timeOf(first.after, say)
    )
  const step = commonStep(changes, "time")
  const field = noteFields(first?.after)?.time ?? "time"
  const by = step === undefined || step === 0 ? "" : showSpan(field, Math.abs(step), say)
  return say.movedBy(say.count(changes.length, noun), by, (step ?? 0) > 0)
}

const transposedPhrase = (changes: ReadonlyArray<NoteChange>, noun: string, say: Phrases): string => {
  const [first] = changes
  if (first && changes.length === 1)
    return (
      say.changedTo(`${say.noun(1, noun)} ${nameOfNote(first.before, say)}`, nameOfNote(first.after, say)) +
      momentPhrase(first.after, say)
    )
  const step = commonStep(changes, "pitch")
  if (step === undefined) return say.changedPitch(say.count(changes.length, noun))
  const size = `${showNumber(Math.abs(step), say)} ${say.noun(Math.abs(step), "semitone")}`
  return say.transposed(say.count(changes.length, noun), size, step > 0)
}

const otherPhrase = (changes: ReadonlyArray<NoteChange>, noun: string, say: Phrases): string => {
  const fields = new Set(changes.flatMap((change) => change.fields))
  const [first] = changes
  const [field] = fields
  if (first && changes.length === 1 && field !== undefined && fields.size === 1) {
    const [was, is] = [first.before, first.after].map((note) =>
      isFields(note) ? fieldOf(note, field) : undefined
    )
    const label =
      `${say.noun(1, noun)} ${nameOfNote(first.after, say)}${momentPhrase(first.after, say)}` +
      `${say.joint}${say.name(humanise(field))}`
    if (was !== undefined && is !== undefined && isScalar(was))
      return `${label} ${showStep(was, is, (value) => showValue(value, say), say)}`
    return `${label} ${say[was === undefined ? "added" : is === undefined ? "removed" : "changed"]}`
  }
  const names = [...fields]
    .slice(0, 4)
    .map((field) => say.name(humanise(field)))
    .join(", ")
  return `${say.count(changes.length, noun)} ${say.changed}${names === "" ? "" : ` (${names})`}`
}
