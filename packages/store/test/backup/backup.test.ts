import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Library, openLibrary } from "../../src/index.js"
import {
  appSong,
  day,
  failure,
  freshLibrary,
  history,
  hour,
  morning,
  performance,
  song,
  songs,
  sqlite
} from "../support/libraries.js"

const stored = (library: Library) =>
  sqlite(
    library.path,
    "SELECT (SELECT count(*) FROM object), (SELECT count(*) FROM block), (SELECT count(*) FROM event_log)"
  )
    .split("|")
    .map(Number)

const filled = (count: number) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.imports.entities({
      source: "test",
      songs: songs(count),
      performances: [performance("p", "s0")]
    })
    return library
  })

describe("taking a backup", () => {
  it.scoped("is refused with a description, tags or a version that nobody could read", () =>
    Effect.gen(function* () {
      const library = yield* filled(1)
      const [long, longest] = ["d".repeat(65_537), "d".repeat(65_536)]
      for (const said of [{ description: long }, { tags: [long] }, { tags: [longest, ""] }])
        expect(yield* failure(library.backups.take(said))).toBe("InvalidInput")
      yield* library.backups.take({ description: longest, tags: [longest] })
      expect(yield* failure(library.backups.edit("b1", { description: long }))).toBe("InvalidInput")
      expect(yield* library.backups.list()).toMatchObject([{ description: longest, tags: [longest] }])
    })
  )

  it.scoped("is done once for one command, also when another process asks again", () =>
    Effect.gen(function* () {
      const library = yield* filled(3)
      const wish = { description: "once", tags: ["a"], commandId: "take-1" }
      const first = yield* library.backups.take(wish)
      expect([first.number, first.changed, first.repeated]).toEqual([1, 4, undefined])
      yield* library.songs.upsert(song("s0", { name: "Changed" }))
      const other = yield* openLibrary(library.path)
      const again = yield* other.backups.take(wish)
      expect(again).toEqual({ ...first, changed: 0, repeated: true })
      expect(yield* failure(library.backups.take({ ...wish, pinned: true }))).toBe("CommandReused")
      expect(yield* library.backups.list()).toHaveLength(1)
      expect((yield* library.backups.take({ ...wish, commandId: "take-2" })).number).toBe(2)
      // In the trash it is still the one that was taken.
      yield* library.backups.forget(["b1"])
      expect(yield* library.backups.take(wish)).toMatchObject({ number: 1, repeated: true })
    })
  )

  it.scoped("keeps the present state, and says what is in it", () =>
    Effect.gen(function* () {
      const library = yield* filled(3)
      yield* library.preferences.upsert({ theme: "dark" })
      yield* TestClock.adjust(hour)
      const options = { description: "before the tour", tags: ["tour"], pinned: true, profile: "daily" }
      const backup = yield* library.backups.take(options)
      expect(backup).toMatchObject({
        ...options,
        number: 1,
        trigger: "manual",
        timestamp: new Date(morning + hour),
        position: 6,
        songs: 3,
        performances: 1,
        preferences: 1,
        changed: 5,
        skipped: false,
        version: "1.0.0"
      })
      expect(backup.backupId).toMatch(/^[0-9a-f]{8}-/)
      expect(backup.size).toBeGreaterThan(yield* library.songs.documentBytes)
      expect((yield* history(library)).at(-1)).toBe(`@7 BackupTaken ${backup.backupId} v1 ada@studio`)
      const { changed: _, skipped: __, ...info } = backup
      expect(yield* library.backups.find("b1")).toEqual(info)
      expect(yield* library.backups.list()).toEqual([info])
    })
  )

  it.scoped("of an empty library keeps that it is empty", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      expect(yield* library.backups.take()).toMatchObject({
        songs: 0,
        size: 0,
        position: 0,
        changed: 0
      })
      yield* library.songs.create(song("a"))
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(yield* library.songs.count).toBe(0)
    })
  )

  it.scoped("adds no more than what changed needs, whatever the library holds", () =>
    Effect.gen(function* () {
      const library = yield* filled(700)
      yield* library.backups.take()
      const before = stored(library)
      yield* library.songs.update(song("s1", { name: "edited" }))
      const changed = yield* library.backups.take()
      const after = stored(library)
      // The edit brings its document; the backup a leaf, the branches above it (two levels for 700 songs) and a root.
      const added = after.map((count, index) => count - (before[index] ?? 0))
      expect(added[0]).toBeLessThanOrEqual(1 + 4)
      expect(added[1]).toBe(2)
      expect(added[2]).toBe(2)
      expect(changed).toMatchObject({ changed: 1, songs: 700 })
    })
  )

  it.scoped("of an unchanged library adds one event and no object", () =>
    Effect.gen(function* () {
      const library = yield* filled(40)
      const first = yield* library.backups.take()
      const before = stored(library)
      const second = yield* library.backups.take()
      expect(stored(library)).toEqual([before[0], before[1], (before[2] ?? 0) + 1])
      expect(second).toMatchObject({ number: 2, root: first.root, newBytes: 0, changed: 0 })
    })
  )

  it.scoped("has the same root for the same songs, however they came about", () =>
    Effect.gen(function* () {
      const times = { createdAt: new Date(0), updatedAt: new Date(0) }
      const library = yield* freshLibrary
      for (const id of ["c", "a", "b"]) yield* library.songs.create(song(id, times))
      const straight = yield* library.backups.take()
      for (const id of ["a", "b", "c"]) yield* library.songs.delete(id)
      yield* library.songs.upsertAll([song("a", { ...times, name: "x" }), song("b", times), song("d", times)])
      yield* library.songs.upsertAll([song("a", times), song("c", times)])
      yield* library.songs.delete("d")
      expect((yield* library.backups.take()).root).toBe(straight.root)
    })
  )

  it.scoped("is skipped on demand when nothing changed since the newest", () =>
    Effect.gen(function* () {
      const library = yield* filled(2)
      const first = yield* library.backups.take({ skipIfUnchanged: true })
      const skipped = yield* library.backups.take({ skipIfUnchanged: true, description: "not taken" })
      expect(skipped).toEqual({ ...first, changed: 0, skipped: true })
      yield* library.songs.update(song("s0", { name: "x" }))
      expect((yield* library.backups.take({ skipIfUnchanged: true })).number).toBe(2)
      sqlite(library.path, `INSERT INTO ${appSong("c", "C")}`)
      expect((yield* library.backups.take({ skipIfUnchanged: true })).number).toBe(3)
      expect((yield* library.backups.list()).length).toBe(3)
    })
  )

  it.scoped("counts numbers up for ever, also when the clock is set back", () =>
    Effect.gen(function* () {
      const library = yield* filled(1)
      yield* library.backups.take()
      yield* TestClock.setTime(morning - 400 * day)
      const second = yield* library.backups.take()
      expect(second.number).toBe(2)
      expect((yield* library.backups.find("latest")).number).toBe(2)
      expect((yield* library.backups.latest)?.number).toBe(2)
    })
  )

  it.scoped("is the latest one by every name, whatever safety backups a restore took since", () =>
    Effect.gen(function* () {
      const library = yield* filled(1)
      expect(yield* library.backups.latest).toBeUndefined()
      yield* library.backups.take()
      yield* library.songs.update(song("s0", { name: "x" }))
      yield* library.backups.restore("b1", { mode: "exact" })
      expect((yield* library.backups.list()).map(({ trigger }) => trigger)).toEqual(["manual", "safety"])
      const latest = yield* library.backups.find("latest")
      expect(latest.number).toBe(1)
      expect(yield* library.backups.latest).toEqual(latest)
      expect(yield* library.backups.latest).toEqual(latest)
      yield* library.backups.take()
      yield* library.backups.forget(["b1"])
      expect((yield* library.backups.latest)?.number).toBe(3)
    })
  )

  it.scoped("of large documents, loose or sealed, loses none of them", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      // Two of these are more than a block: each backup seals both, and their numbers are free for the next two.
      const document = (seed: number) =>
        Array.from({ length: 32_000 }, (_, i) => (i * i * seed) % 10_007).join()
      for (let seed = 1; seed <= 12; seed++) {
        yield* library.songs.create(song(`s${seed}`, { songDataJSON: document(seed) }))
        if (seed % 2 === 0) yield* library.backups.take()
      }
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
      for (let seed = 1; seed <= 12; seed++)
        expect((yield* library.songs.read(`s${seed}`)).songDataJSON).toBe(document(seed))
    })
  )
})

