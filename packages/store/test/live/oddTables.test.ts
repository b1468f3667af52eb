/** Tables that Phase 5 never made, but that an app may make of its own: what cannot be watched is said, not lost. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { appSong, captured, dump, song, sound, sqlite, withTwo } from "../support/libraries.js"

const columns = `name TEXT NOT NULL, composer TEXT, description TEXT, genre TEXT, duration REAL, key TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, song_data_json TEXT NOT NULL, determinism_seed TEXT NOT NULL,
  custom_metadata TEXT`

/** The app's table made again with the same songs in it. */
const recreated = (id: string, options = "", more = ""): ReadonlyArray<string> => [
  "BEGIN",
  "ALTER TABLE song_data RENAME TO old_songs",
  `CREATE TABLE song_data (${id}, ${columns}${more}) ${options}`,
  "INSERT INTO song_data SELECT * FROM old_songs",
  "DROP TABLE old_songs",
  "COMMIT"
]

describe("OR REPLACE that breaks a unique index of the app, which tells no trigger of the row it removes", () => {
  const unique = "CREATE UNIQUE INDEX one_name ON song_data(name)"

  it.scoped("is a deletion in the log, with the row that took its place", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, unique)).toEqual([])
      expect(yield* captured(library, `INSERT OR REPLACE INTO ${appSong("c", "Song a")}`)).toEqual([
        "SongCreated c v1",
        "SongDeleted a v2"
      ])
      expect(
        yield* captured(library, "UPDATE OR REPLACE song_data SET name = 'Song a' WHERE id = 'b'")
      ).toEqual(["SongDeleted c v2", "SongEdited b v2"])
      yield* sound(library)
    })
  )

  it.scoped("loses nothing that a backup holds, and is not damage before it is taken over", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, unique)
      yield* library.backups.take()
      sqlite(library.path, `REPLACE INTO ${appSong("c", "Song a")}`)
      yield* sound(library)
      const backup = yield* library.backups.take()
      expect(backup).toMatchObject({ songs: 2, number: 2 })
      yield* sound(library)
      expect(yield* library.backups.restore("b1", { mode: "exact" })).toMatchObject({
        isSuccess: true
      })
      expect((yield* library.songs.list()).map(({ id }) => id)).toEqual(["a", "b"])
    })
  )

  it.scoped(
    "lets names come back that others have meanwhile, and says which song a ring of them keeps out",
    () =>
      Effect.gen(function* () {
        const library = yield* withTwo
        sqlite(library.path, unique)
        yield* library.backups.take()
        const rename = (id: string, name: string) => library.songs.update(song(id, { name }))
        // Each has the name that another one is to have again, the last one of a song that is to go.
        yield* rename("b", "Other")
        yield* rename("a", "Song b")
        yield* library.songs.create(song("c", { name: "Song a" }))
        expect(yield* library.backups.restore("b1", { mode: "exact" })).toMatchObject({ isSuccess: true })
        expect((yield* library.songs.list()).map(({ id, name }) => `${id} ${name}`)).toEqual([
          "a Song a",
          "b Song b"
        ])
        yield* sound(library)
        yield* rename("a", "Free")
        yield* rename("b", "Song a")
        yield* rename("a", "Song b")
        const refused = yield* Effect.flip(library.backups.restore("b1", { mode: "exact" }))
        expect(refused).toMatchObject({
          _tag: "AppRefused",
          table: "song_data",
          reason: expect.stringMatching(/^UNIQUE/)
        })
        yield* sound(library)
      })
  )

  it.scoped("is seen also when we wrote the row that took its place before it was taken over", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, unique)).toEqual([])
      sqlite(library.path, `REPLACE INTO ${appSong("c", "Song a")}`)
      yield* library.songs.update(song("c", { name: "ours" }))
      yield* library.songs.delete("b")
      expect(yield* captured(library)).toEqual(["SongDeleted a v2"])
      yield* sound(library)
    })
  )

  it.scoped("by a key that compares letters without their case is seen too", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, ...recreated("id TEXT PRIMARY KEY COLLATE NOCASE"))).toEqual([])
      expect(yield* captured(library, `REPLACE INTO ${appSong("A", "capital")}`)).toEqual([
        "SongCreated A v1",
        "SongDeleted a v2"
      ])
      yield* sound(library)
    })
  )

  it.scoped("a row that is gone without any write of the app stays damage", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, unique)).toEqual([])
      sqlite(library.path, `REPLACE INTO ${appSong("c", "Song a")}`, "DELETE FROM external_changes")
      expect((yield* library.upkeep.check({ level: "full" })).damaged.map(({ what }) => what).sort()).toEqual(
        ["song Song a (a)", "song c"]
      )
    })
  )
})

