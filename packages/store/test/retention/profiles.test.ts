/** Retention of a profile from its decision to the day on which its backups are gone for good. */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library } from "../../src/index.js"
import { freshLibrary, song } from "../support/libraries.js"

const names = (library: Library) =>
  Effect.map(library.backups.list(), (found) => found.map(({ description }) => description))

it.scoped(
  "of a profile only its own backups go: out of sight, a week later for good, pins and tags never",
  () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const take = (description: string, more: Parameters<Library["backups"]["take"]>[0] = {}) =>
        Effect.gen(function* () {
          yield* library.songs.upsert(song("a", { name: description }))
          yield* library.backups.take({ description, ...more })
          yield* TestClock.adjust("1 hour")
        })
      const daily = { trigger: "scheduled", profile: "daily" } as const
      yield* take("daily 1", { ...daily, pinned: true })
      yield* take("daily 2", { ...daily, tags: ["tour"] })
      yield* take("safety", { trigger: "safety" })
      for (const n of [3, 4, 5, 6]) yield* take(`daily ${n}`, daily)
      for (const n of [1, 2, 3]) yield* take(`weekly ${n}`, { trigger: "scheduled", profile: "weekly" })
      yield* take("by hand")
      const policy = { keepLast: 1, keepHourly: 2, keepTags: ["tour"] }
      const prune = library.upkeep.prune({ policy, profile: "daily", reclaim: false })
      const others = ["weekly 1", "weekly 2", "weekly 3", "by hand"]
      const report = yield* prune
      expect(report.forgotten.map(({ description }) => description)).toEqual(["daily 3", "daily 4"])
      const left = ["daily 1", "daily 2", "safety", "daily 5", "daily 6", ...others]
      expect(yield* names(library)).toEqual(left)

      yield* TestClock.adjust("6 days")
      expect((yield* prune).expired).toEqual([])
      yield* library.backups.undelete("b4")
      expect(yield* names(library)).toContain("daily 3")
      expect((yield* prune).forgotten.map(({ description }) => description)).toEqual(["daily 3"])

      // Two looks a day apart, and a week of rest: what was forgotten first goes first.
      yield* TestClock.adjust("1 day")
      expect((yield* prune).expired).toEqual([])
      yield* TestClock.adjust("1 day")
      expect((yield* prune).expired.map(({ description }) => description)).toEqual(["daily 4"])
      expect(yield* Effect.flip(library.backups.undelete("b5"))).toHaveProperty("_tag", "BackupNotFound")
      yield* TestClock.adjust("8 days")
      yield* prune
      yield* TestClock.adjust("1 day")
      expect((yield* prune).expired.map(({ description }) => description)).toEqual(["daily 3"])
      expect(yield* names(library)).toEqual(left)
      expect((yield* library.upkeep.check()).ok).toBe(true)
    })
)
