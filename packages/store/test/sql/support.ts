/** A library with an app that uses SQL on a table of its own. */
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { layerOf, type SqlOptions } from "../../src/sql.js"
import { freshLibrary } from "../support/libraries.js"

/** A client on an open library, for as long as the test lasts. */
export const clientOf = (library: Library, options: SqlOptions = {}) =>
  Effect.provide(SqlClient.SqlClient, layerOf(library, options))

/** A new library, and a client on it: `sql`, with a table of the app. */
export const withSetlist = Effect.gen(function* () {
  const library = yield* freshLibrary
  const sql = yield* clientOf(library)
  yield* sql`CREATE TABLE setlist (place INTEGER PRIMARY KEY, song TEXT NOT NULL)`
  return { library, sql }
})

/** What the app's table holds. */
export const setlist = (sql: SqlClient.SqlClient) =>
  Effect.map(sql<{ song: string }>`SELECT song FROM setlist ORDER BY place`, (rows) =>
    rows.map(({ song }) => song)
  )

/** The cause of a failure of SQL. */
export const causeOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    expect(error).toBeInstanceOf(SqlError)
    return error instanceof SqlError ? error.cause : undefined
  })
