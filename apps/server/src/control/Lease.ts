/** For how long something in the control database holds without being said again. Time is that of the database: the clocks of nodes may differ. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

/** A node that was not heard of for so long is gone: others take its shards. */
export const leaseMs = 6000

/** The time of the database in milliseconds, as a part of a statement. */
export const databaseNow = Effect.map(SqlClient.SqlClient, (sql) =>
  sql.literal(
    sql.onDialectOrElse({
      pg: () => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
      orElse: () => "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    })
  )
)
