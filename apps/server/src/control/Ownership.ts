/**
 * Of several servers on one control database and one bucket the one that started last writes the libraries that are written here. It has a
 * number, the epoch; what another one put into the bucket meanwhile is not acknowledged, and nobody goes on from it.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { type ControlError, transact } from "./Database.js"

/** Begins an epoch, which ends the one before: who has that one acknowledges nothing from then on. */
export const beginEpoch: Effect.Effect<string, ControlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ value: string }>`INSERT INTO setting (name, value) VALUES ('epoch', '1')
    ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(setting.value AS INTEGER) + 1 AS TEXT) RETURNING value`
  return row?.value ?? (yield* Effect.dieMessage("an epoch has no number"))
})

/** How far a library is in the bucket. */
export interface Head {
  readonly line: string
  readonly position: number
  readonly chainHash: string
}

/**
 * Says how far a library is in the bucket: what goes that far may be acknowledged. False when the epoch has ended: another server goes on, from the
 * head that was there.
 */
export const keepHead = (
  library: string,
  epoch: string,
  { line, position, chainHash }: Head
): Effect.Effect<boolean, ControlError, SqlClient.SqlClient> =>
  transact(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      // Held until this is committed: an epoch that begins meanwhile waits, and sees it.
      const held = yield* sql.onDialectOrElse({
        pg: () => sql`SELECT value FROM setting WHERE name = 'epoch' AND value = ${epoch} FOR SHARE`,
        orElse: () =>
          sql`UPDATE setting SET value = value WHERE name = 'epoch' AND value = ${epoch} RETURNING value`
      })
      if (held.length === 0) return false
      yield* sql`UPDATE library SET head_line = ${line}, head_position = ${position}, head_hash = ${chainHash}
        WHERE id = ${library}`
      return true
    })
  )
