/** What adopted and imported backups tell of the time before the log. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { vi } from "vitest"
import { adopt, createLibrary, type Library, openLibrary } from "../../src/index.js"
import { ObjectReader } from "../../src/object/ObjectReader.js"
import { addBackup, appSongs, asApp, makeAppDatabase } from "../support/appDatabase.js"
import { day, failure, morning, song, temporaryFolder } from "../support/libraries.js"

const [drive, cafe, nameless] = appSongs
if (drive === undefined || cafe === undefined || nameless === undefined)
  throw new Error("the app has three songs")

const edition = (tempo: number, name = drive.name) => ({
  ...drive,
  name,
  document: JSON.stringify({ session_model: { tempo } })
})
const gone = { ...cafe, id: "gone", name: "Gone West" }

const keyOf = (id: string) => ({ kind: "song", id }) as const

const dayOf = (number: number) => new Date(Date.UTC(2026, 1, number, 10)).toISOString()

type Songs = ReadonlyArray<typeof drive>

/** An app's database with a backup of its own for each of these, a day apart; the songs of today are those of `appSongs`. */
const appWith = (path: string, backups: ReadonlyArray<Songs>): string => {
  makeAppDatabase(path)
  asApp(path, (app) => {
    app.exec("DELETE FROM backups")
    for (const [index, songs] of backups.entries())
      addBackup(app, "node", { id: `old-${index + 1}`, time: dayOf(index + 1), songs })
  })
  return path
}

const adopted = (...backups: ReadonlyArray<Songs>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(morning)
    const path = appWith(join(yield* temporaryFolder, "white_room.db"), backups)
    yield* adopt(path, { actor: "ada@studio" })
    return yield* openLibrary(path, { actor: "ada@studio" })
  })

/** Each version in one line. */
const told = (library: Library, id: string) =>
  Effect.map(library.history.versions(keyOf(id)), (versions) =>
    versions.map(
      ({ version, source, notIn, firstIn, actor, changes }) =>
        `${version} ${source} ${notIn ?? "-"}..${firstIn ?? "-"} ${actor} ${changes.join("; ")}`
    )
  )

const documentOf = (library: Library, id: string) =>
  Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON)

