/** Songs, performances and preferences as rows: what is read, what is written, and what is left as it was. */
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { type Cell, type Kind, type Row, Text, text } from "../../src/model/Entity.js"
import { performanceOfRow, rowOfPerformance } from "../../src/model/Performance.js"
import { encodeRecord } from "../../src/model/Record.js"
import { rowOfSong, songOfRow } from "../../src/model/Song.js"
import { preferencesOfRow, rowOfPreferences } from "../../src/model/UserPreferences.js"
import { sha256 } from "../sha256.js"
import { now, performance, song } from "./fixtures.js"

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
