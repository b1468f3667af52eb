/**
 * Dangers that are told at once: a disk that fills, damage, a mirror that fails, an audit log that was changed, much that was deleted. Each is one row from the
 * moment it is found until it is over, so that it is told once, also after a restart; one that comes back is told again.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf } from "./Database.js"

const Kind = Schema.Literal("disk", "mirror", "damage", "loss", "audit")

export const Alert = Schema.Struct({
  kind: Kind,
  /** Empty for what is of the whole server. */
  library: Schema.String,
  /** What tells two of one kind and library apart. */
  about: Schema.String,
  since: Integer,
  detail: Schema.String,
  /** When it was told by mail, and to the webhook; 0 while it was not. */
  mail_at: Integer,
  webhook_at: Integer,
  tried_at: Integer
})
export type Alert = typeof Alert.Type

/** What is wrong now. */
export type Danger = Pick<Alert, "kind" | "library" | "about" | "detail">

/** How people are told. */
export type Channel = "mail" | "webhook"

const decode = rowsOf(Alert)
const isKnown = Schema.is(Kind)

/** What a newer version watches besides, beside which this one works, is passed over. */
const alerts = (rows: ReadonlyArray<{ readonly kind?: unknown }>) =>
  decode(rows.filter(({ kind }) => isKnown(kind)))

/** Those that last as long as they are found. Of a loss nobody finds anything any more: it stays on record. */
const lasting: ReadonlyArray<Alert["kind"]> = ["disk", "mirror", "damage", "audit"]

/** Notes what is wrong now, in the place of what was; gives those that are new. */
export const noteDangers = (
  found: ReadonlyArray<Danger>
): Effect.Effect<ReadonlyArray<Danger>, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const since = yield* Clock.currentTimeMillis
    const isSame = (one: Danger) => (other: Danger) =>
      one.kind === other.kind && one.library === other.library && one.about === other.about
    const known = yield* Effect.flatMap(sql`SELECT * FROM alert`, alerts)
    for (const { kind, library, about } of known.filter(
      (each) => lasting.includes(each.kind) && !found.some(isSame(each))
    ))
      yield* sql`DELETE FROM alert WHERE kind = ${kind} AND library = ${library} AND about = ${about}`
    const fresh = found.filter((each) => !known.some(isSame(each)))
    for (const danger of fresh)
      yield* sql`INSERT INTO alert ${sql.insert({ ...danger, since, mail_at: 0, webhook_at: 0, tried_at: 0 })}
        ON CONFLICT DO NOTHING`
    return fresh
  })

/** How long one that nobody could be told of waits. */
const retryMs = 10 * 60_000

/** Those that were not told yet in this way, oldest first; one that nobody took is tried again a while later. */
export const untold = (channel: Channel) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const at = sql(`${channel}_at`)
    return yield* Effect.flatMap(
      sql`SELECT * FROM alert WHERE ${at} = 0 AND (tried_at = 0 OR tried_at <= ${now - retryMs} OR tried_at > ${now})
        ORDER BY since, kind, library, about`,
      alerts
    )
  })

/** Notes that one was told in this way, or that it could not be. */
export const noteTold = ({ kind, library, about }: Alert, channel: Channel, isTold: boolean) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const at = sql(isTold ? `${channel}_at` : "tried_at")
    yield* sql`UPDATE alert SET ${at} = ${now} WHERE kind = ${kind} AND library = ${library} AND about = ${about}`
  })

/** All that are on record, the newest first. */
export const listAlerts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* Effect.flatMap(sql`SELECT * FROM alert ORDER BY since DESC, kind, library, about`, alerts)
})

/** When something of a library was last lost on purpose or by mistake, in bulk; 0 when it never was. */
export const lastLoss = (library: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ since: number }>`
      SELECT coalesce(max(since), 0) AS since FROM alert WHERE kind = 'loss' AND library = ${library}`
    return Number(row?.since ?? 0)
  })

/** For so long nothing is let go of after much was deleted. */
export const graceMs = 30 * day

/** Whether anything of a library may be let go of now. */
export const mayLetGo = (library: string) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    return now - (yield* lastLoss(library)) >= graceMs
  })

/** Losses that are so old go: nothing waits for them any more. */
export const endLosses = (before: number) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`DELETE FROM alert WHERE kind = 'loss' AND since < ${before}`
  )

/** Libraries of which so many files were discarded by somebody since a time, and how many. */
export const manyDiscarded = (since: number, least: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ subject: string; count: number }>`
      SELECT subject, count(*) AS count FROM audit WHERE action = 'file discarded' AND at > ${since}
      GROUP BY subject HAVING count(*) >= ${least} ORDER BY subject`
    return rows.map(({ subject, count }) => ({ library: subject, count: Number(count) }))
  })
