/**
 * Files that were discarded: where they lay in a library, and since when. The mirror keeps them for the grace time, so that
 * no deletion reaches it at once; what is put under such a name again is to be put there again too.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Integer, rowsOf } from "./Database.js"

export const DiscardedFile = Schema.Struct({
  library: Schema.String,
  name: Schema.String,
  at: Integer,
  /** 1 when other bytes may be there since. */
  put_again: Integer
})
export type DiscardedFile = typeof DiscardedFile.Type

const discardedFiles = rowsOf(DiscardedFile)

/** Notes that a file lies in the trash. */
export const noteDiscarded = (library: string, name: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = yield* Clock.currentTimeMillis
    yield* sql`INSERT INTO discarded ${sql.insert({ library, name, at, put_again: 0 })}
      ON CONFLICT (library, name) DO UPDATE SET at = excluded.at, put_again = 0`
  })

/** Notes that there is a file of that name again. */
export const notePutAgain = (library: string, name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE discarded SET put_again = 1 WHERE library = ${library} AND name = ${name}`
  )

/** The files of a library that were discarded. */
export const discardedOf = (library: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* Effect.flatMap(
      sql`SELECT * FROM discarded WHERE library = ${library} ORDER BY name`,
      discardedFiles
    )
  })

/** Files that were discarded before a time, and those that are there again. */
export const settleable = (before: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* Effect.flatMap(
      sql`SELECT * FROM discarded WHERE put_again = 1 OR at < ${before} ORDER BY library, name LIMIT 1000`,
      discardedFiles
    )
  })

/** Forgets one, as it was read: one that was discarded once more meanwhile stays. */
export const forgetDiscarded = ({ library, name, at, put_again }: DiscardedFile) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`DELETE FROM discarded WHERE library = ${library} AND name = ${name} AND at = ${at} AND put_again = ${put_again}`
  )
