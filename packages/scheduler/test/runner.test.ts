import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { day, hour, minute } from "@white-room/core"
import { type Library, LibraryLocked, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { layerOutside, leaseName, leaseTime, placeOf, runDue, stalePlaces } from "../src/index.js"
import { listening } from "./support/listening.js"
import {
  backups,
  edit,
  folderIn,
  freshLibrary,
  look,
  morning,
  onlyState,
  shortly,
  withProfile
} from "./support/worlds.js"

describe("a due run", () => {
  it.scoped("is run once, when its time has come", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { description: "{profile} of {date}", tags: ["auto"] })
      expect(yield* look(library)).toEqual([])
      yield* TestClock.setTime(Date.parse("2026-11-20T17:00:10Z"))
      const [report] = yield* look(library)
      expect(report).toMatchObject({
        profile: "daily",
        run: { outcome: "done" },
        work: { attempt: 1, missed: 0 }
      })
      expect(yield* look(library)).toEqual([])
      expect(yield* library.backups.latest).toMatchObject({
        trigger: "scheduled",
        profile: "daily",
        description: "daily of 2026-11-20",
        tags: ["auto"]
      })
    })
  )

  it.scoped("of a profile whose zone is not known here comes by UTC, which the report says", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      const stored = { name: "far", when: ["daily 18:00"], zone: "Mars/Olympus", notify: false }
      yield* library.schedule.saveProfile({ name: "far", definition: JSON.stringify(stored) })
      yield* TestClock.setTime(Date.parse("2026-11-20T17:59:00Z"))
      expect(yield* look(library)).toEqual([])
      yield* TestClock.setTime(Date.parse("2026-11-20T18:00:10Z"))
      expect(yield* look(library)).toMatchObject([
        {
          run: { outcome: "done" },
          warnings: ["the time zone Mars/Olympus is not known here: its times are those of UTC"]
        }
      ])
    })
  )

  it.scoped("is caught up once after a long sleep, and skipped when nothing changed", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library)
      yield* TestClock.adjust("40 days")
      const [report] = yield* look(library)
      expect(report).toMatchObject({ run: { outcome: "done" }, work: { missed: 39 } })
      yield* TestClock.adjust("1 day")
      expect(shortly(yield* look(library))).toEqual(["daily backup skipped"])
      expect(yield* backups(library)).toEqual([1])
    })
  )

  it.scoped("comes by the preferences while there is no other profile", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      expect(shortly(yield* look(library))).toEqual(["default backup done"])
      yield* TestClock.adjust("23 hours")
      expect(yield* look(library)).toEqual([])
      yield* edit(library, "second")
      yield* TestClock.adjust("1 hour")
      expect(shortly(yield* look(library))).toEqual(["default backup done"])
      yield* library.preferences.upsert({ autoBackupEnabled: false })
      yield* TestClock.adjust("10 days")
      expect(yield* look(library)).toEqual([])
    })
  )

  it.scoped("is asked for by changes of the kinds that were named only, and holds everything", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { when: ["every hour"], kinds: ["performance"] })
      yield* edit(library, "first")
      expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      yield* edit(library, "second")
      yield* TestClock.adjust("1 hour")
      expect(shortly(yield* look(library))).toEqual(["daily backup skipped"])
      yield* library.performances.upsert({
        id: "p",
        name: "Live",
        songId: "s1",
        duration: 1,
        performanceDataJSON: "{}"
      })
      yield* TestClock.adjust("1 hour")
      expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      expect((yield* library.backups.latest)?.songs).toBe(1)
    })
  )

  it.scoped("is not run while the profile is disabled or paused", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      const until = new Date(morning + 3 * day)
      yield* withProfile(library, { when: ["every hour"], pausedUntil: until.toISOString() })
      yield* TestClock.adjust("2 days")
      expect(yield* look(library)).toEqual([])
      yield* TestClock.adjust("1 day")
      expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      yield* withProfile(library, { when: ["every hour"], enabled: false })
      yield* TestClock.adjust("3 days")
      expect(yield* look(library)).toEqual([])
    })
  )
})

