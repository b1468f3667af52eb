/**
 * Libraries that leave: until their time comes they can be read and taken home, then they are erased. From that moment on
 * a library is there for nobody, and what is left of it goes, place by place; the last thing is an entry in the audit log
 * that says which places those were.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Id } from "../api/Model.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import type { ControlError } from "./Database.js"

/** A place from which a library was erased. */
export const ErasedPlace = Schema.Struct({ place: Schema.String, files: Schema.Int })
export type ErasedPlace = typeof ErasedPlace.Type

const Receipt = Schema.parseJson(Schema.Array(ErasedPlace))

/** A time that is over whatever the clock says. */
export const atOnce = 1

/** What the audit log calls it when a library is let go, and when it is kept after all. */
export const leavingActions = { leaves: "library leaves", stays: "library stays" } as const

/** Says when a library is to be erased; 0 for never. */
export const setErasure = (id: string, at: number, actor: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    audited(
      {
        ...{ actor, subject: id, action: at === 0 ? leavingActions.stays : leavingActions.leaves },
        detail: at === 0 ? "" : at === atOnce ? "at once" : new Date(at).toISOString()
      },
      Effect.zipRight(sql`UPDATE library SET erase_at = ${at} WHERE id = ${id}`, announce("library", id))
    )
  )

/** Libraries whose time has come. */
export const dueForErasure = (now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{
      id: string
    }>`SELECT id FROM library WHERE erase_at <> 0 AND erase_at <= ${now} ORDER BY id`
    return rows.map(({ id }) => id)
  })

/** Ends every access that is for this library alone, and every invitation that is for it. A web app makes others. */
export const endAccessTo = (
  id: string,
  actor: string
): Effect.Effect<void, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    yield* audited(
      { actor, action: "erasing begun", subject: id },
      Effect.gen(function* () {
        yield* sql`UPDATE access SET revoked_at = ${now} WHERE revoked_at = 0 AND role <> 'service' AND group_name = ''
          AND id IN (SELECT access FROM access_library WHERE library = ${id})
          AND NOT EXISTS (SELECT 1 FROM access_library WHERE access = access.id AND library <> ${id})`
        yield* sql`DELETE FROM invitation WHERE replace(libraries, ${`"${id}"`}, '') <> libraries`
      })
    )
  })

/** Removes a library of which no file is left, and writes its receipt. */
export const finishErasing = (id: string, places: ReadonlyArray<ErasedPlace>, actor: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    audited(
      { actor, action: "erased", subject: id, detail: JSON.stringify(places) },
      Effect.gen(function* () {
        yield* sql`DELETE FROM restore WHERE library = ${id}`
        yield* sql`DELETE FROM run WHERE library = ${id}`
        yield* sql`DELETE FROM discarded WHERE library = ${id}`
        yield* sql`DELETE FROM backup_count WHERE library = ${id}`
        yield* sql`DELETE FROM alert WHERE library = ${id}`
        yield* sql`DELETE FROM watched WHERE library = ${id}`
        yield* sql`DELETE FROM proof WHERE library = ${id}`
        yield* sql`DELETE FROM line WHERE library = ${id}`
        yield* sql`DELETE FROM access_library WHERE library = ${id}`
        yield* sql`DELETE FROM library WHERE id = ${id}`
        yield* announce("access", "")
      })
    )
  )

const isId = Schema.is(Id)

/** Libraries that were erased, behind an entry of the audit log, by whichever server. What is no id of one is passed over. */
export const erasedAfter = (number: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ number: number; subject: string }>`SELECT number, subject FROM audit
      WHERE number > ${number} AND action = 'erased' ORDER BY number`
    return rows.flatMap(({ number, subject }) =>
      isId(subject) ? [{ number: Number(number), id: subject }] : []
    )
  })

/** The number of the entry in the audit log that says which library was erased last; 0 while none was. */
export const lastErased = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ number: number }>`
    SELECT coalesce(max(number), 0) AS number FROM audit WHERE action = 'erased'`
  return Number(row?.number ?? 0)
})

/** From which places a library was erased; `undefined` while it was not. */
export const receiptOf = (id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ detail: string }>`SELECT detail FROM audit
      WHERE action = 'erased' AND subject = ${id} ORDER BY number DESC LIMIT 1`
    return row === undefined ? undefined : yield* Effect.orDie(Schema.decodeUnknown(Receipt)(row.detail))
  })