describe("a table WITHOUT ROWID", () => {
  it.scoped("is watched, listed, backed up and restored as any other, also over many pages", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      const before = dump(library)
      const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
        INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
        SELECT 'n' || i, 'N', '', '', '{}', '' FROM n`
      const made = recreated("id TEXT PRIMARY KEY", "WITHOUT ROWID")
      expect(yield* captured(library, ...made, many)).toHaveLength(450)
      expect(yield* captured(library, "UPDATE song_data SET name = 'x' WHERE id = 'a'")).toEqual([
        "SongEdited a v2"
      ])
      expect(yield* library.upkeep.status).toMatchObject({
        songs: 452,
        unprotectedTables: [],
        namelessRows: []
      })
      expect((yield* library.songs.list({ limit: 2 })).map(({ id }) => id)).toEqual(["n1", "n10"])
      yield* sound(library)
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(dump(library)).toBe(before)
      expect(yield* library.upkeep.rebuild()).toBe(0)
    })
  )
})

describe("rows and columns that are hard to page by", () => {
  it.scoped("rowids beyond what a number of JavaScript holds are all read, once", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const rowids = ["9007199254740993", "9007199254740995", "9223372036854775807", "-9223372036854775808"]
      for (const rowid of rowids)
        sqlite(
          library.path,
          `INSERT INTO song_data(rowid, id, name, created_at, updated_at, song_data_json, determinism_seed)
           VALUES(${rowid}, 'r${rowid}', '', '', '', '{}', '')`
        )
      // A page ends with each of them in turn.
      const fill = (from: string, count: number) =>
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
         INSERT INTO song_data(rowid, id, name, created_at, updated_at, song_data_json, determinism_seed)
         SELECT ${from} - 2 * i, 'f' || i, '', '', '', '{}', '' FROM n`
      sqlite(library.path, fill("9007199254740993", 196))
      yield* library.log.capture
      yield* sound(library)
      expect(yield* library.songs.count).toBe(202)
    })
  )

  it.scoped("a column of the app called rowid is a column like any other", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN rowid TEXT DEFAULT 'mine'")
      yield* library.log.capture
      expect((yield* library.songs.list()).map(({ id }) => id)).toEqual(["a", "b"])
      yield* sound(library)
    })
  )
})

describe("columns that an app declared otherwise", () => {
  it.scoped("hold what SQLite makes of our values, which the next save takes for what is there", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        ...recreated("id TEXT PRIMARY KEY").map((line) => line.replace("duration REAL", "duration INTEGER"))
      )
      yield* library.songs.upsert(song("a", { duration: 120 }))
      yield* sound(library)
      yield* library.songs.upsert(song("a", { duration: 120, genre: "slow" }))
      expect(sqlite(library.path, "SELECT genre, typeof(duration) FROM song_data WHERE id = 'a'")).toBe(
        "slow|integer"
      )
      yield* sound(library)
    })
  )

  it.scoped("are restored as they store it, and said so", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.songs.update(song("a", { duration: 120.5 }))
      yield* library.backups.take()
      sqlite(
        library.path,
        ...recreated("id TEXT PRIMARY KEY").map((line) => line.replace("duration REAL", "duration TEXT")),
        "UPDATE song_data SET duration = NULL, genre = 'x'"
      )
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result).toMatchObject({ songsRestored: 2, isSuccess: true })
      expect(result.triggered).toMatchObject([{ id: "a", columns: ["duration"], triggers: [] }])
      expect(sqlite(library.path, "SELECT quote(duration) FROM song_data WHERE id = 'a'")).toBe("'120.5'")
      yield* sound(library)
    })
  )

  it.scoped("and whose names look like parts of others are written each for itself", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        ...["za", "zb", "za\u0001zb", "b2:zb"].map(
          (name) => `ALTER TABLE song_data ADD COLUMN "${name}" TEXT`
        ),
        `UPDATE song_data SET za = CAST(x'ff' AS TEXT), zb = CAST(x'fe' AS TEXT), "za\u0001zb" = CAST(x'fd' AS TEXT)`
      )
      yield* library.log.capture
      const before = dump(library)
      yield* library.backups.take()
      sqlite(
        library.path,
        "UPDATE song_data SET za = '1', zb = '2' WHERE id = 'a'",
        `UPDATE song_data SET "za\u0001zb" = '3' WHERE id = 'b'`
      )
      yield* library.log.capture
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(dump(library)).toBe(before)
      yield* sound(library)
    })
  )
})

describe("what cannot be protected", () => {
  it.scoped("rows without a key are counted in the status, and nothing stumbles over them", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const nameless = `INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
        VALUES(NULL, 'nobody', '', '', '{}', '')`
      expect(yield* captured(library, nameless, nameless)).toEqual([])
      expect(yield* library.upkeep.status).toMatchObject({
        songs: 4,
        changedSinceBackup: 2,
        namelessRows: [{ table: "song_data", rows: 2 }]
      })
      expect(yield* library.backups.take()).toMatchObject({ songs: 2 })
      yield* sound(library)
    })
  )

  it.scoped("a view or a virtual table in place of a live table is named in the status", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(
        library.path,
        "ALTER TABLE song_data RENAME TO songs",
        "CREATE VIEW song_data AS SELECT * FROM songs",
        "DROP TABLE performance_data",
        "CREATE VIRTUAL TABLE performance_data USING fts5(id, name)"
      )
      yield* library.log.capture
      const { unprotectedTables } = yield* library.upkeep.status
      expect(unprotectedTables).toContain("song_data")
      expect(unprotectedTables).toContain("performance_data")
      yield* sound(library)
      expect((yield* library.backups.entries("b1")).map(({ id }) => id)).toEqual(["a", "b"])
    })
  )
})
