import { describe, expect, it } from "vitest"
import { diffRecords } from "../../src/diff/RecordDiff.js"
import { type Cell, type Row, Text, text } from "../../src/model/Entity.js"
import { rowOfPerformance } from "../../src/model/Performance.js"
import { ObjectRef, type RecordCells } from "../../src/model/RecordCells.js"
import { rowOfSong, type SongInput } from "../../src/model/Song.js"
import { rowOfPreferences } from "../../src/model/UserPreferences.js"
import { edited, note, performance, song } from "./fixtures.js"
import { patched } from "./patched.js"

const start = new Date("2026-03-01T10:00:00Z")
const later = new Date("2026-03-02T10:00:00Z")

/** Objects by a hash of one byte; what is not in it is no longer kept. */
const shelf = () => {
  const contents = new Map<number, string>()
  const keep = (content: string) => {
    contents.set(contents.size + 1, content)
    return new ObjectRef(new Uint8Array(32).fill(contents.size), content.length, true)
  }
  return { keep, fetch: (ref: ObjectRef) => contents.get(ref.hash[0] ?? 0) }
}

const songInput: SongInput = {
  id: "s1",
  name: "Night Drive",
  genre: "drone",
  duration: 120,
  key: "C major",
  createdAt: start,
  songDataJSON: "{}",
  determinismSeed: "seed-1",
  customMetadata: { mood: "solemn", take: "1" }
}

const withCells = (row: Row, cells: Readonly<Record<string, Cell | ObjectRef>>): RecordCells =>
  new Map<string, Cell | ObjectRef>([...row, ...Object.entries(cells)])

const without = (row: Row, column: string): Row => new Map([...row].filter(([name]) => name !== column))
const none = () => undefined

describe("a song", () => {
  it("tells its metadata, its document, and columns that nobody knows", () => {
    const { keep, fetch } = shelf()
    const after = edited(song(), (copy) => {
      copy.session_model.tempo = 104
    })
    const was = withCells(rowOfSong(songInput, start), {
      song_data_json: keep(JSON.stringify(song())),
      swing: 0.5
    })
    const { genre: _, ...rest } = songInput
    const changed = {
      ...rest,
      name: "Night Ride",
      duration: 150.5,
      composer: "Ada",
      customMetadata: { mood: "bright" }
    }
    const is = withCells(rowOfSong(changed, later), {
      song_data_json: keep(JSON.stringify(after)),
      swing: 0.6
    })
    const diff = diffRecords("song", was, is, fetch)
    expect(diff.change).toBe("changed")
    expect(diff.same).toBe("no")
    expect(diff.words).toEqual([
      'name "Night Drive" → "Night Ride"',
      'composer added ("Ada")',
      "genre removed (drone)",
      "duration 2:00 → 2:30.5",
      "tempo 96 → 104",
      "custom metadata mood solemn → bright",
      "custom metadata take removed (1)",
      "swing 0.5 → 0.6"
    ])
    const model = {
      name: "Night Drive",
      genre: "drone",
      duration: 120,
      updatedAt: start.toISOString(),
      songDataJSON: song()
    }
    expect(
      patched({ ...model, customMetadata: songInput.customMetadata ?? {}, swing: 0.5 }, diff.patch ?? [])
    ).toEqual({
      name: "Night Ride",
      composer: "Ada",
      duration: 150.5,
      updatedAt: later.toISOString(),
      songDataJSON: after,
      customMetadata: { mood: "bright" },
      swing: 0.6
    })
  })

  it("is the same when it was only saved again, or spelled in another way", () => {
    const { keep, fetch } = shelf()
    const row = rowOfSong(songInput, start)
    const was = withCells(row, { song_data_json: keep('{"a":1,"b":2}') })
    const is = withCells(rowOfSong(songInput, later), {
      song_data_json: keep('{ "b": 2.0, "a": 1 }'),
      created_at: text("2026-03-01 10:00:00.000"),
      duration: text("120.0"),
      custom_metadata: text('{"take":"1", "mood":"solemn"}')
    })
    const diff = diffRecords("song", was, is, fetch)
    expect(diff).toMatchObject({ change: "changed", same: "meaning", words: [] })
    expect(diff.patch).toEqual([{ op: "replace", path: "/updatedAt", value: later.toISOString() }])
    expect(diffRecords("song", was, was, fetch)).toEqual({
      change: "none",
      same: "bytes",
      words: [],
      patch: []
    })
  })

  it("asks for no content that did not change, and says what is no longer kept", () => {
    const { keep } = shelf()
    const ref = keep("{}")
    const was = withCells(rowOfSong(songInput, start), { song_data_json: ref })
    const renamed = withCells(rowOfSong({ ...songInput, name: "Other" }, start), { song_data_json: ref })
    const refuse = () => {
      throw new Error("asked for content")
    }
    expect(diffRecords("song", was, renamed, refuse).words).toEqual(['name "Night Drive" → "Other"'])
    const rewritten = withCells(rowOfSong(songInput, start), { song_data_json: keep("[]") })
    const diff = diffRecords("song", was, rewritten, (asked) => (asked === ref ? undefined : "[]"))
    expect(diff.words).toEqual(["content changed (the earlier one is no longer kept)"])
    expect(diff.patch).toBeUndefined()
  })

  it("replaces a document that is not JSON as a whole", () => {
    const { keep, fetch } = shelf()
    const row = rowOfSong(songInput, start)
    const [json, words] = [keep('{"a":1}'), keep("la la")].map((ref) =>
      withCells(row, { song_data_json: ref })
    )
    expect(diffRecords("song", json, words, fetch).patch).toEqual([
      { op: "replace", path: "/songDataJSON", value: "la la" }
    ])
    expect(diffRecords("song", words, json, fetch)).toMatchObject({
      words: ["JSON now: text changed (1 line added, 1 removed)"],
      patch: [{ op: "replace", path: "/songDataJSON", value: { a: 1 } }]
    })
  })

  it("shows stored values that no model can read", () => {
    const row = rowOfSong(songInput, start)
    const diff = (before: Cell, after: Cell, column = "duration") =>
      diffRecords("song", withCells(row, { [column]: before }), withCells(row, { [column]: after }), none)
        .words
    expect(diff(text("two"), text("three"))).toEqual(["duration two → three"])
    expect(diff(text("{"), text("[]"), "custom_metadata")).toEqual(['custom metadata "{" → "[]"'])
    expect(diff(new Uint8Array([1]), new Uint8Array([2]), "artwork")).toEqual([
      "artwork \"x'01'\" → \"x'02'\""
    ])
    expect(diff(9007199254740993n, 9007199254740995n, "plays")).toEqual([
      "plays 9007199254740993 → 9007199254740995"
    ])
    expect(diff(Text.ofBytes(new Uint8Array([0xff])), text("x"), "key")).toEqual(['key "\ufffd" → x'])
    expect(diffRecords("song", row, without(row, "key"), none).words).toEqual(["key removed (C major)"])
  })

  it("counts what it leaves out, in the document too", () => {
    const { keep, fetch } = shelf()
    const fields = (step: number) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, index + step]))
    const was = withCells(rowOfSong(songInput, start), { song_data_json: keep(JSON.stringify(fields(0))) })
    const renamed = rowOfSong({ ...songInput, name: "Other", determinismSeed: "seed-2" }, start)
    const is = withCells(renamed, { song_data_json: keep(JSON.stringify(fields(1))) })
    const { words } = diffRecords("song", was, is, fetch)
    expect(words).toHaveLength(21)
    expect(words.at(-1)).toBe("… and 22 more changes")
  })

  it("is created or deleted", () => {
    const row = rowOfSong(songInput, start)
    expect(diffRecords("song", undefined, row, none)).toEqual({
      change: "created",
      same: "no",
      words: ["created"],
      patch: undefined
    })
    expect(diffRecords("song", row, undefined, none)).toMatchObject({ change: "deleted", words: ["deleted"] })
    expect(diffRecords("song", undefined, undefined, none).change).toBe("none")
  })
})

