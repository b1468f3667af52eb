/** Events whose bytes are damaged come back from what is whole in the library, and only where the chain proves them. */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { dump, freshLibrary, performance, song, sound, sqlite, tamper } from "../support/libraries.js"

const log = (library: Library): string => dump(library, "event_log")

/** Songs a and b, edited and deleted, with a backup between any two changes of b. */
const edited = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([song("a"), song("b")])
  yield* library.performances.create(performance("p", "a"))
  yield* library.backups.take({ description: "first", tags: ["tour"] })
  yield* library.songs.update(song("b", { name: "Renamed" }))
  yield* library.backups.take()
  yield* library.songs.delete("b")
  return library
})

const zeroed = (at: number) =>
  `UPDATE event_log SET payload = zeroblob(length(payload) + 3) WHERE position = ${at}`

it.scoped("of songs from live rows and the trees of backups, of backups from the catalogue", () =>
  Effect.gen(function* () {
    const library = yield* edited
    const before = log(library)
    for (let at = 1; at <= 7; at++) {
      tamper(library, zeroed(at))
      expect(log(library)).not.toBe(before)
      const report = yield* library.upkeep.check({ level: "full" })
      expect(report.ok).toBe(false)
      expect(report.damaged.filter(({ mended }) => mended !== true)).toEqual([])
      expect(log(library)).toBe(before)
    }
    yield* sound(library)
  })
)

it.scoped("several at once, and bytes that are no bytes any more", () =>
  Effect.gen(function* () {
    const library = yield* edited
    const before = log(library)
    for (const sql of [
      zeroed(1),
      zeroed(2),
      zeroed(5),
      "UPDATE event_log SET payload = 'text' WHERE position = 3"
    ])
      tamper(library, sql)
    yield* library.upkeep.check({ level: "full" })
    expect(log(library)).toBe(before)
  })
)

it.scoped("so does a hash of the chain, but for the last, after which nothing proves it", () =>
  Effect.gen(function* () {
    const library = yield* edited
    const before = log(library)
    tamper(library, "UPDATE event_log SET chain_hash = zeroblob(32) WHERE position = 3")
    yield* library.upkeep.check({ level: "full" })
    expect(log(library)).toBe(before)
    tamper(library, "UPDATE event_log SET chain_hash = zeroblob(32) WHERE position = 7")
    const spoiled = log(library)
    const { damaged } = yield* library.upkeep.check({ level: "full" })
    expect(damaged).toMatchObject([{ what: "event @7 (SongDeleted b)" }])
    expect(damaged[0]?.mended).not.toBe(true)
    expect(log(library)).toBe(spoiled)
  })
)

it.scoped("what stands nowhere else stays named, and nothing that is only like it is written", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.create(song("a"))
    yield* library.songs.update(song("a", { name: "Other" }))
    yield* library.songs.update(song("a"))
    tamper(library, zeroed(2))
    const spoiled = log(library)
    const { damaged } = yield* library.upkeep.check({ level: "full" })
    for (const { what, mended } of damaged)
      expect([what, mended]).toEqual(["event @2 (SongEdited a)", undefined])
    expect(damaged).not.toEqual([])
    expect(log(library)).toBe(spoiled)
    expect(sqlite(library.path, "SELECT name FROM song_data")).toBe("Song a")
  })
)
