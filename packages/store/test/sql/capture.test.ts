import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { appSong, history, pending, song, sound, sqlite, tamper } from "../support/libraries.js"
import { withSetlist } from "./support.js"

describe("SQL on the live tables", () => {
  it.scoped("becomes events in the same transaction", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql.unsafe(`INSERT INTO ${appSong("a", "by the app")}`)
      yield* sql`UPDATE song_data SET genre = 'jazz' WHERE id = 'a'`
      expect(pending(library)).toBe(0)
      yield* sql`DELETE FROM song_data`
      expect(yield* history(library)).toEqual([
        "@1 SongCreated a v1 external",
        "@2 SongEdited a v2 external",
        "@3 SongDeleted a v3 external"
      ])
      yield* sound(library)
    })
  )

  it.scoped("stands in the log before and after library calls of its transaction, in that order", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsertAll([song("a"), song("b")])
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`UPDATE song_data SET genre = 'jazz' WHERE id = 'a'`
          yield* library.songs.upsert(song("a", { genre: "jazz", composer: "Ada" }))
          yield* sql`UPDATE song_data SET composer = composer || ' L.', name = name || '!'`
          expect((yield* library.songs.read("a")).composer).toBe("Ada L.")
        })
      )
      expect(yield* history(library, 2)).toEqual([
        "@3 SongEdited a v2 external",
        "@4 SongEdited a v3 ada@studio",
        "@5 SongEdited a v4 external",
        "@6 SongEdited b v2 external"
      ])
      expect(yield* library.songs.read("a")).toMatchObject({
        genre: "jazz",
        composer: "Ada L.",
        name: "Song a!"
      })
      yield* sound(library)
    })
  )

  it.scoped("comes out of the log with the transaction that is undone", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      yield* Effect.flip(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`UPDATE song_data SET genre = 'jazz'`
            yield* sql.withTransaction(library.songs.upsert(song("a", { composer: "Ada" })))
            return yield* Effect.fail("no")
          })
        )
      )
      expect(pending(library)).toBe(0)
      expect(yield* history(library, 1)).toEqual([])
      yield* sound(library)
    })
  )

  it.scoped("takes over what other programs wrote before it, and leaves what its own part undid", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsertAll([song("a"), song("b")])
      sqlite(library.path, "UPDATE song_data SET genre = 'folk' WHERE id = 'b'")
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* Effect.flip(
            sql.withTransaction(Effect.zipRight(sql`UPDATE song_data SET genre = 'none'`, Effect.fail("no")))
          )
          yield* sql`UPDATE song_data SET genre = 'jazz' WHERE id = 'a'`
        })
      )
      expect(yield* history(library, 2)).toEqual([
        "@3 SongEdited b v2 external",
        "@4 SongEdited a v2 external"
      ])
      yield* sound(library)
    })
  )

  it.scoped("is seen by whoever follows the log on the same connection", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      expect(yield* library.log.next()).toEqual([])
      expect(yield* library.log.captureNew).toBe(0)
      yield* sql.unsafe(`INSERT INTO ${appSong("a", "by the app")}`)
      yield* sql.withTransaction(
        Effect.zipRight(
          sql`CREATE TABLE another (x)`,
          sql`UPDATE song_data SET genre = 'jazz' WHERE id = 'a'`
        )
      )
      expect(pending(library)).toBe(0)
      expect((yield* library.log.next()).map(({ type }) => type)).toEqual(["SongCreated", "SongEdited"])
      yield* sql`DROP TRIGGER white_room_song_data_update`
      yield* sql`UPDATE song_data SET genre = 'folk' WHERE id = 'a'`
      expect(yield* library.log.captureNew).toBe(1)
      expect(yield* library.log.captureNew).toBeUndefined()
      yield* sound(library)
    })
  )

  it.scoped("may change the tables themselves, in a transaction with library calls", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      const migration = sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`ALTER TABLE song_data ADD COLUMN mood TEXT`
          yield* sql`UPDATE song_data SET mood = 'blue'`
          yield* library.songs.upsert(song("b"))
        })
      )
      yield* Effect.flip(sql.withTransaction(Effect.zipRight(migration, Effect.fail("no"))))
      yield* library.songs.upsert(song("c"))
      yield* migration
      expect(yield* history(library)).toEqual([
        "@1 SongCreated a v1 ada@studio",
        "@2 SongCreated c v1 ada@studio",
        "@3 SongCreated b v1 ada@studio",
        "@4 SongEdited a v2 external",
        "@5 SongEdited c v2 external"
      ])
      yield* sound(library)
    })
  )

  it.scoped("is not refused because the log is damaged; its note waits", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      tamper(library, "UPDATE event_log SET chain_hash = 'damaged'")
      yield* sql`UPDATE song_data SET genre = 'jazz'`
      expect(sqlite(library.path, "SELECT genre FROM song_data")).toBe("jazz")
      expect(pending(library)).toBe(2)
    })
  )
})
