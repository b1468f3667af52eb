import { join } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import { expect, it } from "@effect/vitest"
import { Songs } from "@white-room/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../../src/sql.js"
import { freshPath, history, song, sound, temporaryFolder } from "../support/libraries.js"
import { clientOf, setlist, withSetlist } from "./support.js"

const insert = (sql: SqlClient.SqlClient, name: string) => sql`INSERT INTO setlist(song) VALUES (${name})`

/** The client of @effect/sql-sqlite-node itself, on a database of its own. */
const foreignClient = Effect.gen(function* () {
  const sql = yield* SqliteClient.make({ filename: join(yield* temporaryFolder, "other.db") })
  yield* sql`CREATE TABLE setlist (place INTEGER PRIMARY KEY, song TEXT NOT NULL)`
  return sql
}).pipe(Effect.provide(Reactivity.layer))

it.scoped("two libraries in one program each have their own transactions", () =>
  Effect.gen(function* () {
    const one = yield* withSetlist
    const two = yield* withSetlist
    yield* Effect.flip(
      one.sql.withTransaction(
        Effect.gen(function* () {
          yield* insert(one.sql, "undone")
          yield* insert(two.sql, "kept")
          yield* two.library.songs.upsert(song("kept"))
          yield* two.sql.withTransaction(
            Effect.gen(function* () {
              yield* insert(one.sql, "undone too")
              yield* insert(two.sql, "kept too")
            })
          )
          return yield* Effect.fail("no")
        })
      )
    )
    expect(yield* setlist(one.sql)).toEqual([])
    expect(yield* setlist(two.sql)).toEqual(["kept", "kept too"])
    expect(yield* history(one.library)).toEqual([])
    expect(yield* history(two.library)).toEqual(["@1 SongCreated kept v1 ada@studio"])
  })
)

it.scoped("another SqlClient in the same program writes its own file, inside and outside of ours", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const other = yield* foreignClient
    const both = Effect.gen(function* () {
      yield* insert(sql, "ours")
      yield* insert(other, "theirs")
      yield* library.songs.upsert(song("ours"))
    })
    yield* sql.withTransaction(other.withTransaction(both))
    yield* other.withTransaction(sql.withTransaction(both))
    yield* Effect.flip(other.withTransaction(Effect.zipRight(both, Effect.fail("only theirs is undone"))))
    yield* Effect.flip(sql.withTransaction(Effect.zipRight(both, Effect.fail("only ours is undone"))))
    expect(yield* setlist(sql)).toEqual(["ours", "ours", "ours"])
    expect(yield* setlist(other)).toEqual(["theirs", "theirs", "theirs"])
    yield* sound(library)
  })
)

it.scoped(
  "two clients on one library share a transaction, as do two connections to its file take turns",
  () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      const second = yield* clientOf(library)
      yield* Effect.flip(
        sql.withTransaction(
          Effect.zipRight(second.withTransaction(insert(second, "undone")), Effect.fail("no"))
        )
      )
      yield* Effect.all(
        [sql, second].map((each) =>
          each.withTransaction(
            Effect.zipRight(insert(each, "a"), Effect.zipRight(Effect.yieldNow(), insert(each, "b")))
          )
        ),
        { concurrency: "unbounded" }
      )
      expect(yield* setlist(sql)).toEqual(["a", "b", "a", "b"])
    })
)

it.scoped("`layer` gives the library's services and both clients, and closes the file", () =>
  Effect.gen(function* () {
    const path = yield* freshPath
    const program = Effect.gen(function* () {
      const songs = yield* Songs
      const sql = yield* SqlClient.SqlClient
      const sqlite = yield* SqliteClient.SqliteClient
      expect(sqlite.config.filename).toBe(path)
      yield* sql`CREATE TABLE setlist (place INTEGER PRIMARY KEY, song TEXT NOT NULL)`
      yield* sqlite.withTransaction(Effect.zipRight(songs.upsert(song("a")), insert(sql, "a")))
      return sql
    })
    const sql = yield* Effect.provide(program, layer(path, { actor: "ada@studio" }))
    expect(yield* Effect.flip(sql`SELECT 1`)).toBeInstanceOf(Error)
    expect(yield* Effect.flip(Layer.build(layer(`${path}-not`)))).toMatchObject({ _tag: "LibraryNotFound" })
    const context = yield* Layer.build(layer(path))
    expect(yield* setlist(Context.get(context, SqlClient.SqlClient))).toEqual(["a"])
  })
)
