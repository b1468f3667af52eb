/**
 * The audit log: who changed what, when. Entries are only added, each with a hash over itself and the one before, so that
 * a change of an old one is found. Every change of access is one transaction with its entry.
 */
import { createHash } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"

/** What happened. Names stand in it as they were given, and never a secret. */
export interface Deed {
  /** Who did it: an access, or the command line of the server. */
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail?: string | undefined
}

export const AuditEntry = Schema.Struct({
  number: Integer,
  at: Integer,
  actor: Schema.String,
  action: Schema.String,
  subject: Schema.String,
  detail: Schema.String,
  hash: Schema.String
})
type Entry = typeof AuditEntry.Type

const Head = Schema.Struct({ number: Integer, hash: Schema.String })

const hashOf = (before: string, entry: Omit<Entry, "hash">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([before, entry.number, entry.at, entry.actor, entry.action, entry.subject, entry.detail])
    )
    .digest("hex")

/**
 * Does what changes the database, with its entry, or neither. The first statement takes the lock. The texts are hashed as the database gives them
 * back: it has no halves of surrogate pairs.
 */
export const audited = <A, E, R>(
  { actor, action, subject, detail = "" }: Deed,
  change: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ControlError, R | SqlClient.SqlClient> =>
  transact(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const at = yield* Clock.currentTimeMillis
      const [head] = yield* Effect.flatMap(
        sql`UPDATE audit_head SET number = number + 1 WHERE id = 1 RETURNING number, hash`,
        rowsOf(Head)
      )
      if (head === undefined) return yield* Effect.dieMessage("the audit log has no head")
      const entry = {
        ...{ number: head.number, at, action },
        ...{ actor: actor.toWellFormed(), subject: subject.toWellFormed(), detail: detail.toWellFormed() }
      }
      const hash = hashOf(head.hash, entry)
      yield* sql`INSERT INTO audit ${sql.insert({ ...entry, hash })}`
      yield* sql`UPDATE audit_head SET hash = ${hash} WHERE id = 1`
      return yield* change
    })
  )

/** Entries after a number, oldest first. */
export const entriesAfter = (number: number, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows =
      yield* sql`SELECT number, at, actor, action, subject, detail, hash FROM audit WHERE number > ${number} ORDER BY number LIMIT ${limit}`
    return yield* rowsOf(AuditEntry)(rows)
  })

/** Entries before a number, newest first. */
export const entriesBefore = (number: number, limit: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows =
      yield* sql`SELECT number, at, actor, action, subject, detail, hash FROM audit WHERE number < ${number} ORDER BY number DESC LIMIT ${limit}`
    return yield* rowsOf(AuditEntry)(rows)
  })

/** So many of the newest entries are looked through: what that costs does not grow with the log. */
const looked = 10_000

/** How often somebody did one of these to something today (UTC), in as much of the log as is looked through. */
export const deedsToday = (actor: string, subject: string, actions: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const rows = yield* sql<{ count: number }>`SELECT count(*) AS count FROM
      (SELECT at, actor, action, subject FROM audit ORDER BY number DESC LIMIT ${looked}) AS newest
      WHERE actor = ${actor} AND subject = ${subject} AND ${sql.in("action", actions)} AND at >= ${now - (now % day)}`
    return Number(rows[0]?.count ?? 0)
  })

/** The end of the log, or of its beginning up to an entry. */
export interface AuditEnd {
  readonly number: number
  readonly hash: string
}

export const beginning: AuditEnd = { number: 0, hash: "" }

const pageRows = 500

const entryOf = Schema.decodeUnknownOption(AuditEntry)

/**
 * Looks along the log after an entry that is as it was written: gives the last one for which that can be said, and whether it is the end. What
 * is written meanwhile is looked at too.
 */
export const lookAlong = (
  from: AuditEnd
): Effect.Effect<{ readonly end: AuditEnd; readonly isWhole: boolean }, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    let end = from
    for (;;) {
      const rows = yield* sql`SELECT number, at, actor, action, subject, detail, hash FROM audit
        WHERE number > ${end.number} ORDER BY number LIMIT ${pageRows}`
      for (const row of rows) {
        const read = entryOf(row)
        if (read._tag === "None") return { end, isWhole: false }
        const { hash, ...entry } = read.value
        if (entry.number !== end.number + 1 || hashOf(end.hash, entry) !== hash)
          return { end, isWhole: false }
        end = { number: entry.number, hash }
      }
      if (rows.length > 0) continue
      const [head] = yield* Effect.flatMap(sql`SELECT number, hash FROM audit_head`, rowsOf(Head))
      if (head?.number === end.number) return { end, isWhole: head.hash === end.hash }
      // An entry and the head are written as one: where the head is further, there is an entry.
      const isLonger = head !== undefined && head.number > end.number
      if (!isLonger || (yield* entriesAfter(end.number, 1)).length === 0) return { end, isWhole: false }
    }
  })
