import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { makeSongs } from "../../src/library/EntityServices.js"
import {
  appSong,
  captured,
  failure,
  freshLibrary,
  history,
  hour,
  inFrontOf,
  morning,
  pending,
  performance,
  sessionOn,
  song,
  songs,
  sound,
  sqlite,
  tamper,
  withTwo
} from "../support/libraries.js"

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

  it.scoped("keep what the app writes to other columns, until the last moment", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN rating INTEGER")
      yield* library.songs.upsertAll([song("a"), song("b")])
      const session = yield* sessionOn(library)
      const repository = makeSongs(session)
      const rate = (rating: number) =>
        sqlite(library.path, `UPDATE song_data SET rating = ${rating} WHERE id = 'a'`)
      inFrontOf(session, 1, () => rate(4))
      yield* repository.upsertAll([song("b", { name: "Ours" }), song("a", { name: "Ours" })])
      const rows = "SELECT id, name, rating FROM song_data ORDER BY id"
      expect(sqlite(library.path, rows)).toBe("a|Ours|4\nb|Ours|")
      // The same while something is noted already.
      rate(5)
      inFrontOf(session, 1, () => rate(6))
      yield* repository.update(song("a", { name: "Ours again" }))
      expect(sqlite(library.path, rows)).toBe("a|Ours again|6\nb|Ours|")
      yield* sound(library)
    })
  )

  it.scoped("leave the app's writes to other songs for the next capture", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, "UPDATE song_data SET name = 'theirs'")
      yield* library.songs.update(song("a", { name: "ours" }))
      expect(yield* library.upkeep.status).toMatchObject({ pendingChanges: 1 })
      expect(yield* library.log.capture).toBe(1)
    })
  )

  it.scoped("are not noted as changes of another program", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({
        source: "folder",
        songs: songs(5),
        performances: [performance("p", "s0")],
        preferences: [{ theme: "dark" }]
      })
      yield* library.songs.update(song("s0", { name: "x" }))
      yield* library.songs.delete("s1")
      yield* library.backups.take()
      yield* library.songs.upsertAll([song("s1"), song("s2", { name: "y" })])
      yield* library.performances.delete("p")
      yield* library.preferences.delete("default")
      yield* library.backups.restore("b1", { mode: "exact" })
      yield* library.upkeep.rebuild()
      yield* library.upkeep.prune()
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
      expect(refused._tag).toBe("AppRefused")
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
      yield* library.backups.take()
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
      yield* library.log.capture
      yield* sound(library)
      expect(pending(library)).toBe(0)
    })
  )

  it.scoped(
    "may have triggers of its own: what they change is a part of the command that made them run",
    () =>
      Effect.gen(function* () {
        const library = yield* withTwo
        sqlite(
          library.path,
          `CREATE TRIGGER white_room_song_data_counts AFTER INSERT ON performance_data BEGIN
           UPDATE song_data SET description = 'has takes' WHERE id = NEW.song_id;
         END`
        )
        yield* library.performances.create(performance("p", "a"))
        yield* library.backups.take()
        expect(yield* history(library, 2)).toEqual([
          "@3 PerformanceCreated p v1 ada@studio",
          "@4 SongEdited a v2 ada@studio",
          expect.stringContaining("BackupTaken")
        ])
        yield* sound(library)
      })
  )
})
