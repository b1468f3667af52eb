import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { failure, history, song, sound, sqlite } from "../support/libraries.js"
import { causeOf, setlist, withSetlist } from "./support.js"

const names = (path: string) => sqlite(path, "SELECT group_concat(name, ', ') FROM song_data")

describe("a transaction of SQL and library calls", () => {
  it.scoped("is committed as one, each song with its event", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const version = yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* library.songs.upsert(song("a"))
          yield* sql`INSERT INTO setlist VALUES (1, 'a')`
          expect(sqlite(library.path, "SELECT count(*) FROM setlist", "SELECT count(*) FROM song_data")).toBe(
            "0\n0"
          )
          return (yield* library.songs.read("a")).name
        })
      )
      expect(version).toBe("Song a")
      expect(sqlite(library.path, "SELECT song FROM setlist")).toBe("a")
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
      yield* sound(library)
    })
  )

  it.scoped("is undone as one, and fails as its body did", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      const failed = yield* Effect.flip(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* library.songs.upsertAll([song("a", { name: "changed" }), song("b")])
            yield* sql`INSERT INTO setlist VALUES (1, 'b')`
            yield* sql`UPDATE song_data SET genre = 'jazz'`
            yield* library.backups.take({ description: "never there" })
            return yield* Effect.fail("the app's own reason" as const)
          })
        )
      )
      expect(failed).toBe("the app's own reason")
      expect(yield* setlist(sql)).toEqual([])
      expect(names(library.path)).toBe("Song a")
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
      expect((yield* library.upkeep.status).backups).toBe(0)
      yield* library.songs.upsertAll([song("a", { name: "later" }), song("c")])
      yield* library.backups.take()
      yield* sound(library)
    })
  )

  it.scoped("is undone when its fiber is interrupted", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const inside = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* library.songs.upsert(song("a"))
            yield* sql`INSERT INTO setlist VALUES (1, 'a')`
            yield* Deferred.succeed(inside, undefined)
            return yield* Effect.never
          })
        )
      )
      yield* Deferred.await(inside)
      yield* Fiber.interrupt(fiber)
      expect(yield* setlist(sql)).toEqual([])
      expect(yield* history(library)).toEqual([])
      yield* library.songs.upsert(song("b"))
      expect(names(library.path)).toBe("Song b")
    })
  )

  it.scoped("is undone by a defect too", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const exit = yield* Effect.exit(
        sql.withTransaction(Effect.zipRight(library.songs.upsert(song("a")), Effect.die("a bug")))
      )
      expect(exit._tag).toBe("Failure")
      expect(yield* history(library)).toEqual([])
      yield* library.songs.upsert(song("b"))
    })
  )

  it.scoped("takes the write lock at once", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql.withTransaction(
        Effect.sync(() =>
          expect(() => sqlite(library.path, ".timeout 0", "INSERT INTO setlist VALUES (9, 'x')")).toThrow(
            /locked/
          )
        )
      )
    })
  )
})

describe("a transaction inside another one", () => {
  it.scoped("undoes only itself, library calls included", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* library.songs.upsert(song("a"))
          yield* sql`INSERT INTO setlist VALUES (1, 'a')`
          const inner = sql.withTransaction(
            Effect.gen(function* () {
              yield* library.songs.upsert(song("b"))
              yield* sql`INSERT INTO setlist VALUES (2, 'b')`
              yield* sql.withTransaction(sql`INSERT INTO setlist VALUES (3, 'c')`)
              return yield* sql`INSERT INTO setlist VALUES (1, 'twice')`
            })
          )
          expect(yield* causeOf(inner)).toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" })
          yield* sql.withTransaction(sql`INSERT INTO setlist VALUES (4, 'd')`)
        })
      )
      expect(yield* setlist(sql)).toEqual(["a", "d"])
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
      yield* sound(library)
    })
  )

  it.scoped("goes with the one around it", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const inner = sql.withTransaction(
        Effect.zipRight(library.songs.upsert(song("a")), sql`INSERT INTO setlist VALUES (1, 'a')`)
      )
      yield* Effect.flip(sql.withTransaction(Effect.zipRight(inner, Effect.fail("no"))))
      expect(yield* setlist(sql)).toEqual([])
      expect(yield* history(library)).toEqual([])
    })
  )

  it.scoped("keeps out what runs beside it", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const opened = yield* Deferred.make<void>()
      const doomed = sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`INSERT INTO setlist VALUES (1, 'doomed')`
          yield* Deferred.succeed(opened, undefined)
          yield* Effect.yieldNow()
          return yield* Effect.fail("no" as const)
        })
      )
      const beside = Effect.gen(function* () {
        yield* Deferred.await(opened)
        yield* sql`INSERT INTO setlist(song) VALUES ('beside')`
        yield* library.songs.upsert(song("beside"))
        yield* sql.withTransaction(sql`INSERT INTO setlist(song) VALUES ('part')`)
      })
      yield* sql.withTransaction(
        Effect.all([Effect.flip(doomed), beside, beside], { concurrency: "unbounded" })
      )
      expect([...(yield* setlist(sql))].sort()).toEqual(["beside", "beside", "part", "part"])
      expect(names(library.path)).toBe("Song beside")
    })
  )

  it.scoped("that has not ended when the whole does is undone, and what follows in it fails", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const opened = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      const straggler = yield* sql.withTransaction(
        Effect.gen(function* () {
          const fiber = yield* Effect.forkDaemon(
            sql.withTransaction(
              Effect.gen(function* () {
                yield* sql`INSERT INTO setlist VALUES (1, 'half')`
                yield* Deferred.succeed(opened, undefined)
                yield* Deferred.await(ended)
                expect(yield* failure(library.songs.upsert(song("half")))).toBe("StorageFailed")
                yield* sql`INSERT INTO setlist VALUES (2, 'other half')`
              })
            )
          )
          yield* Deferred.await(opened)
          return fiber
        })
      )
      // Somebody else's transaction, with a part of its own, is not what the straggler ends.
      yield* sql.withTransaction(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`INSERT INTO setlist VALUES (3, 'whole')`
            yield* Deferred.succeed(ended, undefined)
            expect(yield* causeOf(Fiber.join(straggler))).toMatchObject({ _tag: "StorageFailed" })
            yield* sql`INSERT INTO setlist VALUES (4, 'still whole')`
          })
        )
      )
      expect(yield* setlist(sql)).toEqual(["whole", "still whole"])
      expect(yield* history(library)).toEqual([])
    })
  )
})
