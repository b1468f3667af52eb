/** Which digest was sent to whom: on record before it is sent, so that a restart sends none again. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Channel } from "./Alerts.js"
import { Integer, rowsOf } from "./Database.js"

export const Digest = Schema.Struct({
  group_name: Schema.String,
  channel: Schema.Literal("mail", "webhook"),
  due_at: Integer,
  started_at: Integer,
  /** `begun` until it is known: one that a killed server began was sent, as far as anybody knows. */
  outcome: Schema.Literal("begun", "done", "failed"),
  detail: Schema.String
})
export type Digest = typeof Digest.Type

const digests = rowsOf(Digest)

/** The digests of a group in one way, newest first. */
export const digestsOf = (group: string, channel: Channel) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* Effect.flatMap(
      sql`SELECT * FROM digest WHERE group_name = ${group} AND channel = ${channel} ORDER BY due_at DESC LIMIT 100`,
      digests
    )
  })

/** Begins one, or one that nobody took again. False when somebody else did. */
export const beginDigest = (group: string, channel: Channel, dueAt: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const started_at = yield* Clock.currentTimeMillis
    const row: Digest = {
      group_name: group,
      channel,
      due_at: dueAt,
      started_at,
      outcome: "begun",
      detail: ""
    }
    const rows =
      yield* sql`INSERT INTO digest ${sql.insert(row)} ON CONFLICT (group_name, channel, due_at) DO UPDATE
      SET started_at = excluded.started_at, outcome = 'begun' WHERE digest.outcome = 'failed' RETURNING due_at`
    return rows.length === 1
  })

export const endDigest = (
  group: string,
  channel: Channel,
  dueAt: number,
  { outcome, detail }: Pick<Digest, "outcome" | "detail">
) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`UPDATE digest SET outcome = ${outcome}, detail = ${detail}
      WHERE group_name = ${group} AND channel = ${channel} AND due_at = ${dueAt}`
  )