describe("looking at backups", () => {
  const three = Effect.gen(function* () {
    const library = yield* filled(2)
    yield* library.backups.take({ description: "Before the Tour", tags: ["tour", "2026"] })
    yield* TestClock.adjust(day)
    yield* library.songs.create(song("new"))
    yield* library.backups.take({ description: "after", tags: ["2026"] })
    yield* TestClock.adjust(day)
    yield* library.backups.take()
    return library
  })

  it.scoped("names them by number, id, latest and latest~n", () =>
    Effect.gen(function* () {
      const { backups } = yield* three
      const numberOf = (name: string) => Effect.map(backups.find(name), ({ number }) => number)
      const { backupId } = yield* backups.find("b2")
      expect(yield* numberOf(backupId)).toBe(2)
      expect(yield* Effect.all([numberOf("latest"), numberOf("latest~2"), numberOf("B1")])).toEqual([3, 1, 1])
      const errors = yield* Effect.all([
        failure(numberOf("b4")),
        failure(numberOf("latest~3")),
        failure(numberOf(""))
      ])
      expect(errors).toEqual(["BackupNotFound", "BackupNotFound", "BackupNotFound"])
      const { message } = yield* Effect.flip(backups.find("b4"))
      expect(message).toContain("Near: b3, b2, b1.")
    })
  )

  it.scoped("filters them by time, tag and text", () =>
    Effect.gen(function* () {
      const { backups } = yield* three
      const numbers = (filter: Parameters<typeof backups.list>[0]) =>
        Effect.map(backups.list(filter), (found) => found.map(({ number }) => number))
      expect(yield* numbers({ since: new Date(morning + day) })).toEqual([2, 3])
      expect(yield* numbers({ until: new Date(morning) })).toEqual([1])
      expect(yield* numbers({ tag: "2026" })).toEqual([1, 2])
      expect(yield* numbers({ search: "TOUR" })).toEqual([1])
      expect(yield* numbers({ trash: true })).toEqual([])
    })
  )

  it.scoped("lists what is inside without the documents", () =>
    Effect.gen(function* () {
      const { backups } = yield* three
      const entries = yield* backups.entries("b2")
      expect(entries.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        "song Song new",
        "song Song s0",
        "song Song s1",
        "performance Performance p"
      ])
      expect(entries.reduce((sum, { size }) => sum + size, 0)).toBe((yield* backups.find("b2")).size)
    })
  )

  it.scoped("validates them, quickly and in full", () =>
    Effect.gen(function* () {
      const { backups } = yield* three
      const valid = { validSongs: 3, validPerformances: 1, validPreferences: 0, isValid: true, errors: [] }
      expect(yield* backups.validate("b2")).toEqual(valid)
      expect(yield* backups.validate("b2", "full")).toEqual(valid)
    })
  )

  it.scoped("adds them up", () =>
    Effect.gen(function* () {
      const { backups } = yield* three
      const sizes = (yield* backups.list()).map(({ size }) => size)
      const total = sizes.reduce((sum, size) => sum + size, 0)
      const statistics = yield* backups.statistics
      expect(statistics).toMatchObject({
        totalBackups: 3,
        totalSize: total,
        averageSize: Math.round(total / 3),
        oldestBackup: new Date(morning),
        newestBackup: new Date(morning + 2 * day)
      })
      expect(statistics.dedupRatio).toBeGreaterThan(1)
      expect(statistics.storedBytes).toBeGreaterThan(0)
    })
  )

  it.scoped("changes their description, tags and pin, and leaves the rest", () =>
    Effect.gen(function* () {
      const library = yield* three
      const before = yield* library.backups.find("b1")
      const edited = yield* library.backups.edit("b1", { tags: ["kept"], pinned: true })
      expect(edited).toEqual({ ...before, tags: ["kept"], pinned: true })
      expect(yield* library.backups.edit("b1", { description: "renamed" })).toMatchObject({
        tags: ["kept"]
      })
      expect(yield* failure(library.backups.edit("b7", {}))).toBe("BackupNotFound")
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})
