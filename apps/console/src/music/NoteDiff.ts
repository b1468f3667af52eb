/** Which notes two versions have in common: a note is the same where track, pitch, time, length and loudness are. */
import type { Music, Note } from "./Music.js"

export type Side = "same" | "then" | "now"

export interface PlacedNote extends Note {
  readonly track: number
  readonly side: Side
}

export interface NoteDiff {
  readonly tracks: ReadonlyArray<string>
  /** By their beginning. */
  readonly notes: ReadonlyArray<PlacedNote>
}

/** Names of tracks, each once: the second of a name is another track than the first. */
const keysOf = ({ tracks }: Music): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return tracks.map(({ name, channel }) => {
    const key = name === "" ? `${channel + 1}` : name
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return times === 1 ? key : `${key} (${times})`
  })
}

const keyOf = ({ pitch, start, length, velocity }: Note): string =>
  `${pitch},${start.toFixed(3)},${length.toFixed(3)},${velocity.toFixed(2)}`

export const diffNotes = (before: Music, after: Music): NoteDiff => {
  const [was, is] = [keysOf(before), keysOf(after)]
  const tracks = [...new Set([...is, ...was])]
  const notes: Array<PlacedNote> = []
  tracks.forEach((name, track) => {
    const old = before.tracks[was.indexOf(name)]?.notes ?? []
    const left = new Map<string, number>()
    for (const note of old) left.set(keyOf(note), (left.get(keyOf(note)) ?? 0) + 1)
    for (const note of after.tracks[is.indexOf(name)]?.notes ?? []) {
      const key = keyOf(note)
      const times = left.get(key) ?? 0
      if (times > 0) left.set(key, times - 1)
      notes.push({ ...note, track, side: times > 0 ? "same" : "now" })
    }
    for (const note of old) {
      const times = left.get(keyOf(note)) ?? 0
      if (times === 0) continue
      left.set(keyOf(note), times - 1)
      notes.push({ ...note, track, side: "then" })
    }
  })
  return { tracks, notes: notes.sort((a, b) => a.start - b.start) }
}
