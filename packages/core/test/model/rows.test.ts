/** Songs, performances and preferences as rows: what is read, what is written, and what is left as it was. */
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { InvalidInput } from "../../src/errors/WhiteRoomError.js"
import { type Cell, type Kind, kinds, liveTables, type Row, Text, text } from "../../src/model/Entity.js"
import {
  Performance,
  type PerformanceInput,
  performanceOfRow,
  rowOfPerformance
} from "../../src/model/Performance.js"
import { encodeRecord } from "../../src/model/Record.js"
import { rowOfSong, Song, type SongInput, songOfRow } from "../../src/model/Song.js"
import { preferencesOfRow, rowOfPreferences, UserPreferences } from "../../src/model/UserPreferences.js"
import { sha256 } from "../sha256.js"
import { row } from "./arbitraries.js"

const now = new Date("2026-11-20T14:30:00.000Z")

const song: SongInput = {
  id: "song-1",
  name: "Night Drive",
  composer: "Ada",
  description: "at 3 a.m.",
  genre: "ambient",
  duration: 182.5,
  key: "F# minor",
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-02-03T04:05:06.789Z"),
  songDataJSON: '{ "tempo" : 120.0 }\n',
  determinismSeed: "42",
  customMetadata: { mood: "calm", ключ: "значение" }
}

const performance: Required<PerformanceInput> = {
  id: "performance-1",
  name: "Live",
  songId: "song-1",
  description: "first take",
  duration: 61,
  performanceDataJSON: '{"events":[]}',
  createdAt: new Date("2026-01-02T03:04:05.678Z"),
  updatedAt: new Date("2026-02-03T04:05:06.789Z"),
  isFavorite: true,
  tags: ["tour", "take 1"]
}

/** Cells as something to compare: text as its string, so that expectations read well. */
const plain = (cells: Row) =>
  Object.fromEntries([...cells].map(([name, cell]) => [name, cell instanceof Text ? cell.toString() : cell]))

const bytesOf = (kind: Kind, cells: Row) => toHex(encodeRecord(kind, cells, sha256).record)

const changed = (cells: Row, ...changes: ReadonlyArray<readonly [string, Cell]>): Row =>
  new Map([...cells, ...changes])

describe("a song", () => {
  it("is this row, and is read back from it", () => {
    const cells = rowOfSong(song, now)
    expect(plain(cells)).toEqual({
      id: "song-1",
      name: "Night Drive",
      composer: "Ada",
      description: "at 3 a.m.",
      genre: "ambient",
      duration: 182.5,
      key: "F# minor",
      created_at: "2026-01-02T03:04:05.678Z",
      updated_at: "2026-02-03T04:05:06.789Z",
      song_data_json: '{ "tempo" : 120.0 }\n',
      determinism_seed: "42",
      custom_metadata: '{"mood":"calm","ключ":"значение"}'
    })
    expect(songOfRow("song-1", cells)).toEqual(song)
  })

  it("without optional fields has NULLs, and the moment of saving as its times", () => {
    const least = { id: "a", name: "", songDataJSON: "", determinismSeed: "" }
    const cells = rowOfSong(least, now)
    for (const name of ["composer", "description", "genre", "duration", "key", "custom_metadata"])
      expect(cells.get(name)).toBeNull()
    expect(songOfRow("a", cells)).toEqual({ ...least, createdAt: now, updatedAt: now })
  })

  it("keeps its time of creation when it is saved again without one, also one that cannot be read", () => {
    const { createdAt: _, ...again } = { ...song, name: "Night Drive II" }
    for (const stored of ["2026-01-02 03:04:05.678", "long ago"]) {
      const before = changed(rowOfSong(song, now), ["created_at", text(stored)])
      expect(plain(rowOfSong(again, now, before))).toMatchObject({
        created_at: stored,
        name: "Night Drive II"
      })
    }
    const unknown = changed(rowOfSong(song, now), ["created_at", null])
    expect(plain(rowOfSong(again, now, unknown)).created_at).toBe(now.toISOString())
  })

  it("in the form of the iOS app keeps the bytes of every column whose meaning is the same", () => {
    const ios = changed(
      rowOfSong(song, now),
      ["created_at", text("2026-01-02 03:04:05.678")],
      ["updated_at", text("2026-02-03 04:05:06.789")],
      ["duration", text("182.50")],
      ["custom_metadata", text('{ "mood": "calm", "ключ": "значение" }')],
      ["active", 1n],
      ["projections", fromHex("00ff")]
    )
    const read = songOfRow("song-1", ios)
    expect(read).toEqual(song)
    const saved = rowOfSong({ ...read, name: "Night Drive II" }, now, ios)
    expect(bytesOf("song", saved)).toBe(bytesOf("song", changed(ios, ["name", text("Night Drive II")])))
  })

  it("writes a column anew when its meaning changed", () => {
    const ios = changed(rowOfSong(song, now), ["updated_at", text("2026-02-03 04:05:06.789")])
    const later = { ...song, updatedAt: new Date("2026-02-03T04:05:06.790Z"), customMetadata: {} }
    expect(plain(rowOfSong(later, now, ios))).toMatchObject({
      updated_at: "2026-02-03T04:05:06.790Z",
      custom_metadata: "{}"
    })
    const { composer: _, ...anonymous } = song
    expect(rowOfSong(anonymous, now, ios).get("composer")).toBeNull()
  })
})

