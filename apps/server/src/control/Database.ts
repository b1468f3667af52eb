/**
 * The control database: who has access, invitations, libraries with their quotas, the audit log. One set of statements
 * for SQLite and PostgreSQL: what is decided is decided in one statement, or below the lock that `Audit` takes first.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import { errorCode } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { steps, version } from "./Migrations.js"
import { bringUp, checkVersion } from "./Versions.js"

/** What the database may answer with in place of rows. */
export type ControlError = SqlError

/** A number as either database gives it: PostgreSQL gives large ones as text. */
export const Integer = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int()))

/** The first row of an answer, and all of them, as they must be; a row that is not is a fault of this program. */
export const rowsOf = <A, I>(row: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.Array(row))
  return (rows: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<A>> => Effect.orDie(decode(rows))
}

/** Several statements as one; one that fails, the last included, leaves nothing behind. */
export const transact = <A, E, R>(
  body: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ControlError, R | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(body)).pipe(
    // A COMMIT that fails is a defect there.
    Effect.catchSomeDefect((defect) =>
      defect instanceof SqlError ? Option.some(Effect.fail(defect)) : Option.none()
    )
  )

/** Where the control database is: in a file, or in memory; or in a PostgreSQL. */
export type ControlAt =
  | { readonly _tag: "File"; readonly file: string }
  | {
      readonly _tag: "Postgres"
      /** `postgres://user:password@host:port/database`, as who the server works. */
      readonly url: Redacted.Redacted
      /** The same as the owner of the tables: it makes them, and lets the other do just what a server does. */
      readonly owner?: Redacted.Redacted | undefined
    }

/** How often a file that another opens at the same moment is tried: each time waits up to five seconds for that one. */
const tries = 50

const isBusy = ({ cause }: SqlError): boolean => errorCode(cause) === "SQLITE_BUSY"

/**
 * Reads and writes at once from now on. Of two who open a new file SQLite refuses one at once, and not after the time that it was told to
 * wait: that one waits until it has the file for itself for a moment.
 */
const useLog = (left: number): Effect.Effect<void, SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.catchIf(
      Effect.asVoid(sql`PRAGMA journal_mode = WAL`),
      (error) => left > 0 && isBusy(error),
      () => Effect.zipRight(alone(Effect.void, "EXCLUSIVE"), useLog(left - 1))
    )
  )

/** A transaction in which nobody else writes from its beginning: what it reads first is still so when it writes. */
const alone = <A, E, R>(body: Effect.Effect<A, E, R>, how: "IMMEDIATE" | "EXCLUSIVE") =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    SqlClient.makeWithTransaction({
      transactionTag: SqlClient.TransactionConnection,
      spanAttributes: [],
      acquireConnection: Effect.flatMap(Scope.make(), (scope) =>
        Effect.map(Scope.extend(sql.reserve, scope), (connection) => [scope, connection] as const)
      ),
      begin: (connection) => connection.executeUnprepared(`BEGIN ${how}`, [], undefined),
      savepoint: (connection, id) => connection.executeUnprepared(`SAVEPOINT of${id}`, [], undefined),
      commit: (connection) => connection.executeUnprepared("COMMIT", [], undefined),
      rollback: (connection) => connection.executeUnprepared("ROLLBACK", [], undefined),
      rollbackSavepoint: (connection, id) =>
        connection.executeUnprepared(`ROLLBACK TO SAVEPOINT of${id}`, [], undefined)
    })(body)
  )

/**
 * The database in a file of its own, durable when a statement has ended. A second program waits for the first, up to five seconds, also
 * where both make a new one.
 */
export const layerSqlite = (filename: string): Layer.Layer<SqlClient.SqlClient, ControlError> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`PRAGMA busy_timeout = 5000`
      yield* useLog(tries)
      yield* sql`PRAGMA synchronous = FULL`
      yield* sql`PRAGMA foreign_keys = ON`
      // What is erased is not to be found in the file either.
      yield* sql`PRAGMA secure_delete = ON`
      const made = yield* sql`SELECT name FROM sqlite_master WHERE name = 'migration'`
      // Who finds it up to date waits for nobody.
      const isNew = made.length === 0 || (yield* Effect.either(checkVersion(version)))._tag === "Left"
      if (isNew) yield* alone(bringUp(steps), "IMMEDIATE")
    })
  ).pipe(
    Layer.provideMerge(SqliteClient.layer({ filename, disableWAL: true })),
    Layer.catchAllCause((cause) =>
      Layer.fail(
        new SqlError({ cause: Cause.squash(cause), message: "The control database cannot be opened" })
      )
    )
  )
