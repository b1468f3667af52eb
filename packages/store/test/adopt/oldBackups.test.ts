import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { adopt, createLibrary, type Library, openLibrary } from "../../src/index.js"
import {
  addBackup,
  appContent,
  appSongs,
  asApp,
  families,
  makeAppDatabase,
  type OldBackup
} from "../support/appDatabase.js"
import { day, morning, sound, temporaryFolder } from "../support/libraries.js"
import { phase5Backups } from "../support/phase5.js"

const adopted = Effect.gen(function* () {
  yield* TestClock.setTime(morning)
  const path = makeAppDatabase(join(yield* temporaryFolder, "white_room.db"))
  yield* adopt(path, { actor: "ada@studio" })
  return path
})

const later: OldBackup = { id: "later", time: "2026-03-01T10:00:00.000Z", songs: appSongs.slice(0, 1) }

const add = (path: string, ...backups: ReadonlyArray<OldBackup>): void =>
  asApp(path, (app) => {
    for (const backup of backups) addBackup(app, "node", backup)
  })

const names = (library: Library) =>
  Effect.map(library.backups.list(), (all) => all.map(({ number, backupId }) => `b${number} ${backupId}`))

const waiting = (library: Library) => Effect.map(library.upkeep.status, ({ oldBackups }) => oldBackups)

describe("a backup that the app takes in its own table", () => {
  it.scoped("is taken over by capture, by a backup of ours and by opening", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      const library = yield* openLibrary(path)
      add(path, later)
      expect(yield* waiting(library)).toEqual({ waiting: 1, setAside: [] })
      expect(yield* library.log.capture).toBe(1)
      expect(yield* waiting(library)).toEqual({ waiting: 0, setAside: [] })
      add(path, { ...later, id: "second" })
      yield* library.backups.take()
      add(path, { ...later, id: "third" })
      const again = yield* openLibrary(path)
      expect((yield* names(again)).slice(3).map((name) => name.replace(/[0-9a-f-]{36}/, "ours"))).toEqual([
        "b4 later",
        "b5 second",
        "b6 ours",
        "b7 third"
      ])
      expect(yield* again.backups.find("later")).toMatchObject({
        trigger: "imported",
        songs: 1,
        description: "about later"
      })
      expect((yield* again.backups.latest)?.number).toBe(6)
      yield* sound(again)
    })
  )

  for (const family of families)
    it.scoped(`is read as the ${family} app writes it, and restores the rows that the app had`, () =>
      Effect.gen(function* () {
        const path = makeAppDatabase(join(yield* temporaryFolder, "white_room.db"), family)
        yield* adopt(path)
        const before = appContent(path)
          .split("\n")
          .filter((line) => !line.includes("6C61746572"))
        asApp(path, (app) => addBackup(app, family, { id: "later", time: "2026-03-01T10:00:00.000Z" }))
        const library = yield* openLibrary(path)
        asApp(path, (app) => app.exec("DELETE FROM song_data; UPDATE performance_data SET name = 'x'"))
        yield* library.backups.restore("later", { mode: "exact" })
        const after = appContent(path)
          .split("\n")
          .filter((line) => !line.includes("6C61746572"))
        expect(after.toSorted()).toEqual(before.toSorted())
        yield* sound(library)
      })
    )

  it.scoped("is taken over in a library that was not an app's database, too", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "library.db")
      yield* createLibrary(path)
      asApp(path, (app) => app.exec(phase5Backups))
      add(path, later)
      const library = yield* openLibrary(path)
      expect(yield* names(library)).toEqual(["b1 later"])
      expect((yield* library.upkeep.status).unprotectedTables).toEqual([])
      yield* sound(library)
    })
  )

  it.scoped("does not come back after it was forgotten and has left the trash for good", () =>
    Effect.gen(function* () {
      const library = yield* openLibrary(yield* adopted)
      yield* library.backups.forget(["backup-one"])
      for (const days of [8, 2]) {
        yield* TestClock.adjust(days * day)
        yield* library.backups.take()
        yield* library.upkeep.prune({ policy: { keepLast: 30 } })
      }
      expect(yield* library.backups.list({ trash: true })).toEqual([])
      expect(yield* library.log.capture).toBe(0)
      expect((yield* names(library)).some((name) => name.includes("backup-one"))).toBe(false)
      expect(yield* waiting(library)).toEqual({ waiting: 0, setAside: [] })
      yield* sound(library)
    })
  )

  it.scoped("stays in the app's table byte for byte, and may be deleted there", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      add(path, later)
      const before = appContent(path)
      const library = yield* openLibrary(path)
      expect(appContent(path)).toBe(before)
      asApp(path, (app) => app.exec("DELETE FROM backups"))
      yield* library.log.capture
      expect(yield* names(library)).toHaveLength(4)
      yield* sound(library)
    })
  )
})

