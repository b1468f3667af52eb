import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { appSong, captured, pending, performance, sound, sqlite, withTwo } from "../support/libraries.js"

describe("what another program writes", () => {
  it.scoped("is taken over: INSERT, UPDATE, DELETE", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, `INSERT INTO ${appSong("c", "C")}`)).toEqual(["SongCreated c v1"])
      expect(yield* captured(library, "UPDATE song_data SET genre = 'x' WHERE id = 'c'")).toEqual([
        "SongEdited c v2"
      ])
      expect(yield* captured(library, "DELETE FROM song_data WHERE id = 'c'")).toEqual(["SongDeleted c v3"])
    })
  )

  it.scoped("is taken over: UPSERT and the conflict clauses of INSERT", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const upsert = (name: string) =>
        `INSERT INTO ${appSong("a", name)} ON CONFLICT(id) DO UPDATE SET name = excluded.name`
      expect(yield* captured(library, upsert("upserted"))).toEqual(["SongEdited a v2"])
      expect(yield* captured(library, `INSERT OR REPLACE INTO ${appSong("a", "replaced")}`)).toEqual([
        "SongEdited a v3"
      ])
      expect(yield* captured(library, `REPLACE INTO ${appSong("c", "C")}`)).toEqual(["SongCreated c v1"])
      expect(yield* captured(library, `INSERT OR IGNORE INTO ${appSong("a", "ignored")}`)).toEqual([])
      expect(yield* captured(library, `INSERT OR IGNORE INTO ${appSong("d", "D")}`)).toEqual([
        "SongCreated d v1"
      ])
      expect(yield* captured(library, `INSERT OR ABORT INTO ${appSong("e", "E")}`)).toEqual([
        "SongCreated e v1"
      ])
      expect(yield* captured(library, `INSERT OR FAIL INTO ${appSong("f", "F")}`)).toEqual([
        "SongCreated f v1"
      ])
      expect(yield* captured(library, `INSERT OR ROLLBACK INTO ${appSong("g", "G")}`)).toEqual([
        "SongCreated g v1"
      ])
      expect((yield* library.songs.read("a")).name).toBe("replaced")
      yield* sound(library)
    })
  )

  it.scoped(
    "is taken over once, also when a damaged note makes the numbers of others too large for a double",
    () =>
      Effect.gen(function* () {
        const library = yield* withTwo
        sqlite(library.path, `INSERT INTO ${appSong("c", "C")}`)
        sqlite(library.path, `UPDATE external_changes SET seq = ${2n ** 53n}`)
        sqlite(library.path, `INSERT INTO ${appSong("d", "D")}`)
        expect(yield* captured(library)).toEqual(["SongCreated c v1", "SongCreated d v1"])
        expect(pending(library)).toBe(0)
        yield* sound(library)
      })
  )

  it.scoped("is taken over as far as it went, when a statement fails in the middle", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const two = (verb: string) =>
        `${verb} INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
         VALUES('c', 'C', '', '', '{}', ''), ('a', 'taken', '', '', '{}', ''), ('d', 'D', '', '', '{}', '')`
      const tried = (sql: string) => Effect.option(Effect.try(() => sqlite(library.path, sql)))
      yield* tried(two("INSERT OR FAIL"))
      expect(yield* captured(library)).toEqual(["SongCreated c v1"])
      sqlite(library.path, "DELETE FROM song_data WHERE id = 'c'")
      expect(yield* captured(library)).toEqual(["SongDeleted c v2"])
      yield* tried(two("INSERT OR ABORT"))
      expect(yield* captured(library)).toEqual([])
      expect(yield* captured(library, two("INSERT OR IGNORE"))).toEqual([
        "SongCreated c v3",
        "SongCreated d v1"
      ])
      yield* sound(library)
    })
  )

  it.scoped("is taken over: UPDATE with its conflict clauses, and of the key", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      expect(yield* captured(library, "UPDATE song_data SET id = 'c' WHERE id = 'a'")).toEqual([
        "SongCreated c v1",
        "SongDeleted a v2"
      ])
      expect(yield* captured(library, "UPDATE OR REPLACE song_data SET id = 'b' WHERE id = 'c'")).toEqual([
        "SongDeleted c v2",
        "SongEdited b v2"
      ])
      sqlite(library.path, `INSERT INTO ${appSong("c", "C")}`)
      expect(yield* captured(library)).toEqual(["SongCreated c v3"])
      expect(yield* captured(library, "UPDATE OR IGNORE song_data SET id = 'b'")).toEqual([])
      expect(yield* captured(library, "UPDATE OR FAIL song_data SET name = id")).toHaveLength(2)
      expect(yield* captured(library, "UPDATE OR ROLLBACK song_data SET name = name")).toEqual([])
      yield* sound(library)
    })
  )

  it.scoped("is taken over: many rows, transactions, nothing of what was rolled back", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 350)
        INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
        SELECT 'n' || i, 'N', '', '', '{}', '' FROM n`
      expect(yield* captured(library, many)).toHaveLength(350)
      expect(yield* captured(library, "BEGIN", "UPDATE song_data SET name = 'x'", "ROLLBACK")).toEqual([])
      const several = [
        "BEGIN",
        "UPDATE song_data SET key = 'D' WHERE id = 'a'",
        `INSERT INTO ${appSong("c", "C")}`
      ]
      const undone = ["SAVEPOINT s", "DELETE FROM song_data WHERE id = 'b'", "ROLLBACK TO s", "COMMIT"]
      expect(yield* captured(library, ...several, ...undone)).toEqual(["SongCreated c v1", "SongEdited a v2"])
      expect(yield* captured(library, "DELETE FROM song_data")).toHaveLength(353)
      expect(yield* library.songs.count).toBe(0)
    })
  )

  it.scoped("is taken over in performances and preferences too", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.performances.create(performance("p", "a"))
      expect(
        yield* captured(
          library,
          "UPDATE performance_data SET is_favorite = 1",
          "INSERT INTO user_preferences(user_id, updated_at) VALUES('default', '')"
        )
      ).toEqual(["PerformanceEdited p v2", "PreferencesCreated default v1"])
    })
  )

  it.scoped("is one event per song, of its last state, however often it was written", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      const writes = ["'x'", "'y'", "'z'"].map((name) => `UPDATE song_data SET name = ${name} WHERE id = 'a'`)
      expect(yield* captured(library, ...writes)).toEqual(["SongEdited a v2"])
      expect(
        yield* captured(library, "DELETE FROM song_data WHERE id = 'a'", `INSERT INTO ${appSong("a", "A")}`)
      ).toEqual(["SongEdited a v3"])
      expect(
        yield* captured(library, `INSERT INTO ${appSong("c", "C")}`, "DELETE FROM song_data WHERE id = 'c'")
      ).toEqual([])
    })
  )

  it.scoped("is taken over by a backup before it is taken", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, `INSERT INTO ${appSong("c", "C")}`)
      expect(yield* library.backups.take()).toMatchObject({ songs: 3, position: 3 })
      expect((yield* library.backups.entries("b1")).map(({ id }) => id).sort()).toEqual(["a", "b", "c"])
    })
  )

  it.scoped("shows in the status before it is taken over", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      sqlite(
        library.path,
        "UPDATE song_data SET name = 'x'",
        "UPDATE song_data SET name = 'y' WHERE id = 'a'"
      )
      expect(yield* library.upkeep.status).toMatchObject({
        changedSinceBackup: 2,
        pendingChanges: 2,
        songs: 2
      })
      yield* library.log.capture
      expect(yield* library.upkeep.status).toMatchObject({ changedSinceBackup: 2, pendingChanges: 0 })
    })
  )
})
