import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setImmediate as nextTurn } from "node:timers/promises"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/TestClock"
import { type DaemonEvent, daemon, layerOutside, leaseName, leaseTime } from "../src/index.js"
import { backups, edit, freshLibrary, morning, temporaryFolder, withProfile } from "./support/worlds.js"

/** A daemon of this test: what it tells comes into the queue. */
const startDaemon = (path: string, holder = "tester") =>
  Effect.gen(function* () {
    const events = yield* Queue.unbounded<DaemonEvent>()
    const fiber = yield* Effect.forkScoped(
      daemon(path, {
        holder,
        captureEvery: "20 seconds",
        onEvent: (event) => Queue.offer(events, event)
      }).pipe(Effect.provide(layerOutside))
    )
    return { events, fiber }
  })

/** What a daemon told, short. */
const shortly = (event: DaemonEvent): string => {
  switch (event.event) {
    case "run":
      return `${event.report.run.activity} ${event.report.run.outcome} b${event.number}`
    case "captured":
      return `captured ${event.changes}`
    case "trouble":
      return `trouble ${event.error}`
    default:
      return event.event
  }
}

const tellings = (events: Queue.Dequeue<DaemonEvent>) =>
  Effect.map(Queue.takeAll(events), (all) => [...all].map(shortly))

/** Another program writes a song into the file. */
const foreignEdit = (path: string, name: string) =>
  Effect.sync(() => execFileSync("sqlite3", [path, `UPDATE song_data SET name = '${name}' WHERE id = 's1'`]))

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe("the daemon", () => {
  it.scoped("runs what is due as time passes", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every 10 minutes"] })
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("1 minute")
      expect(yield* tellings(events)).toEqual(["opened", "backup done b1"])
      yield* edit(library, "second")
      yield* TestClock.adjust("8 minutes")
      expect(yield* tellings(events)).toEqual([])
      yield* TestClock.adjust("2 minutes")
      expect(yield* tellings(events)).toEqual(["backup done b2"])
    })
  )

  it.scoped("takes over what other programs write, while they write", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { enabled: false })
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("1 second")
      for (const name of ["one", "two"]) {
        yield* foreignEdit(library.path, name)
        yield* TestClock.adjust("20 seconds")
      }
      yield* TestClock.adjust("3 minutes")
      expect(yield* tellings(events)).toEqual(["opened", "captured 1", "captured 1"])
      const versions = yield* library.history.versions({ kind: "song", id: "s1" })
      expect(versions.map(({ name }) => name)).toEqual(expect.arrayContaining(["one", "two"]))
    })
  )

  it.scoped("writes nothing while nothing happens", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library)
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("1 minute")
      const bytes = () => ["", "-wal"].map((end) => readFileSync(`${library.path}${end}`).toString("base64"))
      const copy = join(library.path, "..", "before")
      for (const end of ["", "-wal"]) copyFileSync(`${library.path}${end}`, `${copy}${end}`)
      yield* TestClock.adjust("10 minutes")
      expect(bytes()).toEqual(["", "-wal"].map((end) => readFileSync(`${copy}${end}`).toString("base64")))
      expect(yield* tellings(events)).toEqual(["opened"])
    })
  )

  it.scoped("waits for a library that is not there, says so once, and opens it when it comes", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const folder = yield* temporaryFolder
      const path = join(folder, "library.db")
      const { events } = yield* startDaemon(path)
      yield* TestClock.adjust("10 minutes")
      expect(yield* tellings(events)).toEqual(["trouble LibraryNotFound"])
      expect(existsSync(path)).toBe(false)
      yield* createLibrary(path)
      yield* TestClock.adjust("1 minute")
      expect(yield* tellings(events)).toEqual(["backup done b1", "opened"])
    })
  )

  it.scoped("opens a library again that was replaced", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("1 minute")
      const other = join(library.path, "..", "other.db")
      yield* createLibrary(other)
      for (const end of ["-wal", "-shm"]) rmSync(`${library.path}${end}`, { force: true })
      renameSync(other, library.path)
      yield* TestClock.adjust("1 minute")
      expect(yield* tellings(events)).toEqual([
        "opened",
        "backup done b1",
        "trouble LibraryReplaced",
        "backup done b1",
        "opened"
      ])
    })
  )

  it.scoped("tells once of a profile that it cannot read, and runs the others", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* library.schedule.saveProfile({ name: "odd", definition: '{"name":"odd","when":["whenever"]}' })
      yield* withProfile(library, { when: ["every hour"] })
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("10 minutes")
      expect(yield* tellings(events)).toEqual(["opened", "unreadable", "backup done b1"])
    })
  )

  it.scoped("sees a profile that was changed while it runs", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { enabled: false })
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("5 minutes")
      yield* withProfile(library, { when: ["every 30 minutes"] })
      yield* TestClock.adjust("1 minute")
      expect(yield* tellings(events)).toEqual(["opened", "backup done b1"])
    })
  )

  it.scoped("lets another process do what that one began, and says so once", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      yield* withProfile(library, { when: ["every hour"] })
      yield* library.schedule.acquireLease(leaseName, "bea", leaseTime)
      const { events } = yield* startDaemon(library.path)
      yield* TestClock.adjust("90 seconds")
      expect(yield* tellings(events)).toEqual(["opened", "waiting"])
      yield* TestClock.adjust("1 minute")
      expect(yield* tellings(events)).toEqual(["backup done b1"])
    })
  )

  it.scoped(
    "ends what it started when it is stopped, gives the lease back, and the next one repeats it",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        const begun = join(library.path, "..", "begun")
        yield* edit(library, "first")
        yield* withProfile(library, {
          when: ["every hour"],
          hooks: { before: `echo $$ > '${begun}'; sleep 600` }
        })
        const { fiber } = yield* startDaemon(library.path)
        yield* Effect.promise(() => nextTurn()).pipe(
          Effect.repeat({ until: () => existsSync(begun) && readFileSync(begun, "utf8").endsWith("\n") })
        )
        yield* Fiber.interrupt(fiber)
        const shell = Number(readFileSync(begun, "utf8"))
        yield* Effect.promise(() => nextTurn()).pipe(Effect.repeat({ until: () => !isRunning(shell) }))
        const lease = yield* library.schedule.acquireLease(leaseName, "next", leaseTime)
        expect(lease).toHaveProperty("token")
        expect(yield* backups(library)).toEqual([])
        const [run] = yield* library.schedule.runs()
        expect(run?.outcome).toBeUndefined()
      })
  )

  it.scoped("two of them on one library take each backup once", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, { when: ["every 5 minutes"], skipIfUnchanged: false })
      yield* startDaemon(library.path, "one")
      yield* startDaemon(library.path, "two")
      yield* TestClock.adjust("22 minutes")
      expect(yield* backups(library)).toEqual([1, 2, 3, 4, 5])
      const other = yield* openLibrary(library.path)
      expect((yield* other.schedule.runs({ activity: "backup" })).map(({ outcome }) => outcome)).toEqual(
        Array.from({ length: 5 }, () => "done")
      )
    })
  )
})
