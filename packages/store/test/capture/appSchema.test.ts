import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { installTriggers } from "../../src/live/Triggers.js"
import { openSession } from "../../src/session/openSession.js"
import { appSong, dump, failure, history, performance, song, sqlite, withTwo } from "../support/libraries.js"

const triggers = (library: Library) =>
  Number(
    sqlite(
      library.path,
      "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'white_room_%'"
    )
  )

const sound = (library: Library) =>
  Effect.gen(function* () {
    yield* library.log.capture
    expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    expect(triggers(library)).toBe(9)
    expect(yield* library.upkeep.status).toMatchObject({ pendingChanges: 0 })
  })

/** The way SQLite recommends to change a table: our triggers go with the old one. */
const recreate = (...columns: ReadonlyArray<string>): ReadonlyArray<string> => [
  "BEGIN",
  `CREATE TABLE new_song_data (id TEXT PRIMARY KEY, name TEXT NOT NULL, composer TEXT, description TEXT, genre TEXT,
     duration REAL, key TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, song_data_json TEXT NOT NULL,
     determinism_seed TEXT NOT NULL, custom_metadata TEXT ${columns.map((column) => `, ${column}`).join("")})`,
  `INSERT INTO new_song_data(id, name, composer, description, genre, duration, key, created_at, updated_at,
     song_data_json, determinism_seed, custom_metadata) SELECT * FROM song_data`,
  "DROP TABLE song_data",
  "ALTER TABLE new_song_data RENAME TO song_data",
  "COMMIT"
]

describe("a migration of the app that recreates a table", () => {
  it.scoped("is noticed by the next write: watched again, and what was written unwatched is in the log", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, ...recreate())
      expect(triggers(library)).toBe(6)
      sqlite(
        library.path,
        `INSERT INTO ${appSong("c", "unwatched")}`,
        "UPDATE song_data SET name = 'unwatched' WHERE id = 'a'",
        "DELETE FROM song_data WHERE id = 'b'"
      )
      yield* library.songs.update(song("a", { name: "ours" }))
      yield* sound(library)
      const events = yield* history(library, 2)
      expect(events.slice(0, 2)).toEqual(["@3 SongEdited a v2 external", "@4 SongEdited a v3 ada@studio"])
      expect(events.map((line) => line.replace(/^@\d+ /, "")).sort()).toEqual([
        "SongCreated c v1 external",
        "SongDeleted b v2 external",
        "SongEdited a v2 external",
        "SongEdited a v3 ada@studio"
      ])
    })
  )

  it.scoped("is noticed by a capture, a plan and a backup that would take none when nothing changed", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(library.path, ...recreate(), `INSERT INTO ${appSong("c", "C")}`)
      expect((yield* library.backups.plan("b1", { mode: "exact" })).counts).toMatchObject({
        delete: 1
      })
      sqlite(library.path, ...recreate(), `INSERT INTO ${appSong("d", "D")}`)
      expect(yield* library.backups.take({ skipIfUnchanged: true })).toMatchObject({
        skipped: false,
        songs: 4
      })
      sqlite(library.path, ...recreate(), `INSERT INTO ${appSong("e", "E")}`)
      expect(yield* library.log.capture).toBe(1)
      yield* sound(library)
    })
  )

  it.scoped("is noticed by a check, which reports the gap and not damage", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, ...recreate(), "UPDATE song_data SET name = 'unwatched'")
      expect(yield* library.upkeep.check()).toMatchObject({ ok: true, gapEvents: 2 })
      expect(yield* library.upkeep.check({ level: "full" })).toMatchObject({ ok: true, gapEvents: 0 })
      yield* sound(library)
    })
  )

  it.scoped("that was watched again by a program that ended right then is reported by the next check", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, ...recreate(), "UPDATE song_data SET name = 'unwatched'")
      const session = openSession(library.path, { actor: "ada@studio" })
      // As `watchAgain` leaves it between its two transactions.
      session.writeSchema(() => installTriggers(session.db))
      session.db.run("UPDATE library_info SET schema_version = -1")
      session.close()
      expect(yield* library.upkeep.check()).toMatchObject({ ok: true, gapEvents: 2 })
      yield* sound(library)
    })
  )

  it.scoped("is noticed by rebuild, which keeps what the app wrote", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        ...recreate("mood TEXT DEFAULT 'calm'"),
        "UPDATE song_data SET mood = 'wild' WHERE id = 'a'"
      )
      expect(yield* library.upkeep.rebuild()).toBe(0)
      expect(sqlite(library.path, "SELECT id, mood FROM song_data ORDER BY id")).toBe("a|wild\nb|calm")
      yield* sound(library)
    })
  )

  it.scoped("is noticed by a restore, which does not undo what it did not see", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(library.path, ...recreate(), "UPDATE song_data SET name = 'unwatched' WHERE id = 'a'")
      expect(yield* library.backups.restore("b1")).toMatchObject({ conflicts: 1, songsRestored: 0 })
      expect((yield* library.songs.read("a")).name).toBe("unwatched")
      yield* sound(library)
    })
  )

  it.scoped("without a change of rows writes no events", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, ...recreate())
      expect(yield* library.log.capture).toBe(0)
      yield* sound(library)
    })
  )
})

