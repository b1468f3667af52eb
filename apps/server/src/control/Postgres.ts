/**
 * The control database in PostgreSQL. What a server says there is bounded: no statement, no wait for a lock and no transaction that
 * stands still holds others up for ever.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { ControlAt, ControlError } from "./Database.js"
import { hasCode } from "./hasCode.js"
import { leaseMs } from "./Lease.js"
import { steps, tables, tablesOfNodes, version } from "./Migrations.js"
import { bringUp, checkVersion } from "./Versions.js"

/** In milliseconds; the address may say others. A node that is asleep in a transaction holds others up for as long as it is waited for, and no longer. */
const bounds = {
  statement_timeout: "30000",
  lock_timeout: "10000",
  idle_in_transaction_session_timeout: String(leaseMs)
}

const connections = 10

/** One at a time migrates: the number is of no meaning, and of this program alone. */
const migrationLock = 7_421_842_100

/** What the driver of PostgreSQL says, without where it said it to. */
const reasonOf = (error: unknown): string => {
  for (let each = error; typeof each === "object" && each !== null; ) {
    if (each instanceof SqlError) each = each.cause
    else if ("code" in each && typeof each.code === "string")
      return "severity" in each && each instanceof Error ? each.message : each.code
    else break
  }
  return error instanceof SqlError ? error.message : "it does not answer"
}

/** The address with the bounds of its sessions. @throws when it is none */
const bounded = (url: Redacted.Redacted): Redacted.Redacted => {
  const address = new URL(Redacted.value(url))
  if (!/^postgres(?:ql)?:$/.test(address.protocol)) throw new Error("not an address of PostgreSQL")
  for (const [name, value] of Object.entries(bounds))
    if (!address.searchParams.has(name)) address.searchParams.set(name, value)
  return Redacted.make(address.href)
}

const connect = (url: Redacted.Redacted, maxConnections: number) =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.try({
        try: () => bounded(url),
        catch: () =>
          new SqlError({
            cause: undefined,
            message: "it takes an address such as postgres://user@host:5432/database"
          })
      }),
      (address) =>
        PgClient.layer({
          ...{ url: address, maxConnections, applicationName: "white-room" },
          ...{ idleTimeout: "5 minutes", connectTimeout: "10 seconds" }
        })
    )
  )

/** Who waits for a table holds up all who come after: not for longer than this, and then again. In milliseconds, and how often. */
const tableWait = "2000"
const tableTries = 60

/** What PostgreSQL says when a lock was not to be had in time. */
const isLocked = (error: unknown): boolean => hasCode(error, ["55P03"])

/**
 * Several nodes that start at once: one brings the tables up, the others find them so. All of it, or nothing. Nodes that work go on meanwhile: a
 * table that somebody holds for long, as a dump does, is waited for in short parts.
 */
const migrateAlone = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`SET LOCAL statement_timeout = 0`
      yield* sql`SET LOCAL lock_timeout = 0`
      yield* sql`SELECT pg_advisory_xact_lock(${migrationLock})`
      yield* sql`SET LOCAL lock_timeout = ${sql.literal(tableWait)}`
      // Its own way to make it is a statement that fails, which would end this transaction.
      yield* sql`CREATE TABLE IF NOT EXISTS migration (migration_id integer PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now(), name text NOT NULL)`
      yield* bringUp(steps)
    })
  )
}).pipe(Effect.retry({ while: isLocked, schedule: Schedule.spaced("1 second"), times: tableTries }))

const rightsTo: Readonly<Record<string, string>> = { audit: "SELECT, INSERT", version: "SELECT" }

/**
 * Lets a role do what a server does, and no more: it makes, changes and drops no table, and of the audit log it only adds to the
 * end.
 */
const grantTo = (role: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`GRANT SELECT ON migration TO ${sql(role)}`
    for (const name of [...Object.keys(tables), ...tablesOfNodes]) {
      const rights = rightsTo[name] ?? "SELECT, INSERT, UPDATE, DELETE"
      yield* sql`REVOKE ALL ON ${sql(name)} FROM ${sql(role)}`
      yield* sql`GRANT ${sql.literal(rights)} ON ${sql(name)} TO ${sql(role)}`
    }
  })

/** Makes the tables as their owner; who works with them afterwards needs not be able to. */
const prepare = (owner: Redacted.Redacted, url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* migrateAlone
    const role = decodeURIComponent(new URL(Redacted.value(url)).username)
    const [row] = yield* sql<{ owner: string }>`SELECT current_user AS owner`
    if (role !== "" && role !== row?.owner) yield* sql.withTransaction(grantTo(role))
  }).pipe(Effect.provide(connect(owner, 1)), Effect.scoped)

/** A failure says in words why the database cannot be used. */
const namingReason = Layer.catchAllCause((cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause)
  return Layer.fail(new SqlError({ cause: error, message: reasonOf(error) }))
})

export const layerPostgres = ({
  url,
  owner
}: Extract<ControlAt, { readonly _tag: "Postgres" }>): Layer.Layer<SqlClient.SqlClient, ControlError> =>
  (owner === undefined
    ? Layer.effectDiscard(migrateAlone)
    : Layer.effectDiscard(Effect.zipRight(prepare(owner, url), checkVersion(version)))
  ).pipe(Layer.provideMerge(connect(url, connections)), namingReason)

/**
 * A connection to the control database beside those of requests: what must be said in time waits for none of them. A statement that takes longer
 * than a lease is worth nothing.
 */
export const layerBeside = (url: Redacted.Redacted): Layer.Layer<SqlClient.SqlClient, ControlError> =>
  Layer.suspend(() => {
    const address = new URL(Redacted.value(url))
    address.searchParams.set("statement_timeout", String(leaseMs))
    address.searchParams.set("lock_timeout", String(leaseMs / 2))
    return connect(Redacted.make(address.href), 2)
  }).pipe(namingReason)
