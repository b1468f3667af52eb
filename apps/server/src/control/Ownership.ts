/**
 * Who writes the libraries that are written here, of several servers on one control database and one bucket: the one that started last, or
 * the nodes of one cluster, each of them the libraries that it owns. A server has a number, the epoch, which all nodes of a cluster share; an
 * owner has one of the library besides, the fence. What another one put into the bucket meanwhile is not acknowledged, and nobody goes on from it.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"

/** Numbers that are even are of a cluster: its nodes have one together. Others are of one server, each its own. */
const begin = (first: string, step: "alone" | "together") =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = sql.literal("CAST(setting.value AS INTEGER)")
    const next = step === "alone" ? sql`${now} + 1 + ${now} % 2` : sql`${now} + ${now} % 2`
    const [row] = yield* sql<{ value: string }>`INSERT INTO setting (name, value) VALUES ('epoch', ${first})
      ON CONFLICT (name) DO UPDATE SET value = CAST(${next} AS TEXT) RETURNING value`
    return row?.value ?? (yield* Effect.dieMessage("an epoch has no number"))
  })

/** Begins an epoch, which ends the one before: who has that one acknowledges nothing from then on. */
export const beginEpoch: Effect.Effect<string, ControlError, SqlClient.SqlClient> = begin("1", "alone")

/** The epoch of the cluster, which begins when a server that was alone had the one before. */
export const joinEpoch: Effect.Effect<string, ControlError, SqlClient.SqlClient> = begin("2", "together")

/** By what a server may acknowledge what was written to a library. */
export interface Right {
  readonly epoch: string
  /** The number of its owner; none where one server owns all. */
  readonly fence?: number | undefined
}

const fences = rowsOf(Schema.Struct({ fence: Integer }))

/**
 * Begins to own a library, which ends with who did before; `undefined` when there is none of that id. `reserved`: room that uploads have which
 * the one before may not have ended.
 */
export const beginFence = (
  library: string
): Effect.Effect<
  { readonly fence: number; readonly reserved: number } | undefined,
  ControlError,
  SqlClient.SqlClient
> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* Effect.flatMap(
      sql`UPDATE library SET fence = fence + 1 WHERE id = ${library} RETURNING fence, reserved`,
      rowsOf(Schema.Struct({ fence: Integer, reserved: Integer }))
    )
    return row
  })

/** What became of a right: `held`, or ended with the `epoch` of the server or with its ownership of the library, the `fence`. */
export type Standing = "held" | "epoch" | "fence"

/** Whether a right is held at this moment. */
export const standingOf = (
  library: string,
  { epoch, fence }: Right
): Effect.Effect<Standing, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{
      name: string
    }>`SELECT name FROM setting WHERE name = 'epoch' AND value = ${epoch}`
    if (rows.length === 0) return "epoch"
    if (fence === undefined) return "held"
    const [row] = yield* Effect.flatMap(sql`SELECT fence FROM library WHERE id = ${library}`, fences)
    return row === undefined || row.fence === fence ? "held" : "fence"
  })

/** How far a library is in the bucket. */
export interface Head {
  readonly line: string
  readonly position: number
  readonly chainHash: string
}

/**
 * Says how far a library is in the bucket, where the right to say so is held: what goes that far may be acknowledged. Otherwise another server
 * goes on, from the head that was there.
 */
export const keepHead = (
  library: string,
  { epoch, fence }: Right,
  { line, position, chainHash }: Head
): Effect.Effect<Standing, ControlError, SqlClient.SqlClient> =>
  transact(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      // Held until this is committed: an epoch that begins meanwhile waits, and sees it.
      const held = yield* sql.onDialectOrElse({
        pg: () => sql`SELECT value FROM setting WHERE name = 'epoch' AND value = ${epoch} FOR SHARE`,
        orElse: () =>
          sql`UPDATE setting SET value = value WHERE name = 'epoch' AND value = ${epoch} RETURNING value`
      })
      if (held.length === 0) return "epoch"
      const isOwner = fence === undefined ? sql`1 = 1` : sql`fence = ${fence}`
      const kept = yield* sql`UPDATE library SET head_line = ${line}, head_position = ${position},
        head_hash = ${chainHash} WHERE id = ${library} AND ${isOwner} RETURNING id`
      return kept.length === 1 || fence === undefined ? "held" : "fence"
    })
  )
