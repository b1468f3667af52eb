/** The files that devices push one by one are merged by the server, since devices delete nothing there. */
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import {
  checkVault,
  clone,
  listBlobs,
  makeSealedVault,
  makeVault,
  memoryBlobs,
  openSealed,
  writePolicy
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/TestClock"
import { noteDangers } from "../src/control/Alerts.js"
import { layerSqlite } from "../src/control/Database.js"
import { discardedOf } from "../src/control/Discarded.js"
import {
  insertLibrary,
  librariesToBox,
  libraryById,
  noteReclaimed,
  reserve,
  settle
} from "../src/control/Libraries.js"
import { costOf } from "../src/library/Shelf.js"
import { tidyFiles } from "../src/replica/tidyFiles.js"
import { keepHomes } from "../src/start/keepHomes.js"
import { tidyLibrary } from "../src/start/tidyLibrary.js"
import { song } from "./support/pushed.js"
import { sendingTo } from "./support/sendingTo.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const times = 18

describe("the files of a library of a device", () => {
  it.scoped("security 16: become few, and say the same; the device goes on", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
      const folder = yield* temporaryFolder
      const file = join(folder, "library.db")
      yield* createLibrary(file)
      const library = yield* openLibrary(file)
      const blobs = memoryBlobs()
      const vault = yield* makeVault(blobs)
      const send = yield* sendingTo(library, vault)
      for (let time = 1; time <= times; time++) {
        yield* library.songs.upsert(song("s1", `Version ${time}`))
        yield* send
      }
      const trash: Array<string> = []
      const shelf = {
        blobs: () => blobs,
        discard: (_: string, name: string) =>
          Effect.as(Effect.orDie(blobs.delete(name)), trash.push(name) > 0)
      }
      const bytes = Effect.map(listBlobs(blobs, ""), (all) =>
        all.reduce((sum, each) => sum + costOf(each.bytes), 0)
      )
      const count = Effect.map(listBlobs(blobs, ""), (all) => all.length)
      const before = yield* count
      const room = yield* bytes

      yield* TestClock.adjust("1 hour")
      const merged = yield* tidyFiles(shelf, "anna", { reclaim: false })
      // One of sixteen is new; those that it holds stay for a day.
      expect([merged.put.length, merged.discarded]).toEqual([1, []])
      expect(yield* bytes).toBe(room + merged.bytes)
      yield* TestClock.adjust("2 days")
      const tidied = yield* tidyFiles(shelf, "anna", { reclaim: false })
      expect([tidied.put, tidied.discarded.length]).toEqual([[], 16])
      expect(tidied.discarded).toEqual(trash)
      expect(yield* bytes).toBe(room + merged.bytes + tidied.bytes)
      expect(yield* count).toBe(before - 16 + 1)
      expect(yield* tidyFiles(shelf, "anna", { reclaim: false })).toEqual({
        put: [],
        discarded: [],
        bytes: 0
      })

      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
      expect(yield* clone(vault, join(folder, "copy.db"))).toMatchObject({ position: times, problems: [] })
      yield* library.songs.upsert(song("s1", "Later"))
      yield* send
      expect(yield* count).toBe(before - 16 + 2)
      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
    })
  )

  it.scoped(
    "that are sealed are put together as they are, without a key; who has one reads what was there",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
        const folder = yield* temporaryFolder
        const file = join(folder, "library.db")
        yield* createLibrary(file)
        const library = yield* openLibrary(file)
        const blobs = memoryBlobs()
        const lock = { passphrase: "correct horse", workFactor: 10 }
        const vault = yield* makeSealedVault(blobs, { ...lock, label: "Ada" })
        const send = yield* sendingTo(library, vault)
        for (let time = 1; time <= times; time++) {
          yield* library.songs.upsert(song("s1", `Version ${time}`))
          yield* send
        }
        const shelf = {
          blobs: () => blobs,
          discard: (_: string, name: string) => Effect.as(Effect.orDie(blobs.delete(name)), true)
        }
        const files = Effect.map(listBlobs(blobs, ""), (all) => all.length)
        const before = yield* files
        yield* TestClock.adjust("2 hours")
        const boxed = yield* tidyFiles(shelf, "anna", { reclaim: true })
        expect([boxed.put.length, boxed.discarded]).toEqual([1, []])
        yield* TestClock.adjust("1 day")
        const tidied = yield* tidyFiles(shelf, "anna", { reclaim: true })
        expect([tidied.put, tidied.discarded.length]).toEqual([[], times])
        expect(yield* files).toBe(before - times + 1)
        // What it takes up more: a directory.
        expect(boxed.bytes + tidied.bytes).toBeLessThan(times * 150)
        const opened = yield* openSealed(blobs, lock)
        expect(yield* clone(opened, join(folder, "copy.db"))).toMatchObject({ position: times, problems: [] })
      })
  )

  it.effect("that are sealed are looked at once a night, while something comes", () =>
    Effect.gen(function* () {
      const now = Date.parse("2026-11-20T12:00:00Z")
      yield* TestClock.setTime(now)
      for (const id of ["anna", "ben", "quiet"]) yield* insertLibrary(id, id, id !== "ben", 1000)
      const arrive = (id: string, at: number) => Effect.zipRight(reserve(id, 1), settle(id, 1, at))
      yield* arrive("anna", now)
      yield* arrive("ben", now)
      const due = (at: number) =>
        Effect.map(librariesToBox(at - 20 * 3_600_000), (all) => all.map(({ id }) => id))
      expect(yield* due(now)).toEqual(["anna"])
      yield* noteReclaimed("anna", now)
      expect(yield* due(now)).toEqual([])
      // What lies in a box goes the day after; then nothing is left to do until something comes.
      expect(yield* due(now + 86_400_000)).toEqual(["anna"])
      yield* noteReclaimed("anna", now + 3 * 86_400_000)
      expect(yield* due(now + 4 * 86_400_000)).toEqual([])
      yield* arrive("anna", now + 5 * 86_400_000)
      expect(yield* due(now + 5 * 86_400_000)).toEqual(["anna"])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )

  it.scoped("are counted, and what was replaced is remembered for the mirror", () =>
    Effect.gen(function* () {
      yield* insertLibrary("anna", "Anna", false, 1000)
      const library = { id: "anna", reclaimed_at: 0 }
      const told: Array<string> = []
      const tidy = (bytes: number, put: ReadonlyArray<string>, discarded: ReadonlyArray<string>) => ({
        replicas: {
          tidy: () => Effect.succeed({ put, discarded, bytes }),
          changed: (library: string) => void told.push(library)
        },
        mirror: { noticed: (_: string, name: string) => void told.push(name) }
      })
      yield* tidyLibrary(tidy(0, [], []), library)
      expect(told).toEqual([])
      yield* tidyLibrary(tidy(70, ["new"], []), library)
      yield* tidyLibrary(tidy(-50, [], ["old"]), library)
      expect(told).toEqual(["new", "anna", "anna"])
      expect((yield* libraryById("anna"))?.used).toBe(20)
      expect(yield* discardedOf("anna")).toMatchObject([{ name: "old", put_again: 0 }])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )

  it.scoped(
    "12: let go of old versions by when they came here, whatever their events say, and of nothing younger",
    () =>
      Effect.gen(function* () {
        // The clock of the device is years behind: what it says of ages counts for nothing.
        yield* TestClock.setTime(Date.parse("2020-01-01T12:00:00Z"))
        const folder = yield* temporaryFolder
        const file = join(folder, "library.db")
        yield* createLibrary(file)
        const library = yield* openLibrary(file)
        const text = () => JSON.stringify({ notes: randomBytes(20_000).toString("base64") })
        const write = (id: string) => library.songs.upsert({ ...song(id), songDataJSON: text() })
        yield* write("good")
        yield* library.backups.take({ description: "good" })
        for (let time = 0; time < 5; time++) yield* write("s1")
        // A flood of backups, and the good one forgotten.
        for (let time = 0; time < 30; time++) yield* library.backups.take({ description: `flood ${time}` })
        yield* library.songs.delete("good")
        yield* library.backups.forget(["b1"])
        const arrived = Date.parse("2026-11-20T12:00:00Z")
        yield* TestClock.setTime(arrived)
        const blobs = memoryBlobs()
        const vault = yield* makeVault(blobs)
        const send = yield* sendingTo(library, vault)
        yield* send
        const shelf = {
          blobs: () => blobs,
          discard: (_: string, name: string) => Effect.as(Effect.orDie(blobs.delete(name)), true)
        }
        const tidy = tidyFiles(shelf, "anna", { reclaim: true })
        // Within the days that the policy of the vault keeps them, everything stays.
        for (const day of [1, 29, 31, 89]) {
          yield* TestClock.setTime(arrived + day * 86_400_000)
          expect([day, yield* tidy]).toEqual([day, { put: [], discarded: [], bytes: 0 }])
        }
        yield* TestClock.setTime(arrived + 91 * 86_400_000)
        const made = yield* tidy
        expect(made.put).toHaveLength(1)
        yield* TestClock.adjust("2 days")
        const gone = yield* tidy
        expect(gone.discarded).toHaveLength(1)
        // Four of five versions of one song went, and the good backup stayed: it is in the trash of the library, not out of it.
        expect(made.bytes + gone.bytes).toBeLessThan(-50_000)
        expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
        yield* clone(vault, join(folder, "copy.db"))
        const copy = yield* openLibrary(join(folder, "copy.db"))
        yield* copy.backups.undelete("b1")
        yield* copy.backups.restore("b1", { only: [{ kind: "song", id: "good" }] })
        expect((yield* copy.songs.read("good")).songDataJSON).toMatch(/^.{20000,}$/)
      })
  )

  it.scoped(
    "12: keep what was forgotten for 30 days, also when a thief wrote a policy that keeps nothing",
    () =>
      Effect.gen(function* () {
        const days = (count: number) =>
          TestClock.setTime(Date.parse("2026-01-01T12:00:00Z") + count * 86_400_000)
        yield* days(0)
        const file = join(yield* temporaryFolder, "library.db")
        yield* createLibrary(file)
        const library = yield* openLibrary(file)
        const songDataJSON = JSON.stringify({ notes: randomBytes(200_000).toString("base64") })
        yield* library.songs.upsert({ ...song("good"), songDataJSON })
        const blobs = memoryBlobs()
        const vault = yield* makeVault(blobs)
        const send = yield* sendingTo(library, vault)
        yield* send
        yield* days(60)
        yield* library.songs.delete("good")
        yield* send
        yield* writePolicy(vault, { keepEdits: 0, graceDays: 0 })
        const shelf = { blobs: () => blobs, discard: () => Effect.succeed(true) }
        const tidy = tidyFiles(shelf, "anna", { reclaim: true })
        yield* days(89)
        expect(yield* tidy).toEqual({ put: [], discarded: [], bytes: 0 })
        yield* days(91)
        expect((yield* tidy).put).toHaveLength(1)
      })
  )

  it.scoped("16, 18: are read once a month for that, and not while much was deleted lately", () =>
    Effect.gen(function* () {
      const now = Date.parse("2026-11-20T12:00:00Z")
      yield* TestClock.setTime(now)
      yield* insertLibrary("anna", "Anna", false, 1000)
      const asked: Array<boolean> = []
      const replicas = {
        tidy: (_: string, { reclaim }: { readonly reclaim: boolean }) => {
          asked.push(reclaim)
          return Effect.succeed({ put: [], discarded: [], bytes: 0 })
        },
        changed: () => {}
      }
      const night = Effect.gen(function* () {
        const library = yield* libraryById("anna")
        if (library !== undefined) yield* tidyLibrary({ replicas, mirror: undefined }, library)
      })
      yield* night
      yield* TestClock.adjust("29 days")
      yield* night
      const loss = { kind: "loss", library: "anna", about: "@9", detail: "" } as const
      yield* noteDangers([loss])
      yield* TestClock.adjust("29 days")
      yield* night
      yield* TestClock.adjust("2 days")
      yield* night
      expect(asked).toEqual([true, false, false, true])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})

describe("the files of a library that is written here", () => {
  it.scoped("16, 18: nothing is let go of while much was deleted lately", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
      yield* insertLibrary("anna", "Anna", false, 1000)
      const arrived = yield* Queue.unbounded<ReadonlyArray<string>>()
      const settled = yield* Queue.unbounded<boolean>()
      const asked: Array<boolean> = []
      const head = { line: "anna", position: 0, chainHash: "" }
      const homes = {
        push: () =>
          Effect.succeed({
            ...{ position: 0, events: 0, put: [], bytes: 0, head, schedule: undefined },
            isUpkeepDue: true
          }),
        keepUp: (_: unknown, mayReclaim: boolean) => {
          asked.push(mayReclaim)
          return Effect.succeed({ put: [], discarded: [], bytes: 0 })
        },
        ...{ changesOf: () => 0, isHere: () => true, noticed: () => {}, waiting: Queue.take(arrived) },
        settled: (_library: string, kept?: unknown) => void settled.unsafeOffer(kept !== undefined),
        keptSchedule: () => {}
      }
      yield* keepHomes({ mirror: undefined, log: () => {} }, homes, undefined)
      const night = Effect.gen(function* () {
        yield* Queue.offer(arrived, ["anna"])
        yield* TestClock.adjust("1 second")
        expect(yield* Queue.take(settled)).toBe(true)
      })
      yield* night
      yield* noteDangers([{ kind: "loss", library: "anna", about: "@9", detail: "" }])
      yield* night
      yield* TestClock.adjust("29 days")
      yield* night
      yield* TestClock.adjust("1 day")
      yield* night
      expect(asked).toEqual([true, false, false, true])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})
