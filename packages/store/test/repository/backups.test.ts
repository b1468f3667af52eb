import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { day, failure, freshLibrary, morning, performance, song } from "../support/libraries.js"

/** b1 … b3, a day apart. */
const three = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.create(song("a", { songDataJSON: '{"x": 1}' }))
  yield* library.performances.create(performance("p", "a"))
  yield* library.backups.take({ description: "Before the Tour", tags: ["tour"], pinned: true })
  yield* TestClock.adjust(day)
  yield* library.preferences.upsert({ theme: "dark" })
  yield* library.backups.take({ description: "after" })
  yield* TestClock.adjust(day)
  yield* library.backups.take()
  return library
})

const numbers = (found: ReadonlyArray<{ readonly number: number }>) => found.map(({ number }) => number)

it.scoped("a backup can be had with its documents as JSON, as Phase 5 had it", () =>
  Effect.gen(function* () {
    const { exports, songs } = yield* three
    const backup = yield* exports.documents("b2")
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
    expect((yield* exports.documents("b1")).preferencesJSON).toBe("null")
    expect(yield* failure(exports.documents("b7"))).toBe("BackupNotFound")
  })
)

it.scoped("backups are listed oldest first, found by text and time, and the trash is left out", () =>
  Effect.gen(function* () {
    const { backups } = yield* three
    expect(numbers(yield* backups.list())).toEqual([1, 2, 3])
    expect((yield* backups.latest)?.number).toBe(3)
    expect(numbers(yield* backups.list({ search: "tour" }))).toEqual([1])
    expect(numbers(yield* backups.list({ until: new Date(morning + day) }))).toEqual([1, 2])
    yield* backups.forget(["b1"])
    expect(numbers(yield* backups.list())).toEqual([2, 3])
    expect(numbers(yield* backups.list({ trash: true }))).toEqual([1])
  })
)

it.scoped("there are none before the first", () =>
  Effect.gen(function* () {
    const { backups } = yield* freshLibrary
    expect(yield* backups.list()).toEqual([])
    expect(yield* backups.latest).toBeUndefined()
  })
)
