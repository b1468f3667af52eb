import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { writeChain } from "../support/chain.js"
import { freshLibrary, performance, song, songs, sqlite, temporaryFolder } from "../support/libraries.js"

describe("status", () => {
  it.scoped("counts what is there and what changed since the newest backup", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      expect(yield* library.upkeep.status).toMatchObject({
        path: library.path,
        readonly: false,
        songs: 0,
        performances: 0,
        preferences: 0,
        position: 0,
        latestBackup: undefined,
        backups: 0,
        changedSinceBackup: 0,
        pendingChanges: 0,
        unprotectedTables: []
      })
      yield* library.songs.upsertAll(songs(3))
      yield* library.performances.create(performance("p", "s0"))
      yield* library.preferences.upsert({ theme: "dark" })
      expect(yield* library.upkeep.status).toMatchObject({
        songs: 3,
        performances: 1,
        preferences: 1,
        changedSinceBackup: 5
      })
      yield* library.backups.take()
      yield* library.songs.update(song("s1", { name: "x" }))
      yield* library.songs.update(song("s1", { name: "y" }))
      yield* library.songs.delete("s2")
      const status = yield* library.upkeep.status
      expect(status).toMatchObject({ songs: 2, position: 9, backups: 1, changedSinceBackup: 2 })
      expect(status.latestBackup?.number).toBe(1)
      expect(status.bytes).toBeGreaterThan(50_000)
    })
  )

  it.scoped("compares with an imported backup, which stands at no position of this log", () =>
    Effect.gen(function* () {
      const other = yield* freshLibrary
      yield* other.songs.upsertAll(songs(3))
      const path = yield* writeChain(other, yield* temporaryFolder)
      const library = yield* freshLibrary
      yield* library.songs.create(song("mine"))
      const bring = (merge: boolean) =>
        Effect.scoped(Effect.flatMap(library.imports.open([path]), (opened) => opened.apply({ merge })))
      yield* bring(false)
      expect(yield* library.upkeep.status).toMatchObject({ backups: 1, changedSinceBackup: 1 })
      yield* bring(true)
      yield* library.songs.delete("mine")
      expect(yield* library.upkeep.status).toMatchObject({ songs: 3, changedSinceBackup: 0 })
      yield* library.songs.update(song("s1", { name: "changed" }))
      expect(yield* library.upkeep.status).toMatchObject({ changedSinceBackup: 1 })
    })
  )

  it.scoped("names the tables that are not protected, Phase 5's backups among them", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(library.path, "CREATE TABLE backups(id TEXT)", "CREATE TABLE mixes(id TEXT)")
      expect((yield* library.upkeep.status).unprotectedTables).toEqual(["backups", "mixes"])
    })
  )
})

describe("usage", () => {
  it.scoped("says where the bytes are", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(
        songs(50).map((each) => ({ ...each, songDataJSON: "x".repeat(10_000) + each.id }))
      )
      yield* library.backups.take()
      const usage = yield* library.upkeep.usage
      expect(usage.rawBytes).toBeGreaterThan(500_000)
      expect(usage.storedBytes).toBeLessThan(100_000)
      expect(usage.liveBytes).toBeGreaterThan(500_000)
      expect(usage.logBytes).toBeGreaterThan(5_000)
      expect(usage.objects).toBeGreaterThanOrEqual(50)
      expect(usage.fileBytes).toBeGreaterThan(usage.liveBytes + usage.logBytes)
    })
  )
})

describe("following the log", () => {
  it.scoped("gives events as they come, those of other programs after they were captured", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll([song("a"), song("b")])
      const following = yield* library.log.follow(1).pipe(
        Stream.take(3),
        Stream.map(({ position, actor }) => `@${position} ${actor}`),
        Stream.runCollect,
        Effect.fork
      )
      yield* TestClock.adjust("1 second")
      sqlite(library.path, "UPDATE song_data SET name = 'x' WHERE id = 'a'")
      yield* library.log.capture
      yield* TestClock.adjust("1 second")
      yield* library.songs.delete("b")
      yield* TestClock.adjust("1 second")
      expect([...(yield* Fiber.join(following))]).toEqual(["@2 ada@studio", "@3 external", "@4 ada@studio"])
    })
  )
})
