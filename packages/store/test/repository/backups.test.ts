import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { day, failure, freshLibrary, morning, performance, song } from "../support/libraries.js"

/** b1 … b3, a day apart. */
const three = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.create(song("a", { songDataJSON: '{"x": 1}' }))
  yield* library.performances.create(performance("p", "a"))
  yield* library.backups.createBackup({ description: "Before the Tour", tags: ["tour"], pinned: true })
  yield* TestClock.adjust(day)
  yield* library.preferences.upsert({ theme: "dark" })
  yield* library.backups.createBackup({ description: "after" })
  yield* TestClock.adjust(day)
  yield* library.backups.createBackup()
  return library
})

const numbers = (found: ReadonlyArray<{ readonly number: number }>) => found.map(({ number }) => number)

describe("the repository of backups", () => {
  it.scoped("reads a backup with its documents as JSON, as Phase 5 did", () =>
    Effect.gen(function* () {
      const { backupRepository, songs } = yield* three
      const backup = yield* backupRepository.read("b2")
      expect(backup).toMatchObject({
        description: "after",
        version: "1.0.0",
        timestamp: new Date(morning + day)
      })
      const stored = yield* songs.read("a")
      expect(JSON.parse(backup.songsJSON)).toMatchObject([JSON.parse(JSON.stringify(stored))])
      expect(JSON.parse(backup.songsJSON)[0].songDataJSON).toBe('{"x": 1}')
      expect(JSON.parse(backup.performancesJSON)).toMatchObject([{ id: "p", songId: "a" }])
      expect(JSON.parse(backup.preferencesJSON)).toMatchObject({ userId: "default", theme: "dark" })
      expect((yield* backupRepository.read("b1")).preferencesJSON).toBe("null")
      expect(yield* failure(backupRepository.read("b7"))).toBe("BackupNotFound")
    })
  )

  it.scoped("finds backups by time, version and text, oldest first", () =>
    Effect.gen(function* () {
      const { backupRepository } = yield* three
      expect(numbers(yield* backupRepository.getAll)).toEqual([1, 2, 3])
      expect((yield* backupRepository.getLatest)?.number).toBe(3)
      const range = backupRepository.getByDateRange(new Date(morning), new Date(morning + day))
      expect(numbers(yield* range)).toEqual([1, 2])
      expect(numbers(yield* backupRepository.getByVersion("1.0.0"))).toEqual([1, 2, 3])
      expect(yield* backupRepository.getByVersion("2.0.0")).toEqual([])
      expect(numbers(yield* backupRepository.search("tour"))).toEqual([1])
    })
  )

  it.scoped("leaves the trash out of everything", () =>
    Effect.gen(function* () {
      const { backupRepository, backups } = yield* three
      yield* backups.deleteBackup(["b1"])
      expect(numbers(yield* backupRepository.getAll)).toEqual([2, 3])
      expect(numbers(yield* backupRepository.getByVersion("1.0.0"))).toEqual([2, 3])
      expect(numbers(yield* backupRepository.getByDateRange(new Date(0), new Date(morning)))).toEqual([])
      expect(yield* backupRepository.count).toBe(2)
    })
  )

  it.scoped("counts backups and adds up their sizes", () =>
    Effect.gen(function* () {
      const { backupRepository, backups } = yield* three
      const sizes = (yield* backups.getAllBackups()).map(({ size }) => size)
      expect(yield* backupRepository.count).toBe(3)
      expect(yield* backupRepository.getTotalSize).toBe(sizes.reduce((sum, size) => sum + size, 0))
    })
  )

  it.scoped("forgets what is older than a time, but never what is pinned nor the newest", () =>
    Effect.gen(function* () {
      const { backupRepository, backups } = yield* three
      expect(yield* backupRepository.deleteOlderThan(new Date(morning + day))).toBe(0)
      expect(yield* backupRepository.deleteOlderThan(new Date(morning + 100 * day))).toBe(1)
      expect(numbers(yield* backupRepository.getAll)).toEqual([1, 3])
      expect(numbers(yield* backups.getAllBackups({ trash: true }))).toEqual([2])
      expect(yield* backupRepository.deleteOlderThan(new Date(morning + 100 * day))).toBe(0)
    })
  )

  it.scoped("is empty before the first backup", () =>
    Effect.gen(function* () {
      const { backupRepository } = yield* freshLibrary
      expect(yield* backupRepository.getAll).toEqual([])
      expect(yield* backupRepository.getLatest).toBeUndefined()
      expect(yield* backupRepository.getTotalSize).toBe(0)
      expect(yield* backupRepository.deleteOlderThan(new Date())).toBe(0)
    })
  )
})