describe("a performance", () => {
  it("is this row, and is read back from it", () => {
    const cells = rowOfPerformance(performance, now)
    expect(plain(cells)).toEqual({
      id: "performance-1",
      name: "Live",
      song_id: "song-1",
      description: "first take",
      duration: 61,
      performance_data_json: '{"events":[]}',
      created_at: "2026-01-02T03:04:05.678Z",
      updated_at: "2026-02-03T04:05:06.789Z",
      is_favorite: 1n,
      tags: '["tour","take 1"]'
    })
    expect(performanceOfRow("performance-1", cells)).toEqual(performance)
  })

  it("is no favourite and has no tags unless it says so", () => {
    const { isFavorite: _, tags: __, ...rest } = performance
    expect(plain(rowOfPerformance(rest, now))).toMatchObject({ is_favorite: 0n, tags: "[]" })
  })

  it("keeps tags that are in a form of the app's own while they are not changed", () => {
    const own = changed(rowOfPerformance(performance, now), ["tags", text("tour, take 1")])
    const read = performanceOfRow("performance-1", own)
    expect(read.tags).toEqual([])
    expect(plain(rowOfPerformance({ ...read, isFavorite: false }, now, own))).toMatchObject({
      tags: "tour, take 1",
      is_favorite: 0n
    })
    expect(plain(rowOfPerformance({ ...read, tags: ["new"] }, now, own)).tags).toBe('["new"]')
  })
})

describe("preferences", () => {
  it("are these where nothing is said", () => {
    const defaults = {
      userId: "default",
      defaultSampleRate: 48_000,
      defaultBufferSize: 256,
      autoSaveEnabled: true,
      autoSaveInterval: 300,
      autoBackupEnabled: true,
      backupIntervalHours: 24,
      maxBackups: 30,
      showTooltips: true,
      customPreferences: {},
      updatedAt: now
    }
    const cells = rowOfPreferences({}, now)
    expect(preferencesOfRow("default", cells)).toEqual(defaults)
    expect(plain(cells)).toEqual({
      user_id: "default",
      display_name: null,
      default_output_device: null,
      default_input_device: null,
      default_sample_rate: 48_000n,
      default_buffer_size: 256n,
      auto_save_enabled: 1n,
      auto_save_interval: 300n,
      auto_backup_enabled: 1n,
      backup_interval_hours: 24n,
      max_backups: 30n,
      theme: null,
      language: null,
      show_tooltips: 1n,
      custom_preferences: "{}",
      updated_at: "2026-11-20T14:30:00.000Z"
    })
    const empty = preferencesOfRow("default", new Map())
    expect({ ...empty, updatedAt: now }).toEqual(defaults)
    expect(empty.updatedAt.getTime()).toBeNaN()
  })

  it("change in the fields that are given and in no others", () => {
    const before = rowOfPreferences(
      { theme: "dark", maxBackups: 7, customPreferences: { grid: [1, 2] } },
      now
    )
    const after = rowOfPreferences({ autoSaveEnabled: false }, now, changed(before, ["language", text("de")]))
    expect(bytesOf("preferences", after)).toBe(
      bytesOf("preferences", changed(before, ["language", text("de")], ["auto_save_enabled", 0n]))
    )
  })

  it("keep NULLs and forms of the app's own that are not changed", () => {
    const own = changed(
      rowOfPreferences({}, now),
      ["auto_save_interval", null],
      ["default_sample_rate", 44_100.5],
      ["custom_preferences", text("[1]")]
    )
    expect(preferencesOfRow("default", own)).toMatchObject({
      autoSaveInterval: 300,
      defaultSampleRate: 48_000
    })
    expect(plain(rowOfPreferences({ theme: "dark" }, now, own))).toMatchObject({
      theme: "dark",
      auto_save_interval: null,
      default_sample_rate: 44_100.5,
      custom_preferences: "[1]"
    })
    expect(plain(rowOfPreferences({ autoSaveInterval: 60 }, now, own)).auto_save_interval).toBe(60n)
  })
})

/** Rows of an entity as an app may have written them: any cells, but a key that is a text. */
const appRow = (kind: Kind) =>
  row(kind).map((cells): Row => new Map([...cells, [liveTables[kind].idColumn, text("the id")]]))

const readAndSave = {
  song: (cells: Row) => rowOfSong(songOfRow("the id", cells), now, cells),
  performance: (cells: Row) => rowOfPerformance(performanceOfRow("the id", cells), now, cells),
  preferences: (cells: Row) => rowOfPreferences(preferencesOfRow("the id", cells), now, cells)
}

