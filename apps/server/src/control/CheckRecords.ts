/** Checks that somebody asked for, on record in the audit log: who, when, and how each went. What was damaged stands in no log: it may be a song. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { CheckRun } from "../api/Checks.js"
import { AuditEntry, audited } from "./Audit.js"
import { rowsOf } from "./Database.js"
import { isoTime } from "./isoTime.js"

/** What the audit log calls it. */
export const checkAction = "library checked"

const Detail = Schema.parseJson(
  Schema.Struct({
    id: Schema.String,
    startedAt: Schema.String,
    outcome: Schema.Literal("done", "failed"),
    bytes: Schema.NonNegativeInt,
    damaged: Schema.NonNegativeInt
  })
)

/** Puts a check that ended on record. */
export const noteCheck = (
  actor: string,
  library: string,
  { id, startedAt, outcome, bytes, damaged }: CheckRun
) =>
  Effect.flatMap(
    Effect.orDie(
      Schema.encode(Detail)({ id, startedAt, outcome: outcome ?? "failed", bytes, damaged: damaged.length })
    ),
    (detail) => audited({ actor, action: checkAction, subject: library, detail }, Effect.void)
  )

/** The checks of a library that are on record, newest first. */
export const checkRecords = (library: string, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`SELECT number, at, actor, action, subject, detail, hash FROM audit
      WHERE subject = ${library} AND action = ${checkAction} ORDER BY number DESC LIMIT ${limit}`
    return (yield* rowsOf(AuditEntry)(rows)).flatMap(({ at, detail }): ReadonlyArray<CheckRun> => {
      const found = Schema.decodeUnknownOption(Detail)(detail)
      if (found._tag === "None") return []
      const { damaged, ...run } = found.value
      const words = damaged === 0 ? [] : [`${damaged} did not come back whole; a new check says which`]
      return [{ ...run, activity: "check", endedAt: isoTime(at), damaged: words }]
    })
  })
