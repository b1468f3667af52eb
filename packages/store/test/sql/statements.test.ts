import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { SafeIntegers } from "@effect/sql/SqlClient"
import { SqliteClient } from "@effect/sql-sqlite-node/SqliteClient"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { camelToSnake, snakeToCamel } from "effect/String"
import { layerOf } from "../../src/sql.js"
import { song, songs, sqlite } from "../support/libraries.js"
import { causeOf, clientOf, setlist, withSetlist } from "./support.js"

/** Not to be held by a number of JavaScript. */
const large = 2n ** 53n + 1n

describe("a statement", () => {
  it.scoped(
    "gives rows as objects, as arrays, unprepared, as a stream, and what the driver says of a run",
    () =>
      Effect.gen(function* () {
        const { sql } = yield* withSetlist
        const inserted = sql`INSERT INTO setlist ${sql.insert([
          { place: 1, song: "a" },
          { place: 2, song: "b" }
        ])}`
        expect(yield* inserted.raw).toMatchObject({ changes: 2 })
        const all = sql`SELECT place, song FROM setlist ORDER BY place`
        const rows = [
          { place: 1, song: "a" },
          { place: 2, song: "b" }
        ]
        expect(yield* all).toEqual(rows)
        expect(yield* all.values).toEqual([
          [1, "a"],
          [2, "b"]
        ])
        expect(yield* all).toEqual(rows)
        expect(yield* all.unprepared).toEqual(rows)
        expect(yield* all.raw).toEqual(rows)
        expect(Chunk.toReadonlyArray(yield* Stream.runCollect(all.stream))).toEqual(rows)
        expect(yield* sql`UPDATE setlist SET song = 'c' RETURNING place`.values).toEqual([[1], [2]])
        expect(yield* sql`DELETE FROM setlist`).toEqual([])
        expect(yield* sql`DELETE FROM setlist`.values).toEqual([])
      })
  )

  it.scoped("is streamed while its consumer writes, and fails in the stream", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsertAll(songs(10))
      yield* sql<{ id: string }>`SELECT id FROM song_data`.stream.pipe(
        Stream.mapEffect(({ id }) => sql`INSERT INTO setlist(song) VALUES (${id})`),
        Stream.runDrain
      )
      expect(yield* setlist(sql)).toHaveLength(10)
      expect(yield* causeOf(Stream.runDrain(sql`SELECT * FROM nowhere`.stream))).toMatchObject({
        code: "SQLITE_ERROR"
      })
    })
  )

  it.scoped("gives integers exactly where that is asked for, and only there", () =>
    Effect.gen(function* () {
      const { sql } = yield* withSetlist
      yield* sql`INSERT INTO setlist VALUES (${large}, 'a')`
      const place = sql`SELECT place FROM setlist`
      const exactly = Effect.provideService(place.values, SafeIntegers, true)
      expect(yield* place.values).toEqual([[2 ** 53]])
      expect(yield* exactly).toEqual([[large]])
      // The driver's statement, which is kept, was told to give bigints.
      expect(yield* place.values).toEqual([[2 ** 53]])
      expect(yield* Effect.provideService(sql.withTransaction(place), SafeIntegers, true)).toEqual([
        { place: large }
      ])
    })
  )

  it.scoped("does not set how the library reads the same text", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      const status = yield* library.upkeep.status
      for (const text of ["PRAGMA schema_version", "SELECT 1 FROM external_changes LIMIT 1"])
        yield* Effect.ignore(Effect.provideService(sql.unsafe(text), SafeIntegers, true))
      expect(yield* library.upkeep.status).toEqual(status)
    })
  )

  it.scoped("binds neither booleans nor dates, as a typed failure, and nothing of it is written", () =>
    Effect.gen(function* () {
      const { sql } = yield* withSetlist
      for (const value of [true, new Date(0), { a: 1 }])
        expect(yield* causeOf(sql`INSERT INTO setlist VALUES (1, ${value})`)).toBeInstanceOf(TypeError)
      expect(yield* causeOf(sql`INSERT INTO setlist VALUES (1, NULL)`)).toMatchObject({
        code: "SQLITE_CONSTRAINT_NOTNULL"
      })
      expect(yield* causeOf(sql`SELECT FROM WHERE`)).toMatchObject({ code: "SQLITE_ERROR" })
      expect(yield* causeOf(sql`SELECT 1; SELECT 2`)).toBeInstanceOf(RangeError)
      expect(yield* setlist(sql)).toEqual([])
    })
  )

  it.scoped("may have any number of texts", () =>
    Effect.gen(function* () {
      const { sql } = yield* withSetlist
      const lists = Array.from({ length: 500 }, (_, length) =>
        Array.from({ length }, (_each, index) => index)
      )
      for (const list of lists) yield* sql`SELECT 1 FROM setlist WHERE ${sql.in("place", list)}`
      yield* sql`INSERT INTO setlist VALUES (1, 'a')`
      for (const list of lists.slice(2).reverse())
        expect(yield* sql`SELECT song FROM setlist WHERE ${sql.in("place", list)}`.values).toEqual([["a"]])
    })
  )

  it.scoped("follows a change of the schema, and of its names", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql`INSERT INTO setlist VALUES (1, 'a')`
      const all = sql`SELECT * FROM setlist`
      expect(yield* all).toEqual([{ place: 1, song: "a" }])
      sqlite(library.path, "ALTER TABLE setlist ADD COLUMN played_at TEXT DEFAULT 'never'")
      expect(yield* all).toEqual([{ place: 1, song: "a", played_at: "never" }])
      const camel = yield* clientOf(library, {
        transformQueryNames: camelToSnake,
        transformResultNames: snakeToCamel
      })
      const camelAll = camel`SELECT ${camel("playedAt")} FROM setlist`
      expect(yield* camelAll).toEqual([{ playedAt: "never" }])
      expect(yield* camel`SELECT played_at FROM setlist`.withoutTransform).toEqual([{ played_at: "never" }])
      expect(yield* camel.withoutTransforms()`SELECT played_at FROM setlist`).toEqual([
        { played_at: "never" }
      ])
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(camelAll.stream))).toEqual([
        { playedAt: "never" }
      ])
    })
  )
})

describe("of the client of SQLite", () => {
  const withSqlite = Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const client = yield* Effect.provide(SqliteClient, layerOf(library))
    yield* library.songs.upsert(song("a"))
    return { library, sql, client }
  })

  it.scoped("`export` gives the file's bytes", () =>
    Effect.gen(function* () {
      const { library, client } = yield* withSqlite
      const copy = join(dirname(library.path), "copy.db")
      writeFileSync(copy, yield* client.export)
      expect(sqlite(copy, "SELECT id FROM song_data")).toBe("a")
    })
  )

  it.scoped("`backup` copies the file, but not from inside a transaction", () =>
    Effect.gen(function* () {
      const { library, client } = yield* withSqlite
      const copy = join(dirname(library.path), "copy.db")
      const refused = yield* causeOf(client.withTransaction(client.backup(copy)))
      expect(refused).toMatchObject({ field: "transaction" })
      expect(yield* client.backup(copy)).toMatchObject({ remainingPages: 0 })
      expect(sqlite(copy, "SELECT id FROM song_data")).toBe("a")
    })
  )

  it.scoped("`loadExtension` fails as SQL does", () =>
    Effect.gen(function* () {
      const { client } = yield* withSqlite
      expect(yield* causeOf(client.loadExtension("/nowhere"))).toMatchObject({ code: "SQLITE_ERROR" })
    })
  )
})
