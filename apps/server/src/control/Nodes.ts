/**
 * The servers that share a control database, and which of them looks after which shard of the libraries. A node is there for as long as it says
 * so every few seconds; a shard is its own for as long as it is there. Time is that of the database: the clocks of nodes may differ.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"
import { databaseNow, leaseMs } from "./Lease.js"
import { version } from "./Migrations.js"
import { checkVersion } from "./Versions.js"

const Known = Schema.Struct({
  address: Schema.String,
  /** What it says of itself, for the other nodes. */
  about: Schema.String,
  /** What is sent to it between nodes has this: one that was started again has another. */
  secret: Schema.String,
  isThere: Schema.Union(Schema.Boolean, Integer),
  isTooOld: Schema.Union(Schema.Boolean, Integer)
})

export interface KnownNode {
  readonly address: string
  readonly about: string
  readonly secret: string
  readonly isThere: boolean
  /** It slept while the others went on to a version that no longer works beside its own. */
  readonly isTooOld: boolean
}

const dialect = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const isTooOld = sql.literal("node.version < (SELECT least FROM version)")
  return { sql, now: yield* databaseNow, isTooOld }
})

/**
 * Says that a node is there, and gives its number. Those that were gone for a day are forgotten. Fails when this program is too old for the
 * tables.
 */
export const registerNode = (
  address: string,
  about: string,
  secret: string
): Effect.Effect<number, ControlError, SqlClient.SqlClient> =>
  transact(
    Effect.gen(function* () {
      const { sql, now } = yield* dialect
      yield* sql`DELETE FROM node WHERE seen_at < ${now} - ${day}`
      yield* checkVersion(version)
      const [row] = yield* Effect.flatMap(
        sql`INSERT INTO node (address, number, about, secret, seen_at, version)
          SELECT ${address}, coalesce(max(number), 0) + 1, ${about}, ${secret}, ${now}, CAST(${version} AS INTEGER) FROM node WHERE 1 = 1
          ON CONFLICT (address) DO UPDATE SET about = excluded.about, secret = excluded.secret, seen_at = excluded.seen_at,
            version = excluded.version
          RETURNING number`,
        rowsOf(Schema.Struct({ number: Integer }))
      )
      return row?.number ?? (yield* Effect.dieMessage("a node has no number"))
    })
  )

/** Says that a node goes: what it has is free at once. */
export const removeNode = (address: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM node WHERE address = ${address}`)

/** Every node that is known, those that are gone as well. */
export const listNodes: Effect.Effect<
  ReadonlyArray<KnownNode>,
  ControlError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const { sql, now, isTooOld } = yield* dialect
  const rows = yield* sql`SELECT address, about, secret, seen_at > ${now} - ${leaseMs} AS ${sql("isThere")},
    ${isTooOld} AS ${sql("isTooOld")} FROM node ORDER BY address`
  return (yield* rowsOf(Known)(rows)).map((node) => ({
    ...node,
    ...{ isThere: Boolean(node.isThere), isTooOld: Boolean(node.isTooOld) }
  }))
})

const ids = rowsOf(Schema.Struct({ id: Schema.String }))

/** Takes those of some shards that nobody has, or a node that is gone; gives those that are its own then. */
export const takeShards = (
  address: string,
  shards: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const { sql, now } = yield* dialect
    if (shards.length === 0) return []
    // In one order: two nodes that take at once wait for each other in no circle.
    const wanted = [...shards].sort().map((id) => ({ id, address }))
    const taken = yield* sql`INSERT INTO shard ${sql.insert(wanted)}
      ON CONFLICT (id) DO UPDATE SET address = excluded.address
      WHERE shard.address = excluded.address OR NOT EXISTS (
        SELECT 1 FROM node WHERE node.address = shard.address AND node.seen_at > ${now} - ${leaseMs})
      RETURNING id`
    return (yield* ids(taken)).map(({ id }) => id)
  })

/** Says that a node is there still; gives those of some shards that are its own. One that is too old is there no more. */
export const keepShards = (
  address: string,
  shards: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const { sql, now, isTooOld } = yield* dialect
    const [there] = yield* ids(
      yield* sql`UPDATE node SET seen_at = ${now} WHERE address = ${address} AND NOT ${isTooOld} RETURNING address AS id`
    )
    if (there === undefined || shards.length === 0) return []
    const wanted = new Set(shards)
    const rows = yield* ids(yield* sql`SELECT id FROM shard WHERE address = ${address}`)
    return rows.flatMap(({ id }) => (wanted.has(id) ? [id] : []))
  })

/** Gives shards back: the one that is named, or all of a node. */
export const releaseShards = (address: string, shard?: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    shard === undefined
      ? sql`DELETE FROM shard WHERE address = ${address}`
      : sql`DELETE FROM shard WHERE address = ${address} AND id = ${shard}`
  )