it("tells tags, favourites and notes of a performance", () => {
  const { keep, fetch } = shelf()
  const input = {
    id: "p1",
    name: "Take 1",
    songId: "s1",
    duration: 60,
    performanceDataJSON: "",
    tags: ["live", "rough"]
  }
  const was = withCells(rowOfPerformance(input, start), {
    performance_data_json: keep(JSON.stringify(performance()))
  })
  const played = edited(performance(), (copy) => {
    copy.tracks[0]?.notes.push(note(76, 2))
  })
  const is = withCells(rowOfPerformance({ ...input, isFavorite: true, tags: ["live", "final"] }, start), {
    performance_data_json: keep(JSON.stringify(played))
  })
  const diff = diffRecords("performance", was, is, fetch)
  expect(diff.words).toEqual([
    "note E5 added at 2 s in track Lead",
    "favourite on",
    "tag rough removed",
    "tag final added"
  ])
  expect(diff.patch).toEqual([
    { op: "add", path: "/performanceDataJSON/tracks/0/notes/4", value: note(76, 2) },
    { op: "replace", path: "/isFavorite", value: true },
    { op: "replace", path: "/tags/1", value: "final" }
  ])
})

it("tells preferences with their units", () => {
  const was = rowOfPreferences({ theme: "dark", customPreferences: { metronome: "on" } }, start)
  const is = rowOfPreferences(
    {
      autoSaveInterval: 60,
      autoSaveEnabled: false,
      backupIntervalHours: 12,
      defaultSampleRate: 44100,
      defaultBufferSize: 512,
      maxBackups: 60,
      showTooltips: false,
      theme: "light",
      customPreferences: { metronome: "off", grid: 8 }
    },
    later
  )
  expect(diffRecords("preferences", was, is, none).words).toEqual([
    "sample rate 48000 Hz → 44100 Hz",
    "buffer size 256 frames → 512 frames",
    "autosave off",
    "autosave every 300 s → 60 s",
    "backup every 24 h → 12 h",
    "backups kept 30 → 60",
    "theme dark → light",
    "tooltips off",
    "custom preferences metronome on → off",
    "custom preferences grid added (8)"
  ])
})

it("takes preferences that are nested too deep for a text", () => {
  const row = rowOfPreferences({}, start)
  const deep = (levels: number) =>
    withCells(row, { custom_preferences: text(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`) })
  const diff = diffRecords("preferences", deep(100_000), deep(100_001), none)
  expect(diff.same).toBe("no")
  expect(diff.words[0]).toMatch(/^custom preferences .*→/)
})
