/**
 * Work on libraries that went on after it was answered: that it began, and what it came to. One that is not known to have ended, and that the server
 * which looks after its library does not have under way, was cut off.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Activity } from "../api/Runs.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"

/** What one came to is told for so long. */
const keptMs = 7 * day

const Row = Schema.Struct({
  id: Schema.String,
  library: Schema.String,
  activity: Activity,
  /** Who asked for it, and by which key; empty without one. */
  access: Schema.String,
  request_key: Schema.String,
  /** The restore that it is about; empty where that is not known when it begins. */
  restore: Schema.String,
  started_at: Integer,
  /** 0 until it is known to have ended. */
  ended_at: Integer,
  /** JSON of what it came to; empty until then. */
  answer: Schema.String
})
export type KeptRun = typeof Row.Type

const rows = rowsOf(Row)

/** Keeps that one began. One that is asked for again after it had ended begins again. */
export const keepRun = (run: Omit<KeptRun, "ended_at" | "answer">) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO run ${sql.insert({ ...run, ended_at: 0, answer: "" })} ON CONFLICT (library, id) DO UPDATE SET
      started_at = excluded.started_at, ended_at = 0, answer = ''`
  })

/** Keeps what one came to, when nothing is known of that yet. */
export const endRun = ({ library, id }: Pick<KeptRun, "library" | "id">, ended_at: number, answer: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE run SET ${sql.update({ ended_at, answer })} WHERE library = ${library} AND id = ${id} AND ended_at = 0`
  })

export const runById = (library: string, id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql`SELECT * FROM run WHERE library = ${library} AND id = ${id}`
    return (yield* rows(found))[0]
  })

/** Forgets what began long ago. */
export const forgetOldRuns = (now: number): Effect.Effect<void, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`DELETE FROM run WHERE started_at < ${now - keptMs}`
  })