describe("the versions that an app's own backups have from before it was adopted", () => {
  it.scoped("come first, between the backups that know them; what is equal is one version", () =>
    Effect.gen(function* () {
      const first = [edition(96), cafe]
      const library = yield* adopted(
        [cafe],
        first,
        first,
        [edition(104), cafe],
        [edition(104, "Night Ride")],
        [drive, cafe]
      )
      expect(yield* told(library, "s1")).toEqual([
        "1 b2 b1..b2 unknown created",
        "2 b4 b3..b4 unknown tempo 96 → 104",
        '3 b5 b4..b5 unknown name "Night Drive" → "Night Ride"',
        expect.stringMatching(/^4 @\d+ b5\.\.b6 unknown name "Night Ride" → "Night Drive"; /)
      ])
      const versions = yield* library.history.versions(keyOf("s1"))
      expect(versions[1]).toMatchObject({
        position: 0,
        since: new Date(dayOf(3)),
        timestamp: new Date(dayOf(4)),
        deleted: false
      })
      // Deleted and made again between backups of the app.
      expect(yield* told(library, "s2")).toEqual([
        "1 b1 -..b1 unknown created",
        "2 b5 b4..b5 unknown deleted",
        expect.stringMatching(/^3 @\d+ b5\.\.b6 unknown created$/)
      ])
    })
  )

  it.scoped("are shown, compared, brought back and taken back like any other", () =>
    Effect.gen(function* () {
      const library = yield* adopted([edition(96), cafe, gone], [edition(104), cafe])
      expect(yield* library.history.sourceOf(keyOf("s1"), 2)).toBe("b2")
      expect(yield* failure(library.history.positionOf(keyOf("s1"), 2))).toBe("InvalidInput")
      expect(yield* library.history.positionOf(keyOf("s1"), 3)).toBeGreaterThan(0)
      expect(yield* library.history.entityAt(keyOf("s1"), "b1")).toMatchObject({
        songDataJSON: edition(96).document
      })
      const today = yield* documentOf(library, "s1")
      const source = yield* library.history.sourceOf(keyOf("s1"), 1)
      yield* library.backups.restore(source, { only: [keyOf("s1")] })
      expect(yield* documentOf(library, "s1")).toBe(edition(96).document)
      const [restored] = yield* library.history.operations()
      expect(restored?.description).toBe("restore of Night Drive as it was before b1")
      yield* library.history.undo()
      expect(yield* documentOf(library, "s1")).toBe(today)
    })
  )

  it.scoped("are also those of songs that were gone before the log began", () =>
    Effect.gen(function* () {
      const library = yield* adopted([drive, gone], [drive, gone], [drive, cafe])
      expect(yield* told(library, "gone")).toEqual([
        "1 b1 -..b1 unknown created",
        "2 b3 b2..b3 unknown deleted"
      ])
      expect(yield* failure(library.history.sourceOf(keyOf("gone"), 2))).toBe("InvalidInput")
      const { songsRestored } = yield* library.backups.restore("b1", { only: [keyOf("gone")] })
      expect(songsRestored).toBe(1)
      expect((yield* told(library, "gone")).at(-1)).toMatch(/^3 @\d+ -\.\.- ada@studio restored; created$/)
    })
  )

  it.scoped("end with the log: what the last backup has and the library has not was deleted after it", () =>
    Effect.gen(function* () {
      const library = yield* adopted([drive], [drive, gone])
      const versions = yield* library.history.versions(keyOf("gone"))
      expect(versions).toMatchObject([
        { version: 1, source: "b2", firstIn: "b2", notIn: "b1" },
        { version: 2, deleted: true, notIn: "b2", since: new Date(dayOf(2)), timestamp: new Date(morning) }
      ])
      expect(versions[1]?.firstIn).toBeUndefined()
    })
  )

  it.scoped("are found by names of then, since when and until when", () =>
    Effect.gen(function* () {
      const library = yield* adopted([edition(96, "Nachtfahrt"), gone], [edition(96), gone], [edition(96)])
      expect(yield* library.history.find("nachtf")).toMatchObject([
        { id: "s1", source: "b1", firstIn: "b1", until: new Date(dayOf(2)), position: 0 }
      ])
      const [west] = yield* library.history.find("gone west")
      expect(west).toMatchObject({ id: "gone", firstIn: "b1", until: new Date(dayOf(3)) })
      const [now] = yield* library.history.find("night drive")
      expect(now).toMatchObject({
        id: "s1",
        source: "b2",
        firstIn: "b2",
        notIn: "b1",
        since: new Date(dayOf(2))
      })
      expect(now?.until).toBeUndefined()
      expect(yield* library.history.find("never was")).toEqual([])
    })
  )

  it.scoped("are the state of a moment before the log: the newest backup before it", () =>
    Effect.gen(function* () {
      const library = yield* adopted([edition(96)], [edition(104)])
      const at = (iso: string) => ({ at: new Date(iso) })
      const plan = yield* library.backups.plan(at("2026-02-01T23:00:00Z"), { only: [keyOf("s1")] })
      expect(plan.saved.backupId).toBe((yield* library.backups.find("b1")).backupId)
      const between = yield* library.history.diff(at("2026-02-01T23:00:00Z"), at("2026-10-01T00:00:00Z"))
      expect(between).toMatchObject({ from: "b1", to: "b2", changed: [{ changes: ["tempo 96 → 104"] }] })
      const early = yield* Effect.flip(library.backups.plan(at("2026-01-31T00:00:00Z")))
      expect(early).toMatchObject({
        _tag: "MomentNotFound",
        near: [expect.stringMatching(/^b1 of /), expect.stringMatching(/^@1 of /)]
      })
    })
  )

  it.scoped(
    "end before the library was adopted: what is otherwise there was made after the app's last backup",
    () =>
      Effect.gen(function* () {
        const library = yield* adopted([drive], [edition(104), cafe])
        expect((yield* told(library, "s1")).at(-1)).toMatch(/^3 @\d+ b2\.\.- external /)
        expect((yield* told(library, "s3")).at(-1)).toMatch(/^1 @\d+ b2\.\.- external created$/)
        expect((yield* library.history.versions(keyOf("s3")))[0]?.since).toEqual(new Date(dayOf(2)))
      })
  )

  it.scoped("are not told of what a backup that could be read in part lacks", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(morning)
      const path = appWith(join(yield* temporaryFolder, "white_room.db"), [[drive, gone]])
      asApp(path, (app) => {
        addBackup(app, "node", { id: "half", time: dayOf(2), songs: [drive] })
        app.exec("UPDATE backups SET performances_json = '[{}]' WHERE id = 'half'")
      })
      yield* adopt(path, { actor: "ada@studio" })
      const library = yield* openLibrary(path)
      expect((yield* library.backups.find("half")).tags).toEqual(["incomplete"])
      expect(yield* library.history.versions(keyOf("gone"))).toMatchObject([
        { firstIn: "b1" },
        { deleted: true, notIn: "b1", firstIn: undefined }
      ])
    })
  )

  it.scoped("pass over a backup whose list is damaged: the others tell theirs", () =>
    Effect.gen(function* () {
      const library = yield* adopted([edition(96), gone], [edition(104)], [edition(112)])
      asApp(library.path, (app) =>
        app.exec("DELETE FROM object WHERE hash = (SELECT root FROM backup_catalog WHERE number = 2)")
      )
      expect((yield* told(library, "s1")).slice(0, 2)).toEqual([
        "1 b1 -..b1 unknown created",
        "2 b3 b1..b3 unknown tempo 96 → 112"
      ])
      expect(yield* told(library, "gone")).toContain("2 b3 b1..b3 unknown deleted")
      expect(yield* library.history.find("gone west")).toMatchObject([{ until: new Date(dayOf(3)) }])
      expect((yield* library.upkeep.check({ level: "quick" })).ok).toBe(false)
    })
  )

  it.scoped("are not those of backups in the trash", () =>
    Effect.gen(function* () {
      const library = yield* adopted([edition(96)], [edition(104)])
      yield* library.backups.forget(["b1"])
      expect((yield* told(library, "s1"))[0]).toBe("1 b2 -..b2 unknown created")
    })
  )
})

