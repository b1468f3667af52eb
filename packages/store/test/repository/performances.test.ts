import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failure, freshLibrary, morning, performance, song, sqlite } from "../support/libraries.js"

const named = (performances: ReadonlyArray<{ readonly id: string }>) => performances.map(({ id }) => id)

describe("performances", () => {
  it.scoped("gives back every field as it was saved", () =>
    Effect.gen(function* () {
      const { performances } = yield* freshLibrary
      const full = {
        id: "p1",
        name: "Take 1",
        songId: "night-drive",
        description: "with the door open",
        duration: 61.125,
        performanceDataJSON: '{"bars" : [1.50, 2e3]}',
        createdAt: new Date("2025-01-02T03:04:05.678Z"),
        updatedAt: new Date("2025-02-03T04:05:06.789Z"),
        isFavorite: true,
        tags: ["live", "с ключом", '"quoted"']
      }
      yield* performances.create(full)
      expect(yield* performances.read("p1")).toEqual(full)
    })
  )

  it.scoped("fills in times, no favourite and no tags", () =>
    Effect.gen(function* () {
      const { performances } = yield* freshLibrary
      yield* performances.create(performance("p1", "s1"))
      const now = new Date(morning)
      expect(yield* performances.read("p1")).toMatchObject({
        createdAt: now,
        updatedAt: now,
        isFavorite: false,
        tags: []
      })
    })
  )

  it.scoped("are updated, replaced and deleted", () =>
    Effect.gen(function* () {
      const { performances } = yield* freshLibrary
      yield* performances.upsertAll([performance("p1", "s1"), performance("p2", "s1")])
      yield* performances.update(performance("p1", "s1", { name: "Take 2", tags: ["live"] }))
      yield* performances.upsert(performance("p2", "s2"))
      expect(yield* performances.read("p1")).toMatchObject({ name: "Take 2", tags: ["live"] })
      expect((yield* performances.read("p2")).songId).toBe("s2")
      yield* performances.delete("p1")
      expect(yield* failure(performances.read("p1"))).toBe("EntityNotFound")
      expect(yield* failure(performances.update(performance("p1", "s1")))).toBe("EntityNotFound")
      expect(yield* failure(performances.delete("p1"))).toBe("EntityNotFound")
    })
  )

  it.scoped("are found by song, by favourite, by tag, by time", () =>
    Effect.gen(function* () {
      const { performances } = yield* freshLibrary
      const at = (time: string) => ({ createdAt: new Date(time), updatedAt: new Date(time) })
      yield* performances.upsertAll([
        performance("p1", "s1", { name: "b", isFavorite: true, ...at("2026-03-01T10:00:00Z") }),
        performance("p2", "s2", { name: "a", tags: ["Encore"], ...at("2026-03-02T10:00:00Z") }),
        performance("p3", "s1", { name: "A", description: "the Long one", ...at("2026-03-03T10:00:00Z") })
      ])
      expect(named(yield* performances.ofSong("s1"))).toEqual(["p3", "p1"])
      expect(yield* performances.ofSong("S1")).toEqual([])
      expect(named(yield* performances.search("encore"))).toEqual(["p2"])
      expect(named(yield* performances.search("long"))).toEqual(["p3"])
      expect(named(yield* performances.list())).toEqual(["p2", "p3", "p1"])
      expect((yield* performances.list()).some((each) => "performanceDataJSON" in each)).toBe(false)
    })
  )

  it.scoped("are counted, with the bytes of their documents", () =>
    Effect.gen(function* () {
      const { performances } = yield* freshLibrary
      yield* performances.upsertAll([
        performance("p1", "s1", { performanceDataJSON: "1234" }),
        performance("p2", "s1", { performanceDataJSON: "é" })
      ])
      expect(yield* performances.count).toBe(2)
      expect(yield* performances.documentBytes).toBe(6)
    })
  )

  it.scoped("stay when their song is deleted", () =>
    Effect.gen(function* () {
      const { performances, songs } = yield* freshLibrary
      yield* songs.create(song("s1"))
      yield* performances.create(performance("p1", "s1"))
      yield* songs.delete("s1")
      expect((yield* performances.read("p1")).songId).toBe("s1")
    })
  )
})

describe("preferences", () => {
  it.scoped("are the defaults of Phase 5 until some are stored", () =>
    Effect.gen(function* () {
      const { preferences } = yield* freshLibrary
      expect(yield* preferences.current).toEqual({
        userId: "default",
        defaultSampleRate: 48000,
        defaultBufferSize: 256,
        autoSaveEnabled: true,
        autoSaveInterval: 300,
        autoBackupEnabled: true,
        backupIntervalHours: 24,
        maxBackups: 30,
        showTooltips: true,
        customPreferences: {},
        updatedAt: new Date(morning)
      })
      expect(yield* preferences.count).toBe(0)
      expect(yield* failure(preferences.read("default"))).toBe("EntityNotFound")
    })
  )

  it.scoped("keep what an upsert leaves out", () =>
    Effect.gen(function* () {
      const { preferences } = yield* freshLibrary
      yield* preferences.upsert({
        theme: "dark",
        maxBackups: 7,
        customPreferences: { grid: [1, { snap: true }] }
      })
      yield* preferences.upsert({ showTooltips: false })
      expect(yield* preferences.current).toMatchObject({
        theme: "dark",
        maxBackups: 7,
        showTooltips: false,
        customPreferences: { grid: [1, { snap: true }] },
        defaultSampleRate: 48000
      })
    })
  )

  it.scoped("are kept per user", () =>
    Effect.gen(function* () {
      const { preferences } = yield* freshLibrary
      yield* preferences.upsert({ userId: "zoë", language: "nl" })
      yield* preferences.upsert({ userId: "ada", displayName: "Ada" })
      expect((yield* preferences.list).map(({ userId }) => userId)).toEqual(["ada", "zoë"])
      expect((yield* preferences.read("zoë")).language).toBe("nl")
      yield* preferences.delete("ada")
      expect(yield* preferences.count).toBe(1)
      expect(yield* failure(preferences.delete("ada"))).toBe("EntityNotFound")
    })
  )

  it.scoped("refuse what no column can hold", () =>
    Effect.gen(function* () {
      const { preferences } = yield* freshLibrary
      expect(yield* failure(preferences.upsert({ maxBackups: 2.5 }))).toBe("InvalidInput")
      expect(yield* failure(preferences.upsert({ userId: "" }))).toBe("InvalidInput")
      expect(yield* preferences.count).toBe(0)
    })
  )

  it.scoped("are read where the app left columns empty", () =>
    Effect.gen(function* () {
      const { path, preferences } = yield* freshLibrary
      sqlite(
        path,
        "INSERT INTO user_preferences(user_id, updated_at) VALUES('default', '2026-01-02 03:04:05.000')"
      )
      expect(yield* preferences.current).toMatchObject({
        defaultSampleRate: 48000,
        autoSaveInterval: 300,
        updatedAt: new Date("2026-01-02T03:04:05Z")
      })
    })
  )
})
