/** Notes are read from documents of any shape, and two versions are laid over each other. */
import { describe, expect, it } from "vitest"
import { type Music, musicOf } from "../src/music/Music.js"
import { diffNotes, type Side } from "../src/music/NoteDiff.js"
import { scale, songDocument } from "./support/Songs.js"

/** How many notes are the same, only then, only now. */
const counts = (before: Music, after: Music): ReadonlyArray<number> => {
  const { notes } = diffNotes(before, after)
  const sides: ReadonlyArray<Side> = ["same", "then", "now"]
  return sides.map((side) => notes.filter((note) => note.side === side).length)
}

describe("the notes of a document", () => {
  it("are those of its tracks, with bars and sections", () => {
    const music = musicOf(songDocument(scale(60, 16)))
    expect(music.tracks.map(({ name, channel, notes }) => [name, channel, notes.length])).toEqual([
      ["Lead", 0, 16],
      ["Bass", 1, 8]
    ])
    expect(music.barLength).toBe(2)
    expect(music.bars).toBe(4)
    expect(music.sections).toEqual([
      { name: "Verse", bar: 1, bars: 2 },
      { name: "Chorus", bar: 3, bars: 2 }
    ])
  })

  it("are found in performances too, by the first of their tempos", () => {
    const music = musicOf(
      JSON.stringify({
        tempos: [{ bpm: 60, ticks: 0 }],
        tracks: [
          {
            name: "",
            channel: 9,
            instrument: "drums",
            notes: [{ midi: 36, time: 0, duration: 1, velocity: 100 }]
          }
        ]
      })
    )
    expect(music.barLength).toBe(4)
    expect(music.tracks).toEqual([
      {
        name: "drums",
        channel: 9,
        instrument: "drums",
        notes: [{ pitch: 36, start: 0, length: 1, velocity: 100 / 127 }]
      }
    ])
  })

  it("have a form where a song holds rules and no notes", () => {
    const form = { structure: [4, 8], section_types: ["A"] }
    const music = musicOf(JSON.stringify({ session_model: { tempo: 128, form } }))
    expect(music.tracks).toEqual([])
    expect(music.sections).toEqual([
      { name: "A", bar: 1, bars: 4 },
      { name: "2", bar: 5, bars: 8 }
    ])
    expect(music.bars).toBe(12)
  })

  it("are none in what is no song, and nothing throws", () => {
    const strange = [
      "",
      "null",
      "[]",
      "{",
      '{"tracks":7}',
      '{"tempo":0,"notes":[{"midi":1e9,"time":-5,"duration":-1}]}',
      '{"time_signature":["x",0],"__proto__":{"notes":[]}}',
      "[".repeat(50_000),
      `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`
    ]
    for (const text of strange) {
      const music = musicOf(text)
      expect(music.barLength).toBeGreaterThan(0)
      expect(music.bars).toBeGreaterThanOrEqual(1)
      for (const { notes } of music.tracks)
        for (const { pitch, start, length } of notes) {
          expect(pitch).toBeLessThanOrEqual(127)
          expect(start).toBeGreaterThanOrEqual(0)
          expect(length).toBeGreaterThan(0)
        }
    }
  })
})

describe("two versions over each other", () => {
  const before = musicOf(songDocument(scale(60, 16)))

  it("are the same where nothing changed", () => {
    expect(counts(before, before)).toEqual([24, 0, 0])
  })

  it("show what is only in one of them", () => {
    expect(counts(before, musicOf(songDocument(scale(60, 12))))).toEqual([20, 4, 0])
    expect(counts(musicOf(songDocument(scale(60, 12))), before)).toEqual([20, 0, 4])
    expect(counts(before, musicOf(songDocument(scale(61, 16))))).toEqual([8, 16, 16])
    expect(counts(before, musicOf("{}"))).toEqual([0, 24, 0])
  })

  it("count a note that is there twice twice", () => {
    const [note] = scale(60, 1)
    if (note === undefined) throw new Error("no note")
    const once = musicOf(songDocument([note]))
    const twice = musicOf(songDocument([note, note]))
    expect(counts(once, twice)).toEqual([9, 0, 1])
    expect(counts(twice, once)).toEqual([9, 1, 0])
  })

  it("keep two tracks of one name apart", () => {
    const two = (second: number) =>
      musicOf(
        JSON.stringify({
          tracks: [
            { name: "Lead", notes: scale(60, 2) },
            { name: "Lead", notes: scale(second, 2) }
          ]
        })
      )
    expect(diffNotes(two(40), two(41)).tracks).toEqual(["Lead", "Lead (2)"])
    expect(counts(two(40), two(41))).toEqual([2, 2, 2])
  })
})