const bad: ReadonlyArray<readonly [name: string, sql: string]> = [
  [
    "no id",
    "INSERT INTO backups VALUES(NULL, '2026-03-01T10:00:00.000Z', 'x', '[]', '[]', '{}', 1, '1', '')"
  ],
  [
    "a blob for an id",
    "INSERT INTO backups VALUES(x'00ff', '2026-03-01T10:00:00.000Z', 'x', '[]', '[]', '{}', 1, '1', '')"
  ],
  [
    "an empty id",
    "INSERT INTO backups VALUES('', '2026-03-01T10:00:00.000Z', 'x', '[]', '[]', '{}', 1, '1', '')"
  ],
  [
    "ill-formed text for an id",
    "INSERT INTO backups VALUES(CAST(x'fffe' AS TEXT), '2026-03-01T10:00:00.000Z', 'x', '[]', '[]', '{}', 1, '1', '')"
  ],
  ["no time", "INSERT INTO backups VALUES('bad', 'yesterday', 'x', '[]', '[]', '{}', 1, '1', '')"],
  [
    "a time before all",
    "INSERT INTO backups VALUES('bad', '1492-10-12 00:00:00.000', 'x', '[]', '[]', '{}', 1, '1', '')"
  ],
  [
    "no JSON",
    "INSERT INTO backups VALUES('bad', '2026-03-01T10:00:00.000Z', 'x', 'song', 'perf', 'pref', 1, '1', '')"
  ],
  [
    "numbers for JSON",
    "INSERT INTO backups VALUES('bad', '2026-03-01T10:00:00.000Z', 'x', 1, 2, 3, 1, '1', '')"
  ],
  [
    "JSON of something else",
    `INSERT INTO backups VALUES('bad', '2026-03-01T10:00:00.000Z', 'x', '[1, "a", [], null]', 'true', '7', 1, '1', '')`
  ],
  [
    "a million brackets",
    "INSERT INTO backups VALUES('bad', '2026-03-01T10:00:00.000Z', 'x', replace(hex(zeroblob(500000)), '0', '['), '[]', 'null', 1, '1', '')"
  ],
  [
    "a description of a megabyte",
    "INSERT INTO backups VALUES('bad', '2026-03-01T10:00:00.000Z', hex(zeroblob(500000)), '[]', '[]', 'null', 1, '1', '')"
  ]
]

describe("a backup of the app that cannot be read", () => {
  for (const [name, sql] of bad)
    it.scoped(`because it has ${name}: is reported once, stays in the app's table, and stops nothing`, () =>
      Effect.gen(function* () {
        const path = makeAppDatabase(join(yield* temporaryFolder, "white_room.db"))
        asApp(path, (app) => app.exec(sql))
        const before = appContent(path)
        const preview = yield* adopt(path, { dryRun: true })
        const report = yield* adopt(path)
        expect(report).toMatchObject({ songs: 3, backups: 2 })
        expect(report.problems.length).toBeGreaterThan(0)
        expect(preview.problems).toEqual(report.problems)
        expect(appContent(path)).toBe(before)
        const library = yield* openLibrary(path)
        const { oldBackups } = yield* library.upkeep.status
        expect(oldBackups.waiting).toBe(0)
        expect(oldBackups.setAside).toHaveLength(1)
        expect((yield* adopt(path)).problems).toEqual([])
        expect(yield* library.log.capture).toBe(0)
        expect((yield* library.upkeep.status).oldBackups).toEqual(oldBackups)
        yield* sound(library)
      })
    )

  it.scoped("is taken over by another adopt when the app has mended it", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      asApp(path, (app) => app.exec(bad[4]?.[1] ?? ""))
      const library = yield* openLibrary(path)
      expect((yield* waiting(library)).setAside).toEqual([
        { what: "backup bad", reason: "its time cannot be read (yesterday)" }
      ])
      add(path, { ...later, id: "bad" })
      expect((yield* adopt(path)).backups).toBe(1)
      expect(yield* waiting(library)).toEqual({ waiting: 0, setAside: [] })
      expect(yield* library.backups.find("bad")).toMatchObject({ songs: 1 })
      yield* sound(library)
    })
  )

  it.scoped("in part is taken over with what can be read, marked, and its faults are named", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      const songs = `[${JSON.stringify({ id: "a", name: "A", createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-01T00:00:00.000Z", songDataJSON: "{}", determinismSeed: "x" })}, {"name":"no id"}, {"id":"b","na`
      add(path, { ...later, id: "cut", parts: { songs, performances: "[]", preferences: "{}" } })
      const { backups, problems } = yield* adopt(path)
      expect(backups).toBe(1)
      expect(problems.map(({ what }) => what)).toEqual(
        expect.arrayContaining([
          expect.stringContaining("backup cut (about cut), song 2"),
          expect.stringContaining("backup cut (about cut), songs")
        ])
      )
      const library = yield* openLibrary(path)
      expect(yield* library.backups.find("cut")).toMatchObject({ songs: 1, tags: ["incomplete"] })
      expect(yield* waiting(library)).toEqual({ waiting: 0, setAside: [] })
      yield* sound(library)
    })
  )

  it.scoped("does not keep a later one from being taken over", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      asApp(path, (app) => {
        for (const [, sql] of bad.slice(0, 6)) app.exec(sql.replace("'bad'", "hex(randomblob(8))"))
      })
      add(path, later)
      const library = yield* openLibrary(path)
      expect(yield* names(library)).toContain("b4 later")
      yield* library.backups.take()
      yield* sound(library)
    })
  )
})

describe("a table named backups that is none of Phase 5's", () => {
  it.scoped("is a table like any other: not read, not taken over, named as not protected", () =>
    Effect.gen(function* () {
      const path = yield* adopted
      asApp(path, (app) =>
        app.exec(
          "DROP TABLE backups; CREATE TABLE backups(id, timestamp); INSERT INTO backups VALUES('a', 1)"
        )
      )
      const library = yield* openLibrary(path)
      expect(yield* library.upkeep.status).toMatchObject({
        unprotectedTables: ["backups"],
        oldBackups: { waiting: 0, setAside: [] }
      })
      yield* library.backups.take()
      yield* sound(library)
    })
  )
})
