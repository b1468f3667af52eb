/** When each library was last made again from its files, to prove that it can be, and how that went. */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Integer, rowsOf } from "./Database.js"

export const Proof = Schema.Struct({
  library: Schema.String,
  /** The moment that asked for it. */
  due_at: Integer,
  started_at: Integer,
  ended_at: Integer,
  ok: Integer,
  /** Bytes that were read. */
  bytes: Integer,
  /** What was wrong, in words. */
  detail: Schema.String
})
export type Proof = typeof Proof.Type

const proofs = rowsOf(Proof)

/** The last proof of a library; `undefined` when there was none. */
export const proofOf = (library: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(sql`SELECT * FROM proof WHERE library = ${library}`, proofs)
    return found
  })

/** Keeps a proof in the place of the one before. */
export const keepProof = (proof: Proof) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO proof ${sql.insert(proof)} ON CONFLICT (library) DO UPDATE SET
      due_at = excluded.due_at, started_at = excluded.started_at, ended_at = excluded.ended_at, ok = excluded.ok,
      bytes = excluded.bytes, detail = excluded.detail`
  })

/** Libraries that the last proof did not bring back whole, and what was wrong. */
export const failedProofs = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* Effect.flatMap(sql`SELECT * FROM proof WHERE ok = 0 ORDER BY library`, proofs)
})

/** How many libraries the last proof brought back whole, of how many it did not, and when the oldest of them was. */
export const proofCounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ proven: number; failed: number; oldest: number }>`
    SELECT coalesce(sum(ok), 0) AS proven, coalesce(sum(1 - ok), 0) AS failed, coalesce(min(ended_at), 0) AS oldest
    FROM proof`
  return { proven: Number(row?.proven), failed: Number(row?.failed), oldest: Number(row?.oldest) }
})
