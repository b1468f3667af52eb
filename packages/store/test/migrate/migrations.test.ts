import { readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openLibrary } from "../../src/index.js"
import {
  type Migration,
  migrateDown,
  migrateUp,
  migrationStatus,
  migrations
} from "../../src/migrate/Migrations.js"
import { openSession } from "../../src/session/openSession.js"
import type { Session } from "../../src/session/Session.js"
import { appSong, failure, freshLibrary, morning, song, songs, sqlite } from "../support/libraries.js"

/** Adds a table; can go back. */
const second: Migration = {
  version: 2,
  name: "notes on songs",
  minReader: 1,
  minWriter: 1,
  additive: true,
  up: (db) => db.exec("CREATE TABLE song_note(song TEXT PRIMARY KEY, note TEXT)"),
  down: (db) => db.exec("DROP TABLE song_note")
}

/** Rewrites what is there; cannot go back. */
const third: Migration = {
  version: 3,
  name: "shorter descriptions",
  minReader: 1,
  minWriter: 1,
  additive: false,
  up: (db) =>
    db.exec(
      "ALTER TABLE check_result RENAME COLUMN bytes TO read_bytes; ALTER TABLE check_result RENAME COLUMN read_bytes TO bytes"
    ),
  loses: "the shorter descriptions"
}

const steps = [...migrations, second, third]

const withSession = <A>(body: (session: Session) => A) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.upsertAll(songs(3))
    yield* library.backups.take()
    const session = yield* Effect.acquireRelease(
      Effect.sync(() => openSession(library.path, { actor: "ada@studio" })),
      (open) => Effect.sync(() => open.close())
    )
    return { library, session, result: body(session) }
  })

const thrown = (body: () => unknown): unknown => {
  try {
    return body()
  } catch (error) {
    return error
  }
}

const copies = (path: string) => readdirSync(dirname(path)).filter((name) => name.includes("before-format"))
const versionIn = (path: string) =>
  sqlite(path, "SELECT max(version), (SELECT min_writer FROM library_info) FROM migration")

