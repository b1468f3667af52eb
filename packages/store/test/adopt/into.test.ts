import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { adopt, openLibrary } from "../../src/index.js"
import { appContent, asApp, makeAppDatabase } from "../support/appDatabase.js"
import { failure, sound, temporaryFolder } from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"

const places = Effect.map(temporaryFolder, (folder) => {
  mkdirSync(join(folder, "app"))
  return {
    app: makeAppDatabase(join(folder, "app", "white_room.db")),
    into: join(folder, "mine", "library.db")
  }
})

const isWhole = (path: string, songs = 3) =>
  Effect.scoped(
    Effect.gen(function* () {
      const library = yield* openLibrary(path)
      expect(yield* library.upkeep.status).toMatchObject({ songs, backups: 3, pendingChanges: 0 })
      yield* sound(library)
    })
  )

describe("adopting into a new file", () => {
  it.scoped("leaves the original as it is, to the byte, with nothing beside it", () =>
    Effect.gen(function* () {
      const { app, into } = yield* places
      const bytes = readFileSync(app)
      const report = yield* adopt(app, { into })
      expect(report).toMatchObject({
        path: into,
        songs: 3,
        backups: 2,
        safetyCopy: undefined,
        capturing: true
      })
      expect(readFileSync(app).equals(bytes)).toBe(true)
      expect(readdirSync(dirname(app))).toEqual(["white_room.db"])
      expect(readdirSync(dirname(into))).toEqual(["library.db"])
      expect(appContent(into)).toBe(appContent(app))
      expect(report.backup?.description).toBe("Adopted white_room.db")
      yield* isWhole(into)
    })
  )

  for (const mode of ["WAL", "DELETE", "TRUNCATE"])
    it.scoped(`takes what is committed while the app has it open and writes, journal mode ${mode}`, () =>
      Effect.gen(function* () {
        const { app, into } = yield* places
        const writer = new Sqlite(app)
        yield* Effect.addFinalizer(() => Effect.sync(() => writer.close()))
        writer.pragma(`journal_mode = ${mode}`)
        writer.exec("UPDATE song_data SET name = 'committed' WHERE id = 's1'")
        const committed = appContent(app)
        writer.exec("BEGIN IMMEDIATE; UPDATE song_data SET name = 'not yet' WHERE id = 's2'")
        yield* adopt(app, { into })
        writer.exec("COMMIT")
        expect(appContent(into)).toBe(committed)
        expect(writer.prepare("SELECT name FROM song_data WHERE id = 's2'").pluck().get()).toBe("not yet")
        yield* isWhole(into)
      })
    )

  for (const mode of ["WAL", "DELETE"])
    it.scoped(`never makes the app wait, and copies one moment, journal mode ${mode}`, () =>
      Effect.gen(function* () {
        const { app, into } = yield* places
        // A time-out of zero: a lock held even for a moment would make the write fail.
        const writer = new Sqlite(app, { timeout: 0 })
        yield* Effect.addFinalizer(() => Effect.sync(() => writer.close()))
        writer.pragma(`journal_mode = ${mode}`)
        writer.exec("CREATE TABLE markers(id INTEGER PRIMARY KEY, data BLOB)")
        writer.exec(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO markers SELECT i, zeroblob(2000) FROM n"
        )
        let writes = 0
        const steps = yield* adopt(app, {
          into,
          onProgress: ({ step, done }) => {
            if (step !== "copy" || done === 0 || writes === 2) return
            writes++
            writer.exec(
              `UPDATE song_data SET name = 'v${writes}'; UPDATE markers SET data = 'v${writes}' WHERE id IN (1, 3000)`
            )
          }
        })
        expect(writes).toBe(2)
        expect(steps.songs).toBe(3)
        const versions = asApp(into, (db) =>
          db
            .prepare(
              "SELECT DISTINCT name FROM song_data UNION SELECT DISTINCT CAST(data AS TEXT) FROM markers WHERE id IN (1, 3000)"
            )
            .pluck()
            .all()
        )
        expect(versions).toEqual(["v2"])
        yield* isWhole(into)
      })
    )

  it.scoped("is refused where something is, and for a library, and makes nothing", () =>
    Effect.gen(function* () {
      const { app, into } = yield* places
      mkdirSync(dirname(into))
      writeFileSync(into, "mine")
      expect(yield* failure(adopt(app, { into }))).toBe("LibraryExists")
      expect(yield* failure(adopt(app, { into, dryRun: true }))).toBe("LibraryExists")
      expect(readFileSync(into, "utf8")).toBe("mine")
      const other = join(dirname(into), "other.db")
      yield* adopt(app, { into: other })
      const again = join(dirname(into), "again.db")
      expect(yield* failure(adopt(other, { into: again }))).toBe("InvalidInput")
      expect(yield* failure(adopt(other, { into: again, dryRun: true }))).toBe("InvalidInput")
      expect(yield* failure(adopt(join(dirname(into), "none.db"), { into: again }))).toBe("LibraryNotFound")
      expect(yield* failure(adopt(into, { into: again }))).toBe("NotALibrary")
      expect(readdirSync(dirname(into)).toSorted()).toEqual(["library.db", "other.db"])
    })
  )

  it.scoped("is refused in the folder of a synchronising service, but may read from one", () =>
    Effect.gen(function* () {
      const { into } = yield* places
      const folder = yield* temporaryFolder
      const dropbox = join(folder, "Dropbox")
      mkdirSync(dropbox)
      const app = makeAppDatabase(join(dropbox, "white_room.db"))
      expect(yield* failure(adopt(app, { into: join(dropbox, "library.db") }))).toBe("UnsafePlace")
      expect(yield* adopt(app, { into, dryRun: true })).toMatchObject({ path: into, songs: 3, backups: 2 })
      expect(existsSync(into)).toBe(false)
      yield* adopt(app, { into })
      yield* isWhole(into)
    })
  )

  it.scoped("takes a database on a medium that cannot be written", (ctx) =>
    Effect.gen(function* () {
      const { app, into } = yield* places
      const folder = yield* readonlyFolder([app])
      if (folder === undefined) return ctx.skip(cannotMount)
      const file = join(folder, basename(app))
      expect(yield* failure(adopt(file))).toBe("LibraryReadOnly")
      yield* adopt(file, { into })
      yield* isWhole(into)
    })
  )

  it.scoped("takes a database in WAL mode on a medium that cannot be written", (ctx) =>
    Effect.gen(function* () {
      const { app, into } = yield* places
      asApp(app, (db) => db.pragma("journal_mode = WAL"))
      const folder = yield* readonlyFolder([app])
      if (folder === undefined) return ctx.skip(cannotMount)
      const file = join(folder, basename(app))
      expect(yield* adopt(file, { into, dryRun: true })).toMatchObject({
        songs: 3,
        backups: 2,
        journalMode: "wal"
      })
      yield* adopt(file, { into })
      yield* isWhole(into)
    })
  )

  for (const mode of ["DELETE", "WAL"])
    it.scoped(`takes what a crash left in the middle of a write, and leaves it, journal mode ${mode}`, () =>
      Effect.gen(function* () {
        const { app, into } = yield* places
        asApp(app, (db) => db.pragma(`journal_mode = ${mode}`))
        const committed = appContent(app)
        const crashed = join(yield* temporaryFolder, "crashed.db")
        const writer = new Sqlite(app)
        writer.pragma("cache_size = 5")
        writer.exec("BEGIN IMMEDIATE; UPDATE song_data SET song_data_json = hex(zeroblob(90000))")
        for (const suffix of ["", "-wal", "-journal"])
          if (existsSync(app + suffix)) copyFileSync(app + suffix, crashed + suffix)
        writer.close()
        const files = () => readdirSync(dirname(crashed)).filter((name) => !name.endsWith("-shm"))
        const [before, bytes] = [files(), readFileSync(crashed)]
        expect(before).toHaveLength(2)
        yield* adopt(crashed, { into })
        expect(appContent(into)).toBe(committed)
        expect(files()).toEqual(before)
        expect(readFileSync(crashed).equals(bytes)).toBe(true)
        yield* isWhole(into)
      })
    )
})
