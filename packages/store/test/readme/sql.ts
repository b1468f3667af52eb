import * as Model from "@effect/sql/Model"
import { SqlClient } from "@effect/sql/SqlClient"
import * as SqlSchema from "@effect/sql/SqlSchema"
import { Songs } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { layer } from "../../src/sql.js"

class Concert extends Model.Class<Concert>("Concert")({
  id: Model.Generated(Schema.Int),
  place: Schema.String,
  song: Schema.String
}) {}

const program = Effect.gen(function* () {
  const sql = yield* SqlClient
  const songs = yield* Songs
  yield* sql`CREATE TABLE IF NOT EXISTS concert (id INTEGER PRIMARY KEY, place TEXT NOT NULL, song TEXT NOT NULL)`
  const concerts = yield* Model.makeRepository(Concert, {
    tableName: "concert",
    spanPrefix: "concerts",
    idColumn: "id"
  })
  const playedIn = SqlSchema.findAll({
    Request: Schema.String,
    Result: Concert,
    execute: (place) => sql`SELECT * FROM concert WHERE place = ${place} ORDER BY id`
  })

  // The song with its event in the log, and the app's own row: both or neither.
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* songs.upsert({ id: "s2", name: "Two Bicycles", songDataJSON: "{}", determinismSeed: "2" })
      yield* concerts.insert(Concert.insert.make({ place: "Basel", song: "s2" }))
    })
  )
  for (const { place, song } of yield* playedIn("Basel"))
    console.log(`${(yield* songs.read(song)).name}, played in ${place}`)
})

await Effect.runPromise(Effect.provide(program, layer("library.db")))
