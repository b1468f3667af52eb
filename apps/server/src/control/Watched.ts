/** How far a library was looked at, and what was there: what is gone since is told, when it is much. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Integer, rowsOf } from "./Database.js"

export const Watched = Schema.Struct({
  library: Schema.String,
  line: Schema.String,
  position: Integer,
  /** The number of the newest backup, and how many up to it were not forgotten. */
  newest: Integer,
  kept: Integer,
  /** When these were noted. */
  at: Integer,
  /** When something came last, as of the last look. */
  arrived_at: Integer
})
export type Watched = typeof Watched.Type

const watched = rowsOf(Watched)

export const watchedOf = (library: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(sql`SELECT * FROM watched WHERE library = ${library}`, watched)
    return found
  })

export const keepWatched = (row: Watched) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO watched ${sql.insert(row)} ON CONFLICT (library) DO UPDATE SET
      line = excluded.line, position = excluded.position, newest = excluded.newest, kept = excluded.kept,
      at = excluded.at, arrived_at = excluded.arrived_at`
  })