describe("backups that the app took after it was adopted", () => {
  it.scoped("tell nothing that the log does not know better", () =>
    Effect.gen(function* () {
      const library = yield* adopted([drive, cafe, nameless])
      const before = yield* told(library, "s1")
      asApp(library.path, (app) =>
        addBackup(app, "node", { id: "late", time: "2027-01-01T00:00:00Z", songs: [edition(7)] })
      )
      yield* TestClock.setTime(Date.parse("2027-01-02T00:00:00Z"))
      expect(yield* library.log.capture).toBeGreaterThan(0)
      expect(yield* library.backups.list()).toHaveLength(3)
      expect(yield* told(library, "s1")).toEqual(before)
    })
  )
})

describe("the backups of other libraries", () => {
  /** A library with these states of song `s`, each backed up on a day of its own. */
  const other = (
    folder: string,
    name: string,
    states: ReadonlyArray<readonly [number, number | undefined]>
  ) =>
    Effect.gen(function* () {
      const path = join(folder, name)
      if (!existsSync(path)) yield* createLibrary(path)
      const library = yield* openLibrary(path)
      for (const [at, tempo] of states) {
        yield* TestClock.setTime(morning + at * day)
        const songDataJSON = JSON.stringify({ session_model: { tempo } })
        if (tempo === undefined) yield* library.songs.delete("s")
        else
          yield* library.songs.upsert(
            song("s", { name: "Night Drive", createdAt: new Date(morning), songDataJSON })
          )
        yield* library.backups.take()
      }
      return path
    }).pipe(Effect.scoped)

  it.scoped("are told by their times; what one lacks another did not lose", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const studio = yield* other(folder, "studio.db", [
        [0, 96],
        [4, 100]
      ])
      const laptop = yield* other(folder, "laptop.db", [
        [1, 97],
        [2, undefined],
        [3, 98]
      ])
      yield* TestClock.setTime(morning + 9 * day)
      yield* createLibrary(join(folder, "library.db"))
      const library = yield* openLibrary(join(folder, "library.db"), { actor: "ada@studio" })
      // The log begins here; only then the backups come, the older ones last.
      yield* library.songs.create(song("t"))
      for (const path of [laptop, studio])
        yield* Effect.flatMap(library.imports.open([path]), (opened) => opened.apply())
      const versions = yield* told(library, "s")
      expect(versions).toEqual([
        "1 b4 -..b4 unknown created",
        "2 b1 b4..b1 unknown tempo 96 → 97",
        "3 b2 b1..b2 unknown deleted",
        "4 b3 b2..b3 unknown created",
        "5 b5 b4..b5 unknown tempo 98 → 100",
        // The laptop's was brought in first, and kept where the studio has another.
        "6 @2 -..- ada@studio imported; tempo 100 → 98"
      ])
      // The backups of the laptop say nothing of what only this library has.
      expect(yield* told(library, "t")).toHaveLength(1)
      expect((yield* library.backups.find("latest")).number).toBe(5)
    })
  )

  it.scoped("cost one path of a tree each, and what they share nothing again", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = join(folder, "other.db")
      yield* createLibrary(path)
      const many = 600
      const backups = 12
      const source = yield* openLibrary(path)
      yield* TestClock.setTime(morning)
      yield* source.imports.entities({
        source: "elsewhere",
        songs: Array.from({ length: many }, (_, index) => song(`s${index}`))
      })
      for (let number = 1; number <= backups; number++) {
        yield* TestClock.adjust(day)
        yield* source.songs.upsert(song(`s${number}`, { name: `Changed ${number}` }))
        yield* source.backups.take()
      }
      yield* createLibrary(join(folder, "library.db"))
      const library = yield* openLibrary(join(folder, "library.db"))
      yield* Effect.flatMap(library.imports.open([path]), (opened) => opened.apply({ merge: false }))
      const read = vi.spyOn(ObjectReader.prototype, "get")
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.restoreAllMocks()))
      const versions = yield* library.history.versions(keyOf("s5"))
      expect(versions.map(({ name, firstIn }) => `${name} ${firstIn}`)).toEqual([
        "Song s5 b1",
        "Changed 5 b5"
      ])
      // The root, the branch and the leaf of each, at most.
      expect(read.mock.calls.length).toBeLessThanOrEqual(3 * backups)
      read.mockClear()
      yield* library.history.entries("b1")
      const whole = read.mock.calls.length
      read.mockClear()
      expect(yield* library.history.find("changed 5")).toHaveLength(1)
      // The first tree whole, of each other one what changed.
      expect(read.mock.calls.length).toBeLessThanOrEqual(whole + 10 * backups)
    })
  )
})
