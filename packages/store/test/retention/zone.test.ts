/** Whose days and hours retention counts: those of the library, whoever prunes and wherever. */
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Library, openLibrary } from "../../src/index.js"
import { freshLibrary, song } from "../support/libraries.js"

let zone: string | undefined
beforeEach(() => {
  zone = process.env.TZ
})
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

const takeAt = (library: Library, time: string) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse(time))
    yield* library.songs.upsert(song("a", { name: time }))
    yield* library.backups.take({ description: time })
  })

const kept = (library: Library) =>
  Effect.map(library.backups.list(), (found) => found.map(({ description }) => description))

/** Five days, with a backup in the morning and one late in the evening of Berlin. */
const fiveDays = (library: Library) =>
  Effect.forEach(["01", "02", "03", "04", "05"], (day) =>
    Effect.forEach(["08", "22"], (hour) => takeAt(library, `2027-11-${day}T${hour}:30:00Z`))
  )

describe("the days of a library", () => {
  it.scoped("are settled by its first prune, and stay when another zone prunes", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* fiveDays(library)
      process.env.TZ = "Europe/Berlin"
      expect((yield* library.upkeep.prune({ policy: { keepDaily: 3 }, dryRun: true })).zone).toBe(
        "Europe/Berlin"
      )
      expect(yield* library.upkeep.timeZone).toBeUndefined()
      yield* library.upkeep.prune({ policy: { keepDaily: 3 } })
      const after = yield* kept(library)
      for (const elsewhere of ["America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata", ""]) {
        process.env.TZ = elsewhere
        expect((yield* library.upkeep.prune({ policy: { keepDaily: 3 } })).forgotten).toEqual([])
        const again = yield* Effect.scoped(
          Effect.flatMap(openLibrary(library.path), (other) => other.upkeep.timeZone)
        )
        expect(again).toBe("Europe/Berlin")
      }
      expect(yield* kept(library)).toEqual(after)
    })
  )

  it.scoped("can be those of a profile that prunes first, or of another zone that is said", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* takeAt(library, "2027-11-01T08:00:00Z")
      expect((yield* library.upkeep.prune({ zone: "Asia/Tokyo" })).zone).toBe("Asia/Tokyo")
      expect((yield* library.upkeep.prune({ zone: "Europe/Berlin" })).zone).toBe("Asia/Tokyo")
      yield* library.upkeep.setTimeZone("America/Lima")
      expect((yield* library.upkeep.prune()).zone).toBe("America/Lima")
      for (const bad of ["", "Nowhere/Town", "Etc/Unknown", "Europe/Berlin'; DROP TABLE run"])
        expect(yield* Effect.flip(library.upkeep.setTimeZone(bad))).toHaveProperty("_tag", "InvalidInput")
      expect(yield* library.upkeep.timeZone).toBe("America/Lima")
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
    })
  )

  it.scoped("are those of UTC where its zone is not known, which is said", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* fiveDays(library)
      yield* library.upkeep.setTimeZone("Europe/Berlin")
      const other = new Sqlite(library.path)
      other.exec("UPDATE library_setting SET value = 'Mars/Base'")
      other.close()
      const report = yield* library.upkeep.prune({ policy: { keepDaily: 3 } })
      expect(report).toMatchObject({ zone: "UTC", unknownZone: "Mars/Base" })
      expect(yield* kept(library)).toHaveLength(3)
      expect(yield* library.upkeep.timeZone).toBe("Mars/Base")
    })
  )

  it.scoped.each(["", "Nowhere/Town"])("are those of UTC with TZ=%j", (empty) =>
    Effect.gen(function* () {
      process.env.TZ = empty
      const library = yield* freshLibrary
      yield* fiveDays(library)
      expect((yield* library.upkeep.prune({ policy: { keepDaily: 3 } })).zone).toBe("UTC")
      expect(yield* kept(library)).toHaveLength(3)
    })
  )
})

describe("the hours of a library", () => {
  it.scoped("are two in the hour that autumn repeats", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const hours = [
        "2027-10-30T23:30:00Z",
        "2027-10-31T00:30:00Z",
        "2027-10-31T01:30:00Z",
        "2027-10-31T02:30:00Z"
      ]
      for (const time of hours) yield* takeAt(library, time)
      yield* library.upkeep.setTimeZone("Europe/Berlin")
      yield* library.upkeep.prune({ policy: { keepHourly: 4 } })
      expect(yield* kept(library)).toEqual(hours)
      yield* library.upkeep.prune({ policy: { keepHourly: 3 } })
      expect(yield* kept(library)).toEqual(hours.slice(1))
    })
  )
})
