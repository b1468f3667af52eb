/** Transactions of an app on the connection of a library, library calls included. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { currentTime } from "../session/Attempt.js"
import type { Place, Restore } from "../session/Gate.js"
import type { Session } from "../session/Session.js"
import type { SqliteTransaction } from "../sqlite/Database.js"
import { trying, typed } from "./Connection.js"
import { takeOverNoted } from "./Statements.js"

const begin = (session: Session, place: Place): SqliteTransaction => {
  place.transaction = session.begin()
  return place.transaction
}

/** Commits; when that fails, as it may on a full disk or for a deferred constraint, undoes everything. */
const commit = (session: Session, transaction: SqliteTransaction, now: number): void => {
  try {
    if (transaction.isWhole && !session.db.onlyReads) takeOverNoted(session, now)
    transaction.commit()
  } catch (error) {
    transaction.rollback()
    throw error
  }
}

/** Ends a transaction as its body ended. What others have still open inside it is undone. */
const end = <A, E>(
  session: Session,
  place: Place,
  transaction: SqliteTransaction,
  exit: Exit.Exit<A, E>
): Effect.Effect<A, E | SqlError> => {
  const ending = Effect.flatMap(currentTime, (now) =>
    trying(session, () => {
      place.undoParts()
      if (Exit.isSuccess(exit)) commit(session, transaction, now)
      else transaction.rollback()
    })
  )
  return Effect.matchCauseEffect(ending, {
    onSuccess: () => exit,
    onFailure: (cause) => Effect.failCause(Exit.isSuccess(exit) ? cause : Cause.sequential(exit.cause, cause))
  })
}

/**
 * Runs a body in a fiber of its own; what it forks belongs to the fiber around it as before. Requests that are batched
 * over several transactions, which is done by unwinding the fiber that asks, would be sent from outside of them, and wait
 * for the very transaction that waits for them.
 */
const inOwnFiber = <A, E, R>(
  restore: Restore,
  body: Effect.Effect<A, E, R>
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.flatMap(
    Effect.transplant((graft) => Effect.fork(graft(restore(body)))),
    (fiber) => Effect.exit(Effect.onInterrupt(restore(Fiber.join(fiber)), () => Fiber.interrupt(fiber)))
  )

/**
 * Runs effects as one transaction: `BEGIN IMMEDIATE`, and savepoints for those inside. See `layer` for what it promises.
 * Its failures are those of the body and `SqlError`, those of COMMIT included.
 */
export const withTransaction =
  (session: Session): SqlClient["withTransaction"] =>
  (body) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(typed(session)(session.gate.enter(restore)), (place) =>
        Effect.flatMap(
          trying(session, () => begin(session, place)),
          (transaction) =>
            Effect.flatMap(session.gate.inside(place, inOwnFiber(restore, body)), (exit) =>
              end(session, place, transaction, exit)
            )
        ).pipe(Effect.ensuring(session.gate.leave(place)))
      )
    ).pipe(Effect.withSpan("sql.transaction", { kind: "client", captureStackTrace: false }))