const toJSON = {
  song: (cells: Row) => Schema.encodeSync(Song)(songOfRow("the id", cells)),
  performance: (cells: Row) =>
    Schema.encodeSync(Performance)({
      ...performanceOfRow("the id", cells),
      songId: songOfRow("s", cells).id
    }),
  preferences: (cells: Row) => Schema.encodeSync(UserPreferences)(preferencesOfRow("the id", cells))
}

describe.each(kinds)("any row of a %s", (kind) => {
  it("is read without failing and fits its schema", () => {
    FastCheck.assert(
      FastCheck.property(appRow(kind), (cells) => void toJSON[kind](cells)),
      { numRuns: 300 }
    )
  })

  it("is the same again, byte for byte, when it is read and saved", () => {
    FastCheck.assert(
      FastCheck.property(appRow(kind), (cells) => {
        expect(bytesOf(kind, readAndSave[kind](cells))).toBe(bytesOf(kind, cells))
      }),
      { numRuns: 300 }
    )
  })
})

it("a row whose key is empty, a number or a blob is read like any other", () => {
  for (const id of ["", "\0i5", "\0b00ff", "\0n"]) {
    expect(songOfRow(id, new Map()).id).toBe(id)
    expect(performanceOfRow(id, new Map()).id).toBe(id)
    expect(preferencesOfRow(id, new Map()).userId).toBe(id)
  }
})

describe("times", () => {
  it.each([
    ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02 03:04:05.678", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02 03:04:05.678901", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000Z"]
  ])("that an app stored as %s are %s", (stored, time) => {
    expect(songOfRow("a", new Map([["created_at", text(stored)]])).createdAt.toISOString()).toBe(time)
  })

  it.each(["yesterday", "2026-02-30", "1768554000", ""])(
    "that cannot be read (%j) are invalid, not other moments",
    (stored) => {
      const read = songOfRow("a", new Map([["created_at", text(stored)]]))
      expect(read.createdAt.getTime()).toBeNaN()
      expect(Schema.encodeSync(Song)({ ...read, id: songOfRow("a", new Map()).id }).createdAt).toBeNull()
    }
  )

  it("are read from JSON only when they are times", () => {
    const json = (createdAt: unknown) => ({ ...song, createdAt, updatedAt: "2026-01-02T03:04:05.678Z" })
    const decode = Schema.decodeUnknownSync(Song)
    expect(decode(json("2026-01-02T03:04:05Z")).createdAt).toEqual(new Date("2026-01-02T03:04:05Z"))
    expect(decode(json(null)).createdAt.getTime()).toBeNaN()
    expect(() => decode(json("soon"))).toThrow()
  })
})

describe("a song is refused", () => {
  const cases: ReadonlyArray<readonly [string, Partial<SongInput>, string]> = [
    ["with an empty id", { id: "" }, "id"],
    ["with an id over 1,024 characters", { id: "x".repeat(1025) }, "id"],
    ["with a NUL in its id", { id: "a\0b" }, "id"],
    ["with half a surrogate pair in its id", { id: "a\ud800" }, "id"],
    ["with half a surrogate pair in its name", { name: "\udc00" }, "name"],
    ["with half a surrogate pair in its document", { songDataJSON: '"\ud83c"' }, "songDataJSON"],
    ["with a duration that is not a number", { duration: Number.NaN }, "duration"],
    ["with an endless duration", { duration: Number.POSITIVE_INFINITY }, "duration"],
    ["with a time that is none", { createdAt: new Date("soon") }, "createdAt"],
    ["with a time beyond the year 9999", { updatedAt: new Date("+010000-01-01T00:00:00Z") }, "updatedAt"],
    ["with a time before the year 0", { updatedAt: new Date("-000001-01-01T00:00:00Z") }, "updatedAt"]
  ]
  it.each(cases)("%s", (_, change, field) => {
    expect(() => rowOfSong({ ...song, ...change }, now)).toThrow(InvalidInput)
    expect(() => rowOfSong({ ...song, ...change }, now)).toThrow(
      new RegExp(`^${field}: .*Nothing was changed`)
    )
  })

  it("but not for half a surrogate pair in metadata, which JSON can carry", () => {
    const odd = { ...song, customMetadata: { note: "\ud800" } }
    expect(songOfRow("song-1", rowOfSong(odd, now))).toEqual(odd)
  })

  it("and so are a performance and preferences", () => {
    expect(() => rowOfPerformance({ ...performance, id: "" }, now)).toThrow(InvalidInput)
    expect(() => rowOfPerformance({ ...performance, songId: "\ud800" }, now)).toThrow(InvalidInput)
    expect(() => rowOfPreferences({ userId: "" }, now)).toThrow(InvalidInput)
    expect(() => rowOfPreferences({ maxBackups: 1.5 }, now)).toThrow(InvalidInput)
    expect(() => rowOfPreferences({ autoSaveInterval: Number.NaN }, now)).toThrow(InvalidInput)
  })
})

it("a duration of minus zero is zero, as a column of reals stores it", () => {
  expect(Object.is(rowOfSong({ ...song, duration: -0 }, now).get("duration"), 0)).toBe(true)
})
