/**
 * The notes, tracks and sections of a document, whatever its shape: a list whose elements all have a pitch and a time is a
 * track. Never throws; what is not JSON, or holds no notes, has none.
 */

export interface Note {
  /** MIDI pitch, 60 is C4. */
  readonly pitch: number
  /** Seconds from the beginning. */
  readonly start: number
  /** Seconds. */
  readonly length: number
  /** 0 to 1. */
  readonly velocity: number
}

interface Track {
  readonly name: string
  readonly channel: number
  readonly instrument: string
  readonly notes: ReadonlyArray<Note>
}

export interface Section {
  readonly name: string
  /** The first bar, counted from 1. */
  readonly bar: number
  readonly bars: number
}

export interface Music {
  readonly tracks: ReadonlyArray<Track>
  readonly sections: ReadonlyArray<Section>
  /** Seconds that a bar lasts, by the first tempo and meter. */
  readonly barLength: number
  readonly bars: number
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const numberIn = (fields: Fields, names: ReadonlyArray<string>): readonly [string, number] | undefined => {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (typeof value === "number" && Number.isFinite(value)) return [name, value]
  }
  return undefined
}

const textIn = (fields: Fields, names: ReadonlyArray<string>): string => {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (typeof value === "string" && value.trim() !== "") return value
  }
  return ""
}

const pitchNames = ["midi", "pitch", "note", "noteNumber", "note_number"]
const timeNames = ["time", "start", "startTime", "start_time", "onset", "beat", "ticks", "tick", "position"]
const lengthNames = ["duration", "length"]

/** What is drawn and played of one document; more would be no picture any more. */
const mostNotes = 100_000
const deepest = 12

/** Seconds of one unit of a field that holds a time. */
const unitOf = (field: string, beat: number): number =>
  /tick/.test(field) ? beat / 480 : field === "beat" ? beat : 1

const isNote = (item: unknown): item is Fields =>
  isFields(item) && numberIn(item, pitchNames) !== undefined && numberIn(item, timeNames) !== undefined

const noteOf = (item: Fields, beat: number): Note => {
  const [field, time] = numberIn(item, timeNames) ?? ["time", 0]
  const unit = unitOf(field, beat)
  const velocity = numberIn(item, ["velocity"])?.[1] ?? 0.8
  return {
    pitch: Math.min(127, Math.max(0, numberIn(item, pitchNames)?.[1] ?? 60)),
    start: Math.max(0, time * unit),
    length: Math.max(0.02, (numberIn(item, lengthNames)?.[1] ?? 0.25) * unit),
    velocity: Math.min(1, Math.max(0, velocity > 1 ? velocity / 127 : velocity))
  }
}

/** The first field of a name, anywhere in the document but inside lists. */
const findField = (value: unknown, names: ReadonlyArray<string>, depth = 0): unknown => {
  if (!isFields(value) || depth > 4) return undefined
  for (const name of names) if (Object.hasOwn(value, name)) return value[name]
  for (const inner of Object.values(value)) {
    const found = findField(inner, names, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

const beatOf = (value: unknown): number => {
  const tempos = findField(value, ["tempos"])
  const first = Array.isArray(tempos) && isFields(tempos[0]) ? numberIn(tempos[0], ["bpm"])?.[1] : undefined
  const tempo = findField(value, ["tempo", "bpm"])
  const bpm = first ?? (typeof tempo === "number" ? tempo : 120)
  return 60 / Math.min(1000, Math.max(10, bpm))
}

const meterOf = (value: unknown): number => {
  const meter = findField(value, ["time_signature", "timeSignature"])
  if (Array.isArray(meter) && typeof meter[0] === "number" && typeof meter[1] === "number")
    return meter[1] > 0 && meter[0] > 0 ? (meter[0] * 4) / meter[1] : 4
  return 4
}

const sectionsOf = (value: unknown): ReadonlyArray<Section> => {
  const form = findField(value, ["form"])
  const sections = findField(form, ["sections"]) ?? findField(value, ["sections"])
  if (Array.isArray(sections))
    return sections.filter(isFields).map((each, index) => ({
      name: textIn(each, ["name", "title", "label", "type"]) || String(index + 1),
      bar: numberIn(each, ["start_bar", "startBar", "bar"])?.[1] ?? 1,
      bars: numberIn(each, ["bars", "duration_bars", "durationBars", "length_bars"])?.[1] ?? 1
    }))
  const structure = findField(form, ["structure"])
  const types = findField(form, ["section_types"])
  if (!Array.isArray(structure)) return []
  let bar = 1
  return structure.slice(0, 200).map((bars, index) => {
    const length = typeof bars === "number" && bars > 0 ? bars : 1
    const type = Array.isArray(types) ? types[index] : undefined
    const section = { name: typeof type === "string" ? type : String(index + 1), bar, bars: length }
    bar += length
    return section
  })
}

const tracksOf = (root: unknown, beat: number): ReadonlyArray<Track> => {
  const tracks: Array<Track> = []
  let room = mostNotes
  const walk = (value: unknown, holder: Fields | undefined, field: string, depth: number): void => {
    if (depth > deepest || room <= 0) return
    if (Array.isArray(value)) {
      if (value.length > 0 && value.every(isNote)) {
        const notes = value.slice(0, room).map((item: Fields) => noteOf(item, beat))
        room -= notes.length
        const instrument = holder === undefined ? "" : textIn(holder, ["instrument"])
        tracks.push({
          name:
            (holder === undefined ? "" : textIn(holder, ["name", "title", "label"])) || instrument || field,
          channel: (holder === undefined ? undefined : numberIn(holder, ["channel"])?.[1]) ?? 0,
          instrument,
          notes: notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch)
        })
      } else for (const item of value) if (isFields(item)) walk(item, undefined, field, depth + 1)
    } else if (isFields(value))
      for (const [name, inner] of Object.entries(value)) walk(inner, value, name, depth + 1)
  }
  walk(root, undefined, "", 0)
  return tracks
}

/** What a document sounds like, as far as it says it in notes. */
export const musicOf = (document: string): Music => {
  let value: unknown
  try {
    value = JSON.parse(document.replace(/^\ufeff/, ""))
  } catch {
    value = undefined
  }
  const beat = beatOf(value)
  const barLength = beat * meterOf(value)
  const tracks = tracksOf(value, beat)
  const sections = sectionsOf(value)
  let end = 0
  for (const { notes } of tracks) for (const { start, length } of notes) end = Math.max(end, start + length)
  const lastBar = sections.reduce((last, { bar, bars }) => Math.max(last, bar + bars - 1), 1)
  const bars = Math.max(lastBar, Math.ceil(end / barLength - 1e-6), 1)
  return { tracks, sections, barLength, bars }
}
