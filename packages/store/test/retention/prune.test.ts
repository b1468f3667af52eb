import { statSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { createBackup } from "../../src/backup/createBackup.js"
import type { Library } from "../../src/index.js"
import { prune } from "../../src/retention/prune.js"
import { openSession } from "../../src/session/openSession.js"
import type { Session } from "../../src/session/Session.js"
import { day, failure, freshLibrary, hour, song, sound, sqlite } from "../support/libraries.js"

const numbers = (library: Library) =>
  Effect.map(library.backups.list(), (found) => found.map(({ number }) => number))

const takeBackups = (
  library: Library,
  count: number,
  options: Parameters<Library["backups"]["take"]>[0] = {}
) =>
  Effect.gen(function* () {
    for (let n = 0; n < count; n++) {
      yield* library.backups.take(options)
      yield* TestClock.adjust(hour)
    }
  })

/** About 40 KB that do not compress. */
const noise = (seed: number): string => {
  let state = seed
  return Array.from({ length: 5000 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state.toString(16)
  }).join("")
}

describe("the retention policy", () => {
  it.scoped("keeps the last 30 unless told otherwise", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* takeBackups(library, 33)
      const preview = yield* library.upkeep.previewRetention()
      expect(preview.filter(({ keep }) => !keep)).toHaveLength(3)
      expect(preview.every(({ reasons }) => reasons.length > 0)).toBe(true)
      expect(yield* numbers(library)).toHaveLength(33)
      const report = yield* library.upkeep.prune()
      expect(report.forgotten.map(({ number }) => number)).toEqual([1, 2, 3])
      expect(yield* numbers(library)).toEqual(Array.from({ length: 30 }, (_, index) => index + 4))
    })
  )

  it.scoped("keeps what is pinned or tagged, and lets no safety backup push out another", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* takeBackups(library, 1, { pinned: true })
      yield* takeBackups(library, 1, { tags: ["tour"] })
      yield* takeBackups(library, 2)
      yield* takeBackups(library, 3, { trigger: "safety" })
      yield* library.upkeep.prune({ policy: { keepLast: 1, keepTags: ["tour"] } })
      expect(yield* numbers(library)).toEqual([1, 2, 4, 5, 6, 7])
      yield* library.backups.edit("b1", { pinned: false })
      yield* TestClock.adjust(8 * day)
      yield* library.upkeep.prune({ policy: { keepLast: 1, keepTags: ["tour"] } })
      expect(yield* numbers(library)).toEqual([2, 4, 7])
    })
  )

  it.scoped("that would keep nothing is refused", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* takeBackups(library, 2)
      for (const policy of [{}, { keepLast: 0 }, { keepTags: ["unknown"] }, { keepLast: -1 }])
        expect(yield* failure(library.upkeep.prune({ policy }))).toBe("PolicyRefused")
      expect(yield* numbers(library)).toEqual([1, 2])
    })
  )

  it.scoped("only says what it would do in a dry run", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("only in b1"))
      yield* takeBackups(library, 1)
      yield* library.songs.delete("only in b1")
      yield* takeBackups(library, 2)
      const head = yield* library.log.head
      const report = yield* library.upkeep.prune({ policy: { keepLast: 2 }, dryRun: true })
      expect(report).toMatchObject({ lastCopies: ["Song only in b1 (only in b1)"], objectsRemoved: 0 })
      expect(report.forgotten.map(({ number }) => number)).toEqual([1])
      expect(yield* library.log.head).toEqual(head)
      expect(yield* numbers(library)).toEqual([1, 2, 3])
    })
  )
})

