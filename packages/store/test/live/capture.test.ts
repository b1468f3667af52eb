import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library } from "../../src/index.js"
import {
  appSong,
  failure,
  freshLibrary,
  history,
  hour,
  morning,
  performance,
  song,
  songs,
  sqlite,
  tamper
} from "../support/libraries.js"

/** A library with songs a and b of ours. */
const withTwo = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([song("a"), song("b")])
  return library
})

const pending = (library: Library) => Number(sqlite(library.path, "SELECT count(*) FROM external_changes"))

/** What capture makes of statements of the app, without positions and actor. */
const captured = (library: Library, ...statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { position } = yield* library.log.head
    sqlite(library.path, ...statements)
    yield* library.capture
    const events = yield* library.log.read({ after: position })
    expect(events.every(({ actor }) => actor === "external")).toBe(true)
    expect(pending(library)).toBe(0)
    return events.map(({ type, id, version }) => `${type} ${id} v${version}`).sort()
  })

/** The library says of itself that it is whole. */
const sound = (library: Library) =>
  Effect.map(library.check({ level: "full" }), ({ damaged }) => expect(damaged).toEqual([]))

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
      expect(yield* library.backups.createBackup()).toMatchObject({ songs: 3, position: 3 })
      expect((yield* library.backups.getBackupEntries("b1")).map(({ id }) => id).sort()).toEqual([
        "a",
        "b",
        "c"
      ])
    })
  )

  it.scoped("shows in the status before it is taken over", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.createBackup()
      sqlite(
        library.path,
        "UPDATE song_data SET name = 'x'",
        "UPDATE song_data SET name = 'y' WHERE id = 'a'"
      )
      expect(yield* library.status).toMatchObject({ changedSinceBackup: 2, pendingChanges: 6, songs: 2 })
      yield* library.capture
      expect(yield* library.status).toMatchObject({ changedSinceBackup: 2, pendingChanges: 0 })
    })
  )
})

describe("our own writes", () => {
  it.scoped("come after the app's write to the same song, which stays in the history", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "UPDATE song_data SET name = 'theirs' WHERE id = 'a'")
      yield* TestClock.adjust(hour)
      yield* library.songs.update(song("a", { name: "ours" }))
      expect(yield* history(library, 2)).toEqual([
        "@3 SongEdited a v2 external",
        "@4 SongEdited a v3 ada@studio"
      ])
      const [theirs] = yield* library.log.read({ after: 2, limit: 1 })
      expect(theirs?.recordedAt).toBe(morning + hour)
      const { record } = yield* library.log.state({ kind: "song", id: "a" }, 3)
      expect(Buffer.from(record ?? []).includes("theirs")).toBe(true)
    })
  )

  it.scoped("come after the app's deletion, and after its new song of the same id", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "DELETE FROM song_data WHERE id = 'a'")
      yield* library.songs.upsert(song("a", { name: "again" }))
      sqlite(library.path, `INSERT INTO ${appSong("c", "theirs")}`)
      yield* library.songs.delete("c")
      expect(yield* history(library, 2)).toEqual([
        "@3 SongDeleted a v2 external",
        "@4 SongCreated a v3 ada@studio",
        "@5 SongCreated c v1 external",
        "@6 SongDeleted c v2 ada@studio"
      ])
    })
  )

  it.scoped("leave the app's writes to other songs for the next capture", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "UPDATE song_data SET name = 'theirs'")
      yield* library.songs.update(song("a", { name: "ours" }))
      expect(yield* library.status).toMatchObject({ pendingChanges: 2 })
      expect(yield* library.capture).toBe(1)
    })
  )

  it.scoped("are not noted as changes of another program", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.importAll({
        source: "folder",
        songs: songs(5),
        performances: [performance("p", "s0")],
        preferences: [{ theme: "dark" }]
      })
      yield* library.songs.update(song("s0", { name: "x" }))
      yield* library.songs.delete("s1")
      yield* library.backups.createBackup()
      yield* library.songs.upsertAll([song("s1"), song("s2", { name: "y" })])
      yield* library.performances.delete("p")
      yield* library.preferences.delete("default")
      yield* library.backups.restoreFromBackup("b1", { mode: "exact" })
      yield* library.rebuild()
      yield* library.prune()
      expect(pending(library)).toBe(0)
    })
  )

  it.scoped("find out when a row went or came although nobody was seen", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      tamper(library, "DELETE FROM song_data WHERE id = 'a'")
      yield* library.songs.upsert(song("a", { name: "ours" }))
      tamper(library, `INSERT INTO ${appSong("c", "theirs")}`)
      expect(yield* failure(library.songs.create(song("c")))).toBe("VersionConflict")
      expect(yield* history(library, 2)).toEqual([
        "@3 SongDeleted a v2 external",
        "@4 SongCreated a v3 ada@studio",
        "@5 SongCreated c v1 external"
      ])
      yield* sound(library)
    })
  )

  it.scoped("that fail leave the triggers awake", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "CREATE UNIQUE INDEX app_names ON song_data(name)")
      const refused = yield* Effect.flip(library.songs.create(song("c", { name: "Song a" })))
      expect(refused._tag).toBe("InvalidInput")
      expect(yield* captured(library, "UPDATE song_data SET key = 'D' WHERE id = 'a'")).toEqual([
        "SongEdited a v2"
      ])
    })
  )
})

describe("the app", () => {
  it.scoped("may write while our library is open, without waiting", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "PRAGMA busy_timeout = 0", `INSERT INTO ${appSong("c", "C")}`)
      yield* library.backups.createBackup()
      sqlite(library.path, "PRAGMA busy_timeout = 0", "DELETE FROM song_data WHERE id = 'c'")
      expect(yield* library.songs.count).toBe(2)
    })
  )

  it.scoped("may write when our tables are full, odd or newer", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        "INSERT INTO external_changes(seq, kind, id) VALUES(9223372036854775807, 1, 'a'), (1, NULL, NULL), (2, 9, 'x')",
        "UPDATE song_data SET name = 'x' WHERE id = 'a'",
        `INSERT INTO ${appSong("c", "C")}`
      )
      yield* library.capture
      yield* sound(library)
      expect(pending(library)).toBe(0)
    })
  )

  it.scoped("may have triggers of its own: what they change is taken over as well", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        `CREATE TRIGGER white_room_song_data_counts AFTER INSERT ON performance_data BEGIN
           UPDATE song_data SET description = 'has takes' WHERE id = NEW.song_id;
         END`
      )
      yield* library.performances.create(performance("p", "a"))
      yield* library.backups.createBackup()
      expect(yield* history(library, 2)).toEqual([
        "@3 PerformanceCreated p v1 ada@studio",
        "@4 SongEdited a v2 external",
        expect.stringContaining("BackupTaken")
      ])
      yield* sound(library)
    })
  )
})
