/** What @effect/sql builds on a client works on this one: models, schemas, resolvers, migrations, reactive queries. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as Migrator from "@effect/sql/Migrator"
import * as Model from "@effect/sql/Model"
import * as SqlClient from "@effect/sql/SqlClient"
import * as SqlResolver from "@effect/sql/SqlResolver"
import * as SqlSchema from "@effect/sql/SqlSchema"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Library } from "../../src/index.js"
import { layerOf } from "../../src/sql.js"
import { freshLibrary, history, song, sound, sqlite } from "../support/libraries.js"

class Concert extends Model.Class<Concert>("Concert")({
  id: Model.Generated(Schema.Int),
  place: Schema.String,
  isPublic: Model.BooleanFromNumber,
  createdAt: Model.DateTimeInsertFromNumber
}) {}

const migrations = Migrator.fromRecord({
  "1_concert": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`CREATE TABLE concert (id INTEGER PRIMARY KEY, place TEXT, isPublic INTEGER, createdAt INTEGER)`
  ),
  "2_index": Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE INDEX concert_place ON concert(place)`)
})

const migrate = Migrator.make({})({ loader: migrations })

/** A test on a new library whose app has migrated. */
const withConcerts = <A, E, R>(
  body: (
    library: Library,
    sql: SqlClient.SqlClient
  ) => Effect.Effect<A, E, R | SqlClient.SqlClient | Reactivity.Reactivity>
) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* Effect.gen(function* () {
      yield* migrate
      yield* body(library, yield* SqlClient.SqlClient)
    }).pipe(Effect.provide(Layer.merge(layerOf(library), Reactivity.layer)))
    yield* sound(library)
  })

const findPlaces = (sql: SqlClient.SqlClient) =>
  SqlSchema.findAll({
    Request: Schema.Boolean,
    Result: Schema.Struct({ place: Schema.String }),
    execute: (wanted) => sql`SELECT place FROM concert WHERE isPublic = ${wanted ? 1 : 0} ORDER BY place`
  })

it.scoped("migrations run once, and leave nothing of one that fails", () =>
  withConcerts((library, sql) =>
    Effect.gen(function* () {
      expect(yield* migrate).toEqual([])
      const failing = Migrator.make({})({
        loader: Migrator.fromRecord({
          "3_broken": Effect.zipRight(sql`CREATE TABLE half (x)`, sql`CREATE TABLE concert (x)`)
        })
      })
      expect((yield* Effect.exit(failing))._tag).toBe("Failure")
      expect(sqlite(library.path, "SELECT max(migration_id) FROM effect_sql_migrations")).toBe("2")
      expect(sqlite(library.path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'")).toBe("0")
      yield* library.songs.upsert(song("a"))
    })
  )
)

it.scoped("a model's repository and schemas, in one transaction with a song", () =>
  withConcerts((library, sql) =>
    Effect.gen(function* () {
      const concerts = yield* Model.makeRepository(Concert, {
        tableName: "concert",
        spanPrefix: "concerts",
        idColumn: "id"
      })
      const concert = Concert.insert.make({ place: "Basel", isPublic: true })
      const both = Effect.zipRight(library.songs.upsert(song("a")), concerts.insert(concert))
      yield* Effect.flip(sql.withTransaction(Effect.zipRight(both, Effect.fail("no"))))
      expect(yield* findPlaces(sql)(true)).toEqual([])
      const made = yield* sql.withTransaction(both)
      expect(made).toMatchObject({ id: 1, place: "Basel", isPublic: true })
      expect(yield* findPlaces(sql)(true)).toEqual([{ place: "Basel" }])
      expect(Option.isSome(yield* concerts.findById(1))).toBe(true)
      expect(yield* history(library)).toHaveLength(1)
    })
  )
)

it.scoped("resolvers batch, and stay in their transaction", () =>
  withConcerts((library, sql) =>
    Effect.gen(function* () {
      const insert = yield* SqlResolver.ordered("InsertConcert", {
        Request: Schema.Struct({ place: Schema.String }),
        Result: Schema.Struct({ id: Schema.Int }),
        execute: (requests) => sql`INSERT INTO concert ${sql.insert(requests)} RETURNING id`
      })
      const insertWithContext = yield* SqlResolver.ordered("InsertConcertToo", {
        Request: Schema.Struct({ place: Schema.String }),
        Result: Schema.Struct({ id: Schema.Int }),
        withContext: true,
        execute: (requests) => sql`INSERT INTO concert ${sql.insert(requests)} RETURNING id`
      })
      const all = <A, E>(execute: (request: { readonly place: string }) => Effect.Effect<A, E>) =>
        Effect.forEach(["Basel", "Bern", "Biel"], (place) => execute({ place }), { batching: true })
      const inside = Effect.gen(function* () {
        yield* library.songs.upsert(song("a"))
        const ids = [...(yield* all(insert.execute)), ...(yield* all(insertWithContext.execute))]
        yield* insert.execute({ place: "Thun" })
        return ids.map(({ id }) => id)
      })
      yield* Effect.flip(sql.withTransaction(Effect.zipRight(inside, Effect.fail("no"))))
      expect(sqlite(library.path, "SELECT count(*) FROM concert")).toBe("0")
      expect(yield* sql.withTransaction(inside)).toEqual([1, 2, 3, 4, 5, 6])
      // Batches that are made outside of the transactions that ask.
      yield* Effect.forEach(
        ["Chur", "Genf"],
        (place) =>
          sql.withTransaction(Effect.zipRight(library.songs.upsert(song(place)), insert.execute({ place }))),
        { batching: true, concurrency: "unbounded" }
      )
      yield* Effect.forEach(
        ["Olten", "fails"],
        (place) =>
          sql
            .withTransaction(
              Effect.zipRight(insert.execute({ place }), place === "fails" ? Effect.fail("no") : Effect.void)
            )
            .pipe(Effect.ignore),
        { batching: true, concurrency: "unbounded" }
      )
      expect(sqlite(library.path, "SELECT group_concat(place, ' ') FROM concert WHERE id > 7")).toBe(
        "Chur Genf Olten"
      )
    })
  )
)

it.scoped("a reactive query runs again when its table is written", () =>
  withConcerts((library, sql) =>
    Effect.gen(function* () {
      const reactivity = yield* Reactivity.Reactivity
      const seen = yield* sql.reactive(["concert"], findPlaces(sql)(true)).pipe(
        Stream.tap((places) =>
          places.length > 0
            ? Effect.void
            : reactivity.mutation(["concert"], sql`INSERT INTO concert(place, isPublic) VALUES ('Basel', 1)`)
        ),
        Stream.take(2),
        Stream.runCollect
      )
      expect([...seen]).toEqual([[], [{ place: "Basel" }]])
      yield* library.songs.upsert(song("a"))
    })
  )
)
