/**
 * Which programs may work with the tables of the control database. The nodes of a cluster are brought to a newer version one by one: it adds to
 * the tables what it needs, and those before it go on beside it, so that any of them can be taken back. A step that takes something away names
 * the first version that can do without it: it is done when no node is there that cannot, and none comes back.
 */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { causesOf } from "./causesOf.js"
import { databaseNow, leaseMs } from "./Lease.js"

type Step = Effect.Effect<void, SqlError, SqlClient.SqlClient>

/** How the tables came about: `0001_begin`, `0002_proofs` … The number of the last is the version of who knows them. */
export type Steps = Readonly<Record<string, Step>>

/** Why a control database that is whole is not used, for people. */
export class VersionApart extends Data.TaggedError("VersionApart")<{
  readonly reason: string
  readonly advice: string
}> {}

const apart = (reason: string, advice: string): SqlError =>
  new SqlError({ cause: new VersionApart({ reason, advice }), message: reason })

/** What a failure says of versions, if it does. */
export const versionApart = (error: unknown): VersionApart | undefined => {
  for (const each of causesOf(error)) if (each instanceof VersionApart) return each
  return undefined
}

export const versionOf = (steps: Steps): number => Object.keys(steps).length

/** A step that takes away what programs before the version `least` need. Fails while nodes are there that are as old. */
export const takingAway = (least: number, step: Step): Step =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // A node that comes at this moment waits for its end, and sees then that it is too old.
    yield* sql.onDialectOrElse({
      pg: () => sql`LOCK TABLE node IN SHARE ROW EXCLUSIVE MODE`,
      orElse: () => Effect.void
    })
    const now = yield* databaseNow
    const old = yield* sql<{ address: string }>`SELECT address FROM node
      WHERE version < ${least} AND seen_at > ${now} - ${leaseMs} ORDER BY address`
    if (old.length > 0)
      return yield* apart(
        `nodes run that are too old to go on beside this version: ${old.map(({ address }) => address).join(", ")}`,
        "Nothing was changed. Bring them to the release before this one first, or stop them."
      )
    yield* step
    yield* sql`UPDATE version SET least = ${least} WHERE least < ${least}`
  })

/** Fails when a program that knows the tables of one version cannot work with those that are there. */
export const checkVersion = (known: number): Step =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql<{ last: number | null; least: number }>`
      SELECT (SELECT max(migration_id) FROM migration) AS last, least FROM version`
    const last = Number(row?.last ?? 0)
    // The migrator takes a row that could not be written for one that another process wrote.
    if (row === undefined || last < known)
      return yield* new SqlError({
        cause: last,
        message: `The control database has the version ${last}, and could not be brought to ${known}`
      })
    if (known < Number(row.least))
      return yield* apart(
        `a newer version of this program has its control database: it has tables of version ${last}, and this program knows ${known}`,
        "Nothing was changed. Start the newer version."
      )
  })

/** Brings the tables up by the steps that are new to them. Fails when that cannot be, or what is there is for newer programs alone. */
export const bringUp = (steps: Steps): Step =>
  Migrator.make({})({ loader: Migrator.fromRecord(steps), table: "migration" }).pipe(
    Effect.catchTag("MigrationError", (error) =>
      Effect.fail(
        new SqlError({ cause: error, message: "The control database could not be brought up to date" })
      )
    ),
    // A step that fails is a defect there.
    Effect.catchAllDefect((defect) =>
      defect instanceof Migrator.MigrationError && defect.cause instanceof SqlError
        ? Effect.fail(defect.cause)
        : Effect.die(defect)
    ),
    Effect.zipRight(checkVersion(versionOf(steps)))
  )
