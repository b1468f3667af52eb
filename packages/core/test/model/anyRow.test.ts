/** Rows as apps write them, whatever they hold, and input that no row can hold. */
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import { InvalidInput } from "../../src/errors/WhiteRoomError.js"
import { type Kind, kinds, liveTables, type Row, text } from "../../src/model/Entity.js"
import { Performance, performanceOfRow, rowOfPerformance } from "../../src/model/Performance.js"
import { encodeRecord } from "../../src/model/Record.js"
import { rowOfSong, Song, type SongInput, songOfRow } from "../../src/model/Song.js"
import { preferencesOfRow, rowOfPreferences, UserPreferences } from "../../src/model/UserPreferences.js"
import { sha256 } from "../sha256.js"
import { row } from "./arbitraries.js"
import { now, performance, song } from "./fixtures.js"

const bytesOf = (kind: Kind, cells: Row) => toHex(encodeRecord(kind, cells, sha256).record)

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
