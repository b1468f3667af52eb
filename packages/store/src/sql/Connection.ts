/** The `Connection` of @effect/sql on the connection of a library. */
import { SafeIntegers } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import { isWhiteRoomError, type WhiteRoomError } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Session } from "../session/Session.js"
import type { Statement } from "../sqlite/Database.js"
import { storageError } from "../sqlite/storageError.js"
import type { Statements } from "./Statements.js"

/** Mistakes in the app's SQL or data: for these the driver's own error says more than ours. */
const ofTheApp: ReadonlySet<string> = new Set(["InvalidInput", "MalformedData"])

/** The failure of a statement or transaction; its cause is a `WhiteRoomError`, or the driver's error for the app's own mistakes. */
export const sqlError = (session: Session, error: unknown): SqlError => {
  const known = storageError(error, session.path)
  const cause = known === undefined || (ofTheApp.has(known._tag) && !isWhiteRoomError(error)) ? error : known
  return new SqlError({ cause, message: cause instanceof Error ? cause.message : String(cause) })
}

/** Runs synchronous work; whatever is thrown is a failure. */
export const trying = <A>(session: Session, work: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: work, catch: (error) => sqlError(session, error) })

/** The failures of the gate as those of SQL. */
export const typed =
  (session: Session) =>
  <A, R>(effect: Effect.Effect<A, SqlError | WhiteRoomError, R>): Effect.Effect<A, SqlError, R> =>
    Effect.mapError(effect, (error) => (isWhiteRoomError(error) ? sqlError(session, error) : error))

/** Waits for this fiber's turn. */
export type InTurn = <A>(work: Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>

interface Given {
  readonly statement: Statement
  readonly parameters: ReadonlyArray<unknown>
}

const objects = ({ statement, parameters }: Given): ReadonlyArray<object> => {
  // Without `raw` the driver makes an object of each row.
  if (statement.reader) return statement.raw(false).all(parameters) as ReadonlyArray<object>
  statement.run(parameters)
  return []
}

const arrays = ({ statement, parameters }: Given): ReadonlyArray<ReadonlyArray<unknown>> => {
  // With it, an array.
  if (statement.reader) return statement.raw(true).all(parameters) as ReadonlyArray<ReadonlyArray<unknown>>
  statement.run(parameters)
  return []
}

const raw = (given: Given): unknown =>
  given.statement.reader ? objects(given) : given.statement.run(given.parameters)

export const makeConnection = (session: Session, statements: Statements, inTurn: InTurn): Connection => {
  const run = <A>(
    read: (given: Given) => A,
    sql: string,
    parameters: ReadonlyArray<unknown>,
    once = false
  ): Effect.Effect<A, SqlError> =>
    inTurn(
      Effect.withFiberRuntime((fiber) => {
        const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
        const now = Math.max(0, clock.unsafeCurrentTimeMillis())
        const safeIntegers = Context.get(fiber.currentContext, SafeIntegers)
        return trying(session, () =>
          statements.run(sql, once, now, (statement) => {
            // Both settings stay with a statement: they are set whenever it runs.
            statement.safeIntegers(safeIntegers)
            return read({ statement, parameters })
          })
        )
      })
    )
  const rows: Connection["execute"] = (sql, parameters, transform) => {
    const found = run(objects, sql, parameters)
    return transform === undefined ? found : Effect.map(found, transform)
  }
  return {
    execute: rows,
    executeRaw: (sql, parameters) => run(raw, sql, parameters),
    executeValues: (sql, parameters) => run(arrays, sql, parameters),
    executeUnprepared: (sql, parameters, transform) => {
      const found = run(objects, sql, parameters, true)
      return transform === undefined ? found : Effect.map(found, transform)
    },
    // The connection is everybody's, and would be busy for as long as somebody reads: all rows are read at once.
    executeStream: (sql, parameters, transform) =>
      Stream.unwrap(Effect.map(rows(sql, parameters, transform), Stream.fromIterable))
  }
}