describe("pruning", () => {
  it.scoped("takes nothing from backups that are kept or in the trash, nor from the library", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      for (let n = 1; n <= 4; n++) {
        yield* library.songs.upsertAll([
          song("a", { name: `version ${n}` }),
          song(`s${n}`, { songDataJSON: noise(n) })
        ])
        yield* library.backups.take()
      }
      yield* library.songs.delete("s4")
      yield* TestClock.adjust(day)
      yield* library.upkeep.prune({ policy: { keepLast: 1 }, keepEditsDays: 0 })
      for (const name of ["b1", "b2", "b3", "b4"])
        expect(yield* library.backups.validate(name, "full")).toMatchObject({ isValid: true })
      yield* sound(library)
    })
  )

  it.scoped(
    "releases versions that nothing holds after 90 days, keeps their events, and says so when asked for them",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* library.songs.create(song("a", { songDataJSON: "the first version" }))
        yield* library.songs.update(song("a", { songDataJSON: "the second version" }))
        yield* TestClock.adjust(90 * day)
        yield* library.songs.create(song("b"))
        expect(yield* library.upkeep.prune()).toMatchObject({ objectsRemoved: 0 })
        yield* TestClock.adjust(day)
        yield* library.songs.create(song("c"))
        const [first] = yield* library.objects.put([new TextEncoder().encode("the first version")])
        expect(yield* library.upkeep.prune()).toMatchObject({ objectsRemoved: 1 })
        expect(yield* failure(library.objects.get(first ?? new Uint8Array()))).toBe("ContentReleased")
        expect((yield* library.log.state({ kind: "song", id: "a" }, 1)).record).toBeDefined()
        expect((yield* library.songs.read("a")).songDataJSON).toBe("the second version")
        yield* sound(library)
      })
  )

  it.scoped("keeps a song that was deleted lately, however old its last edit is", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a", { songDataJSON: "old" }))
      yield* TestClock.adjust(300 * day)
      yield* library.songs.delete("a")
      yield* TestClock.adjust(89 * day)
      yield* library.songs.create(song("b"))
      expect(yield* library.upkeep.prune()).toMatchObject({ objectsRemoved: 0 })
      yield* TestClock.adjust(2 * day)
      yield* library.songs.create(song("c"))
      expect((yield* library.upkeep.prune()).objectsRemoved).toBe(1)
      yield* sound(library)
    })
  )

  it.scoped("gives back to the system what an expired backup held alone", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(
        Array.from({ length: 20 }, (_, n) => song(`s${n}`, { songDataJSON: noise(n) }))
      )
      yield* library.backups.take()
      for (let n = 0; n < 20; n++) yield* library.songs.delete(`s${n}`)
      yield* library.backups.take()
      yield* library.backups.forget(["b1"])
      yield* TestClock.adjust(100 * day)
      yield* library.upkeep.prune()
      const before = statSync(library.path).size
      yield* TestClock.adjust(day)
      yield* library.songs.create(song("x"))
      const report = yield* library.upkeep.prune()
      expect(report.expired.map(({ number }) => number)).toEqual([1])
      expect(report.objectsRemoved).toBeGreaterThanOrEqual(20)
      expect(report.bytesFreed).toBeGreaterThan(300_000)
      expect(report.bytesReturned).toBeGreaterThan(300_000)
      expect(statSync(library.path).size).toBeLessThan(before - 300_000)
      expect(sqlite(library.path, "PRAGMA freelist_count")).toBe("0")
      yield* sound(library)
    })
  )

  it.scoped("a second time finds nothing more", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      for (let n = 1; n <= 30; n++) yield* library.songs.upsert(song("a", { songDataJSON: noise(n) }))
      yield* library.backups.take()
      yield* TestClock.adjust(100 * day)
      yield* library.songs.create(song("b"))
      // 29 versions, and the root of the empty library's tree.
      expect((yield* library.upkeep.prune()).objectsRemoved).toBe(30)
      expect(yield* library.upkeep.prune()).toMatchObject({ objectsRemoved: 0, bytesFreed: 0 })
      yield* sound(library)
    })
  )
})

describe("pruning while another session writes", () => {
  /** An old version of song a is about to be released by `session`; `act` runs when it has marked what is needed. */
  const pruning = (act: (other: Session, now: number) => void) =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a", { songDataJSON: "doomed" }))
      yield* library.songs.update(song("a", { songDataJSON: "present" }))
      yield* TestClock.adjust(100 * day)
      yield* library.songs.create(song("b"))
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const [session, other] = [1, 2].map(() => openSession(library.path, { actor: "other" }))
      if (session === undefined || other === undefined) throw new Error("two sessions were opened")
      const snapshot = session.db.snapshot.bind(session.db)
      // The first decides, the second marks.
      let snapshots = 0
      session.db.snapshot = (body) => {
        const result = snapshot(body)
        if (++snapshots === 2) act(other, now)
        return result
      }
      const report = prune(session, {}, now)
      session.close()
      other.close()
      return { library, report }
    })

  it.scoped("keeps what the same content is saved as meanwhile", () =>
    Effect.gen(function* () {
      const { library, report } = yield* pruning((other, now) => {
        sqlite(other.path, "UPDATE song_data SET song_data_json = 'doomed' WHERE id = 'b'")
        createBackup(other, {}, now)
      })
      expect(report.objectsRemoved).toBe(0)
      yield* library.songs.delete("b")
      yield* library.backups.restore("b1")
      expect((yield* library.songs.read("b")).songDataJSON).toBe("doomed")
      yield* sound(library)
    })
  )

  it.scoped("names what leaves though another session sweeps it meanwhile", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("only in b1", { songDataJSON: noise(1) }))
      yield* takeBackups(library, 1)
      yield* library.songs.delete("only in b1")
      yield* takeBackups(library, 1)
      yield* library.backups.forget(["b1"])
      yield* TestClock.adjust(100 * day)
      yield* library.upkeep.prune()
      yield* TestClock.adjust(day)
      yield* library.songs.create(song("b"))
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const session = openSession(library.path, { actor: "first" })
      const nodeStore = session.nodeStore.bind(session)
      session.nodeStore = (pending) => {
        session.nodeStore = nodeStore
        const other = openSession(library.path, { actor: "second" })
        expect(prune(other, {}, now).expired.map(({ number }) => number)).toEqual([1])
        other.close()
        return nodeStore(pending)
      }
      const report = prune(session, {}, now)
      session.close()
      expect(report.lastCopies).toEqual(["Song only in b1 (only in b1)"])
      // The other one did both.
      expect(report).toMatchObject({ expired: [], objectsRemoved: 0 })
      yield* sound(library)
    })
  )

  it.scoped("does not take a backup of another session for garbage", () =>
    Effect.gen(function* () {
      const { library } = yield* pruning((other, now) => {
        sqlite(other.path, "UPDATE song_data SET name = 'x'")
        createBackup(other, {}, now)
      })
      expect(yield* library.backups.validate("b1", "full")).toMatchObject({
        isValid: true,
        validSongs: 2
      })
      yield* sound(library)
    })
  )
})
