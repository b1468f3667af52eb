import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { here, layerOutside, placeOf, Scheduler } from "../src/index.js"
import { edit, folderIn, freshLibrary, temporaryFolder } from "./support/worlds.js"

const opened = Effect.gen(function* () {
  const library = yield* freshLibrary
  const scheduler = yield* Effect.provide(Scheduler.make(library), layerOutside)
  return { library, scheduler }
})

describe("the scheduler as a service", () => {
  it.scoped("has the profile of the preferences until one is saved, changed and removed", () =>
    Effect.gen(function* () {
      const { scheduler } = yield* opened
      const names = Effect.map(scheduler.profiles, (all) => all.map(({ name }) => name))
      expect(yield* names).toEqual(["default"])
      const saved = yield* scheduler.saveProfile({ name: "evening", when: ["daily 18:00"] })
      expect(saved).toMatchObject({ catchUp: "once", keep: { last: 30 } })
      expect(yield* scheduler.profiles).toEqual([saved])
      const pausedUntil = new Date("2026-12-01T00:00:00Z")
      const paused = yield* scheduler.editProfile("evening", { pausedUntil })
      expect(paused).toEqual({ ...saved, pausedUntil })
      expect(yield* scheduler.saveProfile({ ...paused, notify: false })).toMatchObject({ pausedUntil })
      expect(yield* scheduler.removeProfile("evening")).toBe(true)
      expect(yield* scheduler.removeProfile("evening")).toBe(false)
      expect(yield* names).toEqual(["default"])
    })
  )

  it.scoped("refuses a profile that can never run, and says what cannot be read", () =>
    Effect.gen(function* () {
      const { library, scheduler } = yield* opened
      const error = yield* Effect.flip(scheduler.saveProfile({ name: "never", when: ["0 0 31 2 *"] }))
      expect(error).toMatchObject({ _tag: "InvalidInput" })
      expect(error.message).toContain("when")
      yield* library.schedule.saveProfile({ name: "odd", definition: "{" })
      expect(yield* scheduler.unreadableProfiles).toEqual([{ name: "odd", reason: "it is not JSON" }])
    })
  )

  it.scoped("tells the next backups of all profiles in order, and why", () =>
    Effect.gen(function* () {
      const { scheduler } = yield* opened
      const zone = "Europe/Berlin"
      yield* scheduler.saveProfile({ name: "evening", zone, when: ["daily 18:00"] })
      yield* scheduler.saveProfile({ name: "noon", zone, when: ["daily 12:00"], quiet: ["11:00-13:00"] })
      yield* scheduler.saveProfile({ name: "off", zone, when: ["daily 13:00"], enabled: false })
      expect(yield* scheduler.next(2)).toEqual([
        { profile: "noon", at: new Date("2026-11-20T12:00:00Z"), rule: "daily 12:00", delayed: true },
        { profile: "evening", at: new Date("2026-11-20T17:00:00Z"), rule: "daily 18:00", delayed: false },
        { profile: "noon", at: new Date("2026-11-21T12:00:00Z"), rule: "daily 12:00", delayed: true },
        { profile: "evening", at: new Date("2026-11-21T17:00:00Z"), rule: "daily 18:00", delayed: false }
      ])
    })
  )

  it.scoped("runs what is due, and tells how every place is", () =>
    Effect.gen(function* () {
      const { library, scheduler } = yield* opened
      const folder = folderIn(library, "copies")
      const gone = join(library.path, "..", "gone")
      yield* edit(library, "first")
      yield* scheduler.saveProfile({
        name: "evening",
        zone: "Europe/Berlin",
        when: ["daily 18:00"],
        places: [folder, gone],
        drill: { when: ["daily 19:00"] },
        notify: false
      })
      expect((yield* scheduler.places).map(({ stale, lastGood }) => [stale, lastGood])).toEqual([
        [false, undefined],
        [false, undefined],
        [false, undefined]
      ])
      yield* TestClock.setTime(Date.parse("2026-11-20T18:00:00Z"))
      const lastGood = new Date("2026-11-20T18:00:00Z")
      yield* scheduler.runDue()
      const [own, copy, missing] = yield* scheduler.places
      expect(own).toMatchObject({
        profile: "evening",
        place: here,
        lastGood,
        lastProven: lastGood,
        stale: false
      })
      expect(copy).toMatchObject({ place: placeOf(folder), lastGood, lastProven: lastGood, stale: false })
      expect(copy?.backupId).toBe(own?.backupId)
      expect(missing).toEqual({ profile: "evening", place: placeOf(gone), stale: false })
      yield* TestClock.adjust("3 days")
      expect((yield* scheduler.places).map(({ stale }) => stale)).toEqual([true, true, true])
      yield* scheduler.runDue()
      expect((yield* scheduler.places).map(({ stale }) => stale)).toEqual([false, false, true])
    })
  )

  it.scoped("comes as a layer over the library at a path", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "library.db")
      yield* createLibrary(path)
      const names = Effect.flatMap(Scheduler, ({ profiles }) => profiles).pipe(
        Effect.map((all) => all.map(({ name }) => name))
      )
      expect(yield* Effect.provide(names, Scheduler.layer(path))).toEqual(["default"])
      const missing = yield* Effect.flip(Effect.provide(names, Scheduler.layer(`${path}.none`)))
      expect(missing).toMatchObject({ _tag: "LibraryNotFound" })
    })
  )
})
