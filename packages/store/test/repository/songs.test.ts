import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library, SongInput } from "../../src/index.js"
import { failure, freshLibrary, hour, morning, song, sqlite } from "../support/libraries.js"

const full: SongInput = {
  id: "night-drive",
  name: "Night Drive",
  composer: "M. Adeyemi",
  description: "After the last train",
  genre: "ambient",
  duration: 187.25,
  key: "D minor",
  createdAt: new Date("2025-01-02T03:04:05.678Z"),
  updatedAt: new Date("2025-02-03T04:05:06.789Z"),
  songDataJSON: '{ "tracks": [1, 2,\n 3] }',
  determinismSeed: "seed-1",
  customMetadata: { mood: "late", ключ: "значение" }
}

const named = (songs: ReadonlyArray<{ readonly id: string }>) => songs.map(({ id }) => id)

describe("saving and reading songs", () => {
  it.scoped("gives back every field as it was saved", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(full)
      expect(yield* songs.read("night-drive")).toEqual(full)
    })
  )

  it.scoped("keeps a song with only what is required, and the moment of saving as its times", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create({ id: "a", name: "A", songDataJSON: "{}", determinismSeed: "s" })
      const now = new Date(morning)
      const saved = {
        id: "a",
        name: "A",
        songDataJSON: "{}",
        determinismSeed: "s",
        createdAt: now,
        updatedAt: now
      }
      expect(yield* songs.read("a")).toEqual(saved)
    })
  )

  it.scoped("replaces a song by update, and keeps when it was created", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(full)
      yield* TestClock.adjust(hour)
      yield* songs.update({
        id: "night-drive",
        name: "Night Ride",
        songDataJSON: "[]",
        determinismSeed: "s2"
      })
      expect(yield* songs.read("night-drive")).toEqual({
        id: "night-drive",
        name: "Night Ride",
        songDataJSON: "[]",
        determinismSeed: "s2",
        createdAt: full.createdAt,
        updatedAt: new Date(morning + hour)
      })
    })
  )

  it.scoped("saves by upsert what is new and what is not", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      expect((yield* songs.upsert(full)).events).toBe(1)
      expect((yield* songs.upsert(full)).events).toBe(0)
      expect((yield* songs.upsert({ ...full, name: "Other" })).events).toBe(1)
      expect((yield* songs.read("night-drive")).name).toBe("Other")
    })
  )

  it.scoped("saves many as one", () =>
    Effect.gen(function* () {
      const { log, songs } = yield* freshLibrary
      const receipt = yield* songs.upsertAll([song("a"), song("b"), song("c")])
      expect(receipt).toMatchObject({ first: 1, last: 3, events: 3, repeated: false })
      const refused = songs.upsertAll([song("d"), song("e", { songDataJSON: "half a pair: \ud800" })])
      expect(yield* failure(refused)).toBe("InvalidInput")
      expect((yield* log.head).position).toBe(3)
      expect(yield* songs.count).toBe(3)
    })
  )

  it.scoped("deletes a song", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(full)
      yield* songs.delete("night-drive")
      expect(yield* failure(songs.read("night-drive"))).toBe("EntityNotFound")
      expect(yield* songs.count).toBe(0)
    })
  )

  it.scoped("says of a song that is not there that it is not there", () =>
    Effect.gen(function* () {
      const { log, songs } = yield* freshLibrary
      const errors = yield* Effect.all([
        failure(songs.read("a")),
        failure(songs.update(song("a"))),
        failure(songs.delete("a"))
      ])
      expect(errors).toEqual(["EntityNotFound", "EntityNotFound", "EntityNotFound"])
      expect((yield* log.head).position).toBe(0)
    })
  )

  it.scoped("sees at once what another program saved, and reads its form of times", () =>
    Effect.gen(function* () {
      const { path, songs } = yield* freshLibrary
      sqlite(
        path,
        `INSERT INTO song_data VALUES('a', 'A', NULL, NULL, NULL, 12, NULL, '2026-01-02 03:04:05.678',
           '2026-01-02 03:04:05.678', '{}', 's', '{"mood":1}')`
      )
      const time = new Date("2026-01-02T03:04:05.678Z")
      expect(yield* songs.read("a")).toEqual({
        id: "a",
        name: "A",
        duration: 12,
        createdAt: time,
        updatedAt: time,
        songDataJSON: "{}",
        determinismSeed: "s"
      })
    })
  )
})

describe("finding songs", () => {
  const at = (time: string) => ({ createdAt: new Date(time), updatedAt: new Date(time) })
  const filled = Effect.gen(function* () {
    const library: Library = yield* freshLibrary
    yield* library.songs.upsertAll([
      song("1", { name: "zephyr", composer: "Łukasz Ő", ...at("2026-03-01T10:00:00Z") }),
      song("2", { name: "Étude", description: "for the LEFT hand", ...at("2026-03-03T10:00:00Z") }),
      song("3", { name: "abend", genre: "drone", ...at("2026-03-02T10:00:00Z") })
    ])
    return library.songs
  })

  it.scoped("lists all by name without their documents, page by page", () =>
    Effect.gen(function* () {
      const songs = yield* filled
      const all = yield* songs.list()
      expect(all.map(({ name }) => name)).toEqual(["abend", "zephyr", "Étude"])
      expect(all.some((each) => "songDataJSON" in each)).toBe(false)
      expect(named(yield* songs.list({ limit: 1, offset: 1 }))).toEqual(["1"])
      expect(named(yield* songs.list({ offset: 2 }))).toEqual(["2"])
      expect(yield* songs.list({ limit: 0 })).toEqual([])
    })
  )

  it.scoped("searches names and descriptive fields without regard to case and accents", () =>
    Effect.gen(function* () {
      const songs = yield* filled
      expect(named(yield* songs.search("ETUDE"))).toEqual(["2"])
      expect(named(yield* songs.search("left HAND"))).toEqual(["2"])
      expect(named(yield* songs.search("drone"))).toEqual(["3"])
      expect(named(yield* songs.search("łukasz ŏ"))).toEqual(["1"])
      expect(named(yield* songs.search("e", { limit: 1, offset: 1 }))).toEqual(["1"])
      expect(yield* songs.search("100% of '_'")).toEqual([])
    })
  )

  it.scoped("counts songs and the bytes of their documents", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      expect(yield* songs.documentBytes).toBe(0)
      yield* songs.upsertAll([song("a", { songDataJSON: "12345" }), song("b", { songDataJSON: "é" })])
      expect(yield* songs.count).toBe(2)
      expect(yield* songs.documentBytes).toBe(7)
    })
  )

  it.scoped("refuses limits that are not whole numbers", () =>
    Effect.gen(function* () {
      const songs = yield* filled
      const errors = yield* Effect.all([
        failure(songs.list({ limit: 1.5 })),
        failure(songs.list({ offset: -1 })),
        failure(songs.search("a", { limit: Number.NaN }))
      ])
      expect(new Set(errors)).toEqual(new Set(["InvalidInput"]))
    })
  )
})