describe("the app's other changes of the schema", () => {
  for (const change of [
    "CREATE INDEX by_genre ON song_data(genre)",
    "VACUUM",
    "ALTER TABLE song_data ADD COLUMN mood TEXT DEFAULT 'calm'",
    "CREATE TABLE other(x)"
  ])
    it.scoped(`${change}: nobody says that the watch was removed, and nothing is lost`, () =>
      Effect.gen(function* () {
        const library = yield* withTwo
        sqlite(library.path, "UPDATE song_data SET genre = 'x'", change, "UPDATE song_data SET genre = 'y'")
        expect(yield* library.upkeep.check()).toMatchObject({ ok: true, gapEvents: 0 })
        expect(yield* library.upkeep.status).toMatchObject({ pendingChanges: 0, songs: 2 })
        yield* sound(library)
      })
    )

  it.scoped("a dropped trigger is put back", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        "DROP TRIGGER white_room_song_data_delete",
        "DROP TRIGGER white_room_user_preferences_update",
        "DELETE FROM song_data WHERE id = 'a'"
      )
      yield* library.songs.create(song("c"))
      yield* sound(library)
      expect(yield* history(library, 2)).toEqual([
        "@3 SongCreated c v1 ada@studio",
        "@4 SongDeleted a v2 external"
      ])
    })
  )

  it.scoped("a changed trigger is mended", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const name = "white_room_song_data_update"
      sqlite(
        library.path,
        `DROP TRIGGER ${name}`,
        `CREATE TRIGGER ${name} AFTER UPDATE ON song_data BEGIN SELECT 1; END`,
        "UPDATE song_data SET name = 'x' WHERE id = 'a'"
      )
      expect(yield* library.log.capture).toBe(1)
      sqlite(library.path, "UPDATE song_data SET name = 'y' WHERE id = 'a'")
      expect(yield* library.log.capture).toBe(1)
      yield* sound(library)
    })
  )

  it.scoped("VACUUM loses nothing and is not an event", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(library.path, "DELETE FROM song_data WHERE id = 'a'", "VACUUM")
      expect(yield* library.log.capture).toBe(1)
      sqlite(library.path, "VACUUM")
      expect(yield* library.log.capture).toBe(0)
      yield* sound(library)
    })
  )

  it.scoped("an added column becomes part of every song", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN rating INTEGER DEFAULT 3")
      yield* library.songs.create(song("c"))
      yield* library.songs.update(song("a", { name: "x" }))
      expect(sqlite(library.path, "SELECT id, rating FROM song_data ORDER BY id")).toBe("a|3\nb|3\nc|3")
      yield* sound(library)
      expect((yield* history(library, 2)).filter((line) => line.endsWith("external"))).toHaveLength(2)
    })
  )

  it.scoped("a dropped column does not stop us from saving songs that do not need it", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "ALTER TABLE song_data DROP COLUMN genre")
      yield* library.songs.create(song("c"))
      yield* library.songs.update(song("a", { name: "x" }))
      expect((yield* library.songs.read("a")).name).toBe("x")
      const refused = yield* Effect.flip(library.songs.create(song("d", { genre: "drone" })))
      expect(refused).toMatchObject({ _tag: "InvalidInput", field: "genre" })
      yield* sound(library)
    })
  )

  it.scoped("a renamed column is taken over with its values, and found where it is", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        "ALTER TABLE song_data RENAME COLUMN composer TO written_by",
        "UPDATE song_data SET written_by = 'Bo'"
      )
      yield* library.backups.take()
      const before = dump(library)
      sqlite(library.path, "DELETE FROM song_data")
      yield* library.backups.restore("latest")
      expect(dump(library)).toBe(before)
      yield* sound(library)
    })
  )

  it.scoped("a renamed column that every song needs is a typed error, and nothing is written", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "ALTER TABLE song_data RENAME COLUMN name TO title")
      expect(yield* failure(library.songs.create(song("c")))).toBe("InvalidInput")
      expect(yield* failure(library.songs.list())).toBe("MalformedData")
      yield* library.backups.take()
      yield* sound(library)
    })
  )

  it.scoped("a dropped table is a deletion of all songs that a backup outlives", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.performances.create(performance("p", "a"))
      yield* library.backups.take()
      const [create] = sqlite(library.path, "SELECT sql FROM sqlite_schema WHERE name = 'song_data'").split(
        ";"
      )
      sqlite(library.path, "DROP TABLE song_data")
      expect(yield* failure(library.songs.list())).toBe("MalformedData")
      expect(yield* failure(library.songs.create(song("c")))).toBe("MalformedData")
      expect(yield* library.backups.take()).toMatchObject({ songs: 0, performances: 1 })
      const lost = yield* library.backups.restore("b1")
      expect(lost.isSuccess).toBe(false)
      sqlite(library.path, create ?? "")
      expect(yield* library.backups.restore("b1")).toMatchObject({
        songsRestored: 2,
        isSuccess: true
      })
      yield* sound(library)
    })
  )

  it.scoped("tables of its own are left alone and named in the status", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "CREATE TABLE mixes(id INTEGER PRIMARY KEY)", "INSERT INTO mixes VALUES(1)")
      yield* library.songs.create(song("c"))
      expect((yield* library.upkeep.status).unprotectedTables).toEqual(["mixes"])
      expect(sqlite(library.path, "SELECT count(*) FROM mixes")).toBe("1")
      yield* sound(library)
    })
  )
})