describe("two processes", () => {
  it.scoped(
    "security 13: the one that does not have the lease does nothing, and goes on when the other died",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* edit(library, "first")
        yield* withProfile(library, { when: ["every hour"] })
        const other = yield* openLibrary(library.path, { actor: "bea@laptop" })
        yield* other.schedule.acquireLease(leaseName, "bea", leaseTime)
        const busy = yield* runDue(library).pipe(Effect.provide(layerOutside))
        expect(busy).toMatchObject({ heldBy: "bea" })
        yield* TestClock.adjust(leaseTime)
        expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      })
  )

  it.scoped(
    "work that lasts longer than a lease keeps it, and is given up when it is lost all the same",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* edit(library, "first")
        yield* withProfile(library, { when: ["every hour"] })
        const doing = yield* Effect.makeSemaphore(0)
        let locked = false
        const { backups: manager, schedule } = library
        const slow: Library = {
          ...library,
          backups: {
            ...manager,
            take: (options) => Effect.zipRight(doing.take(1), manager.take(options))
          },
          schedule: {
            ...schedule,
            renewLease: (...args) =>
              Effect.suspend(() =>
                locked ? Effect.fail(new LibraryLocked({ path: "" })) : schedule.renewLease(...args)
              )
          }
        }
        const taken = schedule.acquireLease(leaseName, "bea", leaseTime)
        const looking = yield* Effect.fork(look(slow))
        for (let n = 0; n < 10; n++) {
          yield* TestClock.adjust(leaseTime / 4)
          expect(yield* taken).toHaveProperty("heldBy")
        }
        yield* doing.release(1)
        expect(shortly(yield* Fiber.join(looking))).toEqual(["daily backup done"])
        yield* edit(library, "second")
        yield* TestClock.adjust("1 hour")
        const losing = yield* Effect.fork(look(slow))
        yield* TestClock.adjust(1)
        locked = true
        yield* TestClock.adjust(leaseTime)
        expect(yield* taken).toHaveProperty("token")
        locked = false
        yield* TestClock.adjust(leaseTime / 4)
        expect(yield* Fiber.join(losing)).toEqual([])
        expect(yield* backups(library)).toEqual([1])
      })
  )

  it.scoped("a run whose process died is repeated", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["daily 18:00"] })
      yield* TestClock.adjust("10 hours")
      const lease = yield* library.schedule.acquireLease(leaseName, "dead", leaseTime)
      if (!("token" in lease)) throw new Error("the lease is free")
      const run = { profile: "daily", activity: "backup", place: "", dueAt: new Date(morning + 8 * hour) }
      yield* library.schedule.beginRun(run, lease)
      yield* TestClock.adjust("10 minutes")
      const [report] = yield* look(library)
      expect(report).toMatchObject({ run: { outcome: "done" }, work: { attempt: 2 } })
      yield* TestClock.adjust("1 hour")
      expect(yield* look(library)).toEqual([])
    })
  )
})

describe("folders", () => {
  it.scoped("whose disk is away get nothing, be they empty or full of other things, and are caught up", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const [mount, disk] = [folderIn(library, "mount"), join(library.path, "..", "disk")]
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every hour"], places: [mount], hooks: { failed: "exit 9" } })
      expect(shortly(yield* look(library))).toEqual(["daily backup done", "daily copy done"])
      renameSync(mount, disk)
      for (const other of [[], ["notes.txt"]]) {
        mkdirSync(mount, { recursive: true })
        for (const name of other) writeFileSync(join(mount, name), "mine")
        yield* edit(library, `with ${other.length} other files`)
        yield* TestClock.adjust("1 hour")
        const [, copy] = yield* look(library)
        expect(copy).toMatchObject({ run: { outcome: "failed" }, warnings: [] })
        expect(copy?.run.detail).toMatch(
          /^its disk is away: its vault is not there; it is caught up when it returns$/
        )
        expect(readdirSync(mount)).toEqual(other)
        expect(yield* look(library)).toEqual([])
      }
      rmSync(mount, { recursive: true })
      renameSync(disk, mount)
      expect(shortly(yield* look(library))).toEqual(["daily copy done"])
      expect(readdirSync(mount)).toHaveLength(1)
    })
  )

  it.scoped("get every backup, and are caught up when they return", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const stick = folderIn(library, "stick")
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every hour"], places: [stick] })
      expect(shortly(yield* look(library))).toEqual(["daily backup done", "daily copy done"])
      expect(readdirSync(stick).length).toBeGreaterThan(0)
      renameSync(stick, `${stick}-away`)
      yield* edit(library, "second")
      yield* TestClock.adjust("1 hour")
      const away = yield* look(library)
      expect(shortly(away)).toEqual(["daily backup done", "daily copy failed"])
      expect(away[1]?.run.detail).toMatch(/caught up/)
      yield* TestClock.adjust("10 minutes")
      // Said once, not every time somebody looks; and nothing is written where the stick was.
      expect(yield* look(library)).toEqual([])
      expect(readdirSync(join(stick, ".."))).not.toContain("stick")
      renameSync(`${stick}-away`, stick)
      expect(shortly(yield* look(library))).toEqual(["daily copy done"])
      expect(yield* look(library)).toEqual([])
    })
  )
})

