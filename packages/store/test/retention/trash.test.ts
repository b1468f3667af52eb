import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library } from "../../src/index.js"
import { day, failure, freshLibrary, history, hour, song } from "../support/libraries.js"

/** Backups b1 … b`count`, an hour apart, each with one song more. */
const withBackups = (count: number) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    for (let number = 1; number <= count; number++) {
      yield* library.songs.create(song(`s${number}`))
      yield* library.backups.take()
      yield* TestClock.adjust(hour)
    }
    return library
  })

const numbers = (library: Library, trash = false) =>
  Effect.map(library.backups.list({ trash }), (found) => found.map(({ number }) => number))

describe("forgetting backups", () => {
  it.scoped("moves them to the trash, from which they can still be restored and taken back", () =>
    Effect.gen(function* () {
      const library = yield* withBackups(3)
      const forgotten = yield* library.backups.forget(["b1", "latest~1"], "too old")
      expect(forgotten.map(({ number, forgottenAt }) => [number, forgottenAt !== undefined])).toEqual([
        [1, true],
        [2, true]
      ])
      expect([yield* numbers(library), yield* numbers(library, true)]).toEqual([[3], [1, 2]])
      expect(yield* library.upkeep.status).toMatchObject({ backups: 1 })
      const only = [{ kind: "song", id: "s1" } as const]
      yield* library.songs.delete("s1")
      expect((yield* library.backups.restore("b1", { only })).songsRestored).toBe(1)
      expect(yield* library.backups.undelete("b1")).not.toHaveProperty("forgottenAt")
      expect(yield* numbers(library, true)).toEqual([2])
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("forgets the newest when it is told to, and everything goes on", () =>
    Effect.gen(function* () {
      const library = yield* withBackups(2)
      yield* library.backups.forget(["b2"])
      expect(yield* numbers(library)).toEqual([1])
      yield* library.backups.forget(["latest"])
      expect(yield* numbers(library)).toEqual([])
      expect(yield* failure(library.backups.find("latest"))).toBe("BackupNotFound")
      expect(yield* library.upkeep.status).toMatchObject({ backups: 0, latestBackup: undefined })
      expect((yield* library.backups.take()).number).toBe(3)
      yield* library.history.undo()
      expect(yield* numbers(library)).toEqual([1, 3])
      yield* library.backups.undelete("b2")
      expect(yield* numbers(library)).toEqual([1, 2, 3])
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("forgets the newest by no policy", () =>
    Effect.gen(function* () {
      const library = yield* withBackups(2)
      yield* library.upkeep.prune({ policy: { keepTags: ["none"], keepLast: 1 } })
      expect(yield* numbers(library)).toEqual([2])
    })
  )

  it.scoped("forgets all or none", () =>
    Effect.gen(function* () {
      const library = yield* withBackups(3)
      const head = yield* library.log.head
      expect(yield* failure(library.backups.forget(["b1", "b9"]))).toBe("BackupNotFound")
      expect(yield* numbers(library)).toEqual([1, 2, 3])
      expect(yield* library.log.head).toEqual(head)
    })
  )

  it.scoped("forgets one that is named twice, or was forgotten before, once", () =>
    Effect.gen(function* () {
      const library = yield* withBackups(2)
      const { backupId } = yield* library.backups.find("b1")
      yield* library.backups.forget(["b1", backupId])
      yield* TestClock.adjust(hour)
      yield* library.backups.forget(["b1"])
      yield* library.backups.undelete("b2")
      expect((yield* history(library)).filter((line) => /Forgotten|Undeleted/.test(line))).toHaveLength(1)
    })
  )
})

describe("the trash", () => {
  const forgetting = Effect.gen(function* () {
    const library = yield* withBackups(3)
    yield* library.backups.forget(["b1"])
    return library
  })
  const prune = (library: Library) =>
    Effect.map(library.upkeep.prune(), ({ expired, waiting }) => ({
      expired: expired.map(({ number }) => number),
      waiting: waiting.map(({ number }) => number)
    }))

  it.scoped("keeps a backup seven days, and until a second prune a day later", () =>
    Effect.gen(function* () {
      const library = yield* forgetting
      const waiting = { expired: [], waiting: [1] }
      yield* TestClock.adjust(7 * day - hour)
      expect(yield* prune(library)).toEqual(waiting)
      yield* TestClock.adjust(hour)
      expect(yield* prune(library)).toEqual(waiting)
      yield* TestClock.adjust(day - hour)
      expect(yield* prune(library)).toEqual(waiting)
      expect((yield* library.backups.find("b1")).number).toBe(1)
      yield* TestClock.adjust(hour)
      expect(yield* prune(library)).toEqual({ expired: [1], waiting: [] })
      expect(yield* failure(library.backups.find("b1"))).toBe("BackupNotFound")
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("keeps a backup when the second prune comes at once, however late", () =>
    Effect.gen(function* () {
      const library = yield* forgetting
      yield* TestClock.adjust(60 * day)
      yield* prune(library)
      expect(yield* prune(library)).toEqual({ expired: [], waiting: [1] })
    })
  )

  it.scoped("begins again for a backup that was taken back and forgotten again", () =>
    Effect.gen(function* () {
      const library = yield* forgetting
      yield* TestClock.adjust(8 * day)
      yield* prune(library)
      yield* library.backups.undelete("b1")
      yield* library.backups.forget(["b1"])
      yield* TestClock.adjust(2 * day)
      expect(yield* prune(library)).toEqual({ expired: [], waiting: [1] })
      expect((yield* library.backups.undelete("b1")).number).toBe(1)
    })
  )

  it.scoped("keeps everything while the clock is not to be trusted", () =>
    Effect.gen(function* () {
      const library = yield* forgetting
      yield* TestClock.setTime(Date.parse("2036-01-01T00:00:00Z"))
      expect(yield* library.upkeep.prune()).toMatchObject({ paused: true, expired: [] })
      yield* TestClock.adjust(2 * day)
      expect(yield* prune(library)).toEqual({ expired: [], waiting: [1] })
      expect(yield* library.backups.validate("b1", "full")).toMatchObject({
        isValid: true,
        validSongs: 1
      })
    })
  )

  it.scoped("does not give the number of an expired backup to another", () =>
    Effect.gen(function* () {
      const library = yield* forgetting
      yield* library.backups.forget(["b2"])
      yield* TestClock.adjust(8 * day)
      yield* prune(library)
      yield* TestClock.adjust(day)
      expect((yield* prune(library)).expired).toEqual([1, 2])
      expect((yield* library.backups.take()).number).toBe(4)
    })
  )
})