describe("formats of a library", () => {
  it.scoped("are today's for a new one: nothing to do", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      expect(yield* library.upkeep.migrations).toEqual({
        current: 1,
        latest: 1,
        minReader: 1,
        minWriter: 1,
        pending: []
      })
      expect(yield* library.upkeep.migrateUp()).toBe(1)
      expect(yield* library.upkeep.migrateUp(1)).toBe(1)
      expect(yield* library.upkeep.migrateDown(1)).toBe(1)
      expect(yield* failure(library.upkeep.migrateUp(2))).toBe("InvalidInput")
      expect(yield* failure(library.upkeep.migrateDown(2))).toBe("InvalidInput")
      expect(yield* failure(library.upkeep.migrateDown(0))).toBe("MigrationRefused")
    })
  )

  it.scoped("say what is to come and what stops working, and opening changes none", () =>
    Effect.gen(function* () {
      const { result, library } = yield* withSession((session) => migrationStatus(session, steps))
      expect(result).toMatchObject({ current: 1, latest: 3 })
      expect(result.pending.map(({ version, name }) => [version, name])).toEqual([
        [2, "notes on songs"],
        [3, "shorter descriptions"]
      ])
      expect(result.pending[0]?.stopsWorking).toMatch(/format 1/)
      expect(versionIn(library.path)).toBe("1|1")
    })
  )

  it.scoped("go up one by one or all at once, and are recorded", () =>
    Effect.gen(function* () {
      const { session, library } = yield* withSession((open) =>
        expect(migrateUp(open, morning, 2, steps)).toBe(2)
      )
      expect(sqlite(library.path, "SELECT count(*) FROM song_note")).toBe("0")
      expect(versionIn(library.path)).toBe("2|1")
      expect(migrateUp(session, morning, undefined, steps)).toBe(3)
      expect(sqlite(library.path, "SELECT version FROM migration ORDER BY version")).toBe("1\n2\n3")
      expect(migrationStatus(session, steps).pending).toEqual([])
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("make a copy first for a step that does more than add, and remove it after a clean check", () =>
    Effect.gen(function* () {
      const seen: Array<ReadonlyArray<string>> = []
      const watched: Migration = {
        ...third,
        up: (db) => {
          seen.push(
            copies(db.path).map((name) =>
              sqlite(join(dirname(db.path), name), "SELECT max(version) FROM migration")
            )
          )
          third.up(db)
        }
      }
      const { library } = yield* withSession((session) =>
        migrateUp(session, morning, 3, [...migrations, second, watched])
      )
      expect(seen).toEqual([["1"]])
      expect(copies(library.path)).toEqual([])
      expect(versionIn(library.path)).toBe("3|1")
    })
  )

  it.scoped("keep the copy when the check afterwards finds damage", () =>
    Effect.gen(function* () {
      const harmful: Migration = { ...third, up: (db) => db.exec("DELETE FROM object") }
      const { library } = yield* withSession((session) =>
        migrateUp(session, morning, 3, [...migrations, second, harmful])
      )
      const [copy = ""] = copies(library.path)
      const before = yield* openLibrary(join(dirname(library.path), copy))
      expect((yield* before.upkeep.check({ level: "full" })).damaged).toEqual([])
      expect(yield* before.songs.count).toBe(3)
    })
  )

  it.scoped("stay as they are when a step fails: nothing half done, no copy left behind", () =>
    Effect.gen(function* () {
      const failing: Migration = {
        ...third,
        up: (db) => {
          db.exec("DROP TABLE song_note")
          throw new Error("out of luck")
        }
      }
      const { library, session } = yield* withSession((open) =>
        expect(() => migrateUp(open, morning, 3, [...migrations, second, failing])).toThrow("out of luck")
      )
      expect(versionIn(library.path)).toBe("1|1")
      expect(copies(library.path)).toEqual([])
      expect(migrateUp(session, morning, 2, steps)).toBe(2)
    })
  )

  it.scoped("are refused when a step does not arrive where it says", () =>
    Effect.gen(function* () {
      const lost: Migration = { ...second, up: (db) => db.exec("INSERT INTO migration VALUES(9, 0)") }
      const { library } = yield* withSession((session) =>
        expect(thrown(() => migrateUp(session, morning, 2, [...migrations, lost]))).toMatchObject({
          _tag: "MigrationRefused"
        })
      )
      expect(versionIn(library.path)).toBe("1|1")
    })
  )

  it.scoped("go down where nothing is lost, and are refused as a whole where something is", () =>
    Effect.gen(function* () {
      const { library, session } = yield* withSession((open) => migrateUp(open, morning, 2, steps))
      expect(migrateDown(session, morning, 1, steps)).toBe(1)
      expect(sqlite(library.path, "SELECT count(*) FROM sqlite_schema WHERE name = 'song_note'")).toBe("0")
      migrateUp(session, morning, 3, steps)
      const refused = thrown(() => migrateDown(session, morning, 1, steps))
      expect(refused).toMatchObject({
        _tag: "MigrationRefused",
        reason: expect.stringContaining("the shorter descriptions")
      })
      expect(versionIn(library.path)).toBe("3|1")
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("do not hide what the app did to the schema before", () =>
    Effect.gen(function* () {
      const { library, session } = yield* withSession(() => undefined)
      sqlite(
        library.path,
        "DROP TRIGGER white_room_song_data_insert",
        `INSERT INTO ${appSong("c", "unwatched")}`
      )
      migrateUp(session, morning, 3, steps)
      expect((yield* library.log.state({ kind: "song", id: "c" })).version).toBe(1)
      sqlite(library.path, `INSERT INTO ${appSong("d", "watched")}`)
      expect(yield* library.log.capture).toBe(1)
    })
  )

  it.scoped("that need a newer program leave a library that this one reads and does not write", () =>
    Effect.gen(function* () {
      const newer: Migration = { ...second, minReader: 1, minWriter: 2 }
      const { library, session } = yield* withSession((open) =>
        migrateUp(open, morning, 2, [...migrations, newer])
      )
      expect(versionIn(library.path)).toBe("2|2")
      expect(session.readonly).toBe(true)
      expect(yield* library.songs.count).toBe(3)
      expect(yield* failure(library.songs.create(song("x")))).toBe("LibraryTooNew")
      expect(yield* failure(library.upkeep.migrateDown(1))).toBe("MigrationRefused")
    })
  )
})