describe("failures", () => {
  it.scoped(
    "a hook that fails before it makes the run fail; it is tried again, and the schedule goes on",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        const flag = join(library.path, "..", "ready")
        yield* edit(library, "first")
        yield* withProfile(library, { when: ["daily 18:00"], hooks: { before: `test -e '${flag}'` } })
        yield* TestClock.setTime(Date.parse("2026-11-20T17:00:00Z"))
        const [failed] = yield* look(library)
        expect(failed?.run).toMatchObject({
          outcome: "failed",
          detail: expect.stringContaining('hook "before"')
        })
        expect(yield* backups(library)).toEqual([])
        expect(yield* look(library)).toEqual([])
        yield* Effect.sync(() => folderIn(library, "ready"))
        yield* TestClock.adjust("2 minutes")
        const [again] = yield* look(library)
        expect(again).toMatchObject({ run: { outcome: "done" }, work: { attempt: 2 } })
      })
  )

  it.scoped("a hook that takes too long is ended", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, {
        when: ["every hour"],
        hooks: { before: "exec 2>&-; read -r line < /dev/zero", timeLimit: 1 }
      })
      const looking = yield* Effect.fork(look(library))
      yield* TestClock.adjust("1 second")
      yield* Effect.yieldNow()
      const [report] = yield* looking
      expect(report?.run.detail).toMatch(/took longer than 1s/)
    })
  )

  it.scoped("calls the heartbeat after good runs and the webhook after failed ones", () =>
    Effect.gen(function* () {
      const { heard, base } = yield* listening
      const calls = () =>
        heard.map(({ method, path, body }) =>
          `${method} ${path} ${body === "" ? "" : JSON.parse(body).outcome}`.trim()
        )
      const library = yield* freshLibrary
      const ready = join(library.path, "..", "ready")
      yield* edit(library, "first")
      const urls = { heartbeat: `${base}/beat`, webhook: `${base}/hook` }
      yield* withProfile(library, { when: ["every hour"], ...urls, hooks: { before: `test -e '${ready}'` } })
      yield* look(library)
      expect(calls()).toEqual(["POST /hook failed"])
      folderIn(library, "ready")
      yield* TestClock.adjust("5 minutes")
      const [good] = yield* look(library)
      expect(good?.warnings).toEqual([])
      expect(calls()).toEqual(["POST /hook failed", "GET /beat"])
    })
  )
})

describe("retention after a run", () => {
  it.scoped("keeps what the profile says of its own backups, and leaves all others alone", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { when: ["every hour"], keep: { last: 2 } })
      yield* library.backups.take({ description: "by hand" })
      for (let n = 0; n < 5; n++) {
        yield* edit(library, `${n}`)
        yield* look(library)
        yield* TestClock.adjust("1 hour")
      }
      expect(yield* backups(library)).toEqual([1, 5, 6])
    })
  )

  it.scoped("a policy that would keep nothing lets nothing go, and the backup counts", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { when: ["every hour"], keep: { tags: ["tour"] } })
      yield* edit(library, "first")
      const [report] = yield* look(library)
      expect(report?.run).toMatchObject({ outcome: "done", detail: expect.stringContaining("tag tour") })
    })
  )
})

describe("a clock that jumps", () => {
  it.scoped("forward and back does no harm: runs go on, none is lost", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["daily 18:00"] })
      yield* TestClock.adjust("1 day")
      yield* look(library)
      yield* TestClock.setTime(Date.parse("2036-01-01T00:00:00Z"))
      yield* edit(library, "future")
      expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      yield* TestClock.setTime(morning + 2 * day)
      yield* edit(library, "back")
      yield* look(library)
      const before = yield* backups(library)
      for (let n = 0; n < 3; n++) {
        yield* edit(library, `day ${n}`)
        yield* TestClock.adjust("1 day")
        expect(shortly(yield* look(library))).toEqual(["daily backup done"])
      }
      expect(yield* backups(library)).toHaveLength(before.length + 3)
    })
  )
})

describe("staleness", () => {
  it.scoped("is told by place, from the age of the last good run", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const stick = folderIn(library, "stick")
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every hour"], places: [stick], staleAfterHours: 5 })
      yield* look(library)
      expect(stalePlaces(yield* onlyState(library), morning + 4 * hour)).toEqual([])
      renameSync(stick, `${stick}-away`)
      yield* edit(library, "second")
      yield* TestClock.adjust("6 hours")
      yield* look(library)
      const now = morning + 6 * hour + minute
      expect(stalePlaces(yield* onlyState(library), now)).toMatchObject([{ place: placeOf(stick) }])
    })
  )
})
