import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { type Lease, type Library, openLibrary } from "../../src/index.js"
import { noSchedule, scheduleRecords } from "../../src/transfer.js"
import { failure, freshLibrary, songs } from "../support/libraries.js"

const minute = Duration.toMillis("1 minute")

const taken = (library: Library, holder: string, milliseconds = minute) =>
  Effect.flatMap(library.schedule.acquireLease("runner", holder, milliseconds), (lease) =>
    "token" in lease ? Effect.succeed(lease) : Effect.dieMessage(`${lease.heldBy} has it`)
  )

const other = (library: Library) => openLibrary(library.path, { actor: "bea@laptop" })

describe("leases", () => {
  it.scoped("security 13: are held by one, and end by themselves", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const second = yield* other(library)
      const lease = yield* taken(library, "ada")
      expect(yield* second.schedule.acquireLease("runner", "bea", minute)).toMatchObject({ heldBy: "ada" })
      yield* TestClock.adjust("1 minute")
      const next = yield* taken(second, "bea")
      expect(next.token).toBe(lease.token + 1)
      expect(yield* failure(library.schedule.renewLease(lease, minute))).toBe("LeaseLost")
      yield* second.schedule.releaseLease(next)
      expect((yield* taken(library, "ada")).token).toBe(next.token + 1)
    })
  )

  it.scoped("can be prolonged, also after their time while nobody else took them", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const lease = yield* taken(library, "ada")
      yield* TestClock.adjust("5 minutes")
      const longer = yield* library.schedule.renewLease(lease, minute)
      expect(longer.token).toBe(lease.token)
      yield* TestClock.adjust("30 seconds")
      expect(yield* library.schedule.acquireLease("runner", "bea", minute)).toMatchObject({ heldBy: "ada" })
    })
  )

  it.scoped("never block anybody because a clock was wrong when they were taken", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* TestClock.adjust("3650 days")
      yield* taken(library, "ada")
      yield* TestClock.setTime(new Date("2026-11-20T09:00:00Z"))
      expect((yield* taken(library, "bea")).token).toBe(2)
    })
  )

  it.scoped("security 13: a backup of a process that slept through its lease is not taken", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const second = yield* other(library)
      yield* library.songs.upsertAll(songs(2))
      const stale = yield* taken(library, "ada")
      yield* TestClock.adjust("2 minutes")
      const lease = yield* taken(second, "bea")
      expect(yield* failure(library.backups.take({ lease: stale }))).toBe("LeaseLost")
      expect(yield* library.backups.list()).toEqual([])
      yield* second.backups.take({ lease })
      expect(yield* library.backups.list()).toHaveLength(1)
    })
  )
})

const begun = (library: Library, lease: Lease, profile = "daily", place = "") =>
  library.schedule.beginRun({ profile, activity: "backup", place, dueAt: new Date(0) }, lease)

describe("profiles and runs", () => {
  it.scoped("profiles are kept as they are written, and remember when they changed", () =>
    Effect.gen(function* () {
      const { schedule } = yield* freshLibrary
      yield* schedule.saveProfile({ name: "daily", definition: "{}" })
      const [first] = yield* schedule.profiles
      yield* TestClock.adjust("1 hour")
      yield* schedule.saveProfile({ name: "daily", definition: "{}" })
      expect(yield* schedule.profiles).toEqual([first])
      yield* schedule.saveProfile({ name: "daily", definition: '{"enabled":false}' })
      expect((yield* schedule.profiles)[0]?.changedAt).not.toEqual(first?.changedAt)
      expect(yield* schedule.removeProfile("daily")).toBe(true)
      expect(yield* schedule.removeProfile("daily")).toBe(false)
      expect(yield* failure(schedule.saveProfile({ name: "", definition: "{}" }))).toBe("InvalidInput")
    })
  )

  it.scoped(
    "runs are recorded from beginning to end, newest first, and a stale process records nothing",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        const lease = yield* taken(library, "ada")
        const first = yield* begun(library, lease)
        yield* library.schedule.endRun(first.number, { outcome: "done", backupId: "x" }, lease)
        const second = yield* begun(library, lease, "daily", "/stick")
        expect(yield* library.schedule.runs()).toMatchObject([
          { number: 2, place: "/stick" },
          { number: 1, outcome: "done", backupId: "x" }
        ])
        expect(yield* library.schedule.runs({ place: "" })).toHaveLength(1)
        yield* TestClock.adjust("2 minutes")
        yield* taken(library, "bea")
        expect(yield* failure(begun(library, lease))).toBe("LeaseLost")
        expect(yield* failure(library.schedule.endRun(second.number, { outcome: "done" }, lease))).toBe(
          "LeaseLost"
        )
      })
  )

  it.scoped("keeps the last thousand runs of a profile and place, and the newest good one however old", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const lease = yield* taken(library, "ada", Duration.toMillis("1 day"))
      const good = yield* begun(library, lease)
      yield* library.schedule.endRun(good.number, { outcome: "done" }, lease)
      yield* begun(library, lease, "weekly")
      yield* begun(library, lease, "daily", "/stick")
      for (let n = 0; n < 1010; n++) yield* begun(library, lease)
      expect(yield* library.schedule.runs({ profile: "daily", limit: 5000 })).toHaveLength(1002)
      expect(yield* library.schedule.runs({ profile: "weekly" })).toHaveLength(1)
      const recent = yield* library.schedule.recentRuns("daily")
      const newest = Array.from({ length: 30 }, (_, n) => 1013 - n)
      expect(recent.map(({ number }) => number)).toEqual([...newest, 3, 1])
      expect(recent.at(-1)).toMatchObject({ outcome: "done" })
    })
  )

  it.scoped(
    "go on in another file of the library, which keeps older runs and what it cannot read is not taken",
    () =>
      Effect.gen(function* () {
        const [library, file] = [yield* freshLibrary, yield* freshLibrary]
        const [here, there] = [scheduleRecords(library), scheduleRecords(file)]
        const nothing = yield* there.text
        expect(nothing).toBe(noSchedule)
        const lease = yield* taken(library, "ada", Duration.toMillis("1 day"))
        yield* library.schedule.saveProfile({ name: "daily", definition: "{}" })
        const first = yield* begun(library, lease)
        yield* library.schedule.endRun(first.number, { outcome: "done", backupId: "x", detail: "é" }, lease)
        yield* there.take(yield* here.text)
        expect(yield* there.text).toBe(yield* here.text)
        expect(yield* file.schedule.runs()).toEqual(yield* library.schedule.runs())
        for (let n = 0; n < 40; n++) yield* begun(library, lease)
        yield* library.schedule.removeProfile("daily")
        yield* there.take(yield* here.text)
        expect(yield* file.schedule.profiles).toEqual([])
        expect(yield* file.schedule.runs()).toHaveLength(31)
        expect(yield* there.text).toBe(yield* here.text)
        for (const text of [
          "",
          "{}",
          '{"profiles":[],"runs":[{"number":-1}]}',
          (yield* here.text).slice(0, -1)
        ])
          expect(yield* failure(there.take(text))).toBe("MalformedData")
        expect(yield* there.text).toBe(yield* here.text)
        yield* there.take(nothing)
        expect([yield* there.text, yield* file.schedule.runs()]).toEqual([nothing, []])
      })
  )
})
