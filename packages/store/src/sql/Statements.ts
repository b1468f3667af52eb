/** Runs the app's SQL on the connection of a library. */
import { InvalidInput } from "@white-room/core"
import { type Statement, storageError } from "../db/Database.js"
import type { Session } from "../library/Session.js"
import { hasGap, hasPending, pendingChanges, reconcileTouched } from "../live/reconcile.js"
import { refusal } from "./refusal.js"

/** Texts of an app are without number, such as lists of every length: those used last are kept. */
const kept = 200

/**
 * What SQL changed in the live tables becomes events, in the same transaction. Where that fails, or the schema was
 * changed too, the notes of the triggers stay for the next capture: an app's write does not fail because of us.
 */
export const takeOverNoted = (session: Session, now: number): void => {
  if (!hasPending(session) || hasGap(session)) return
  try {
    session.db.immediate(() => reconcileTouched(session, pendingChanges(session), now))
  } catch (error) {
    if (!session.db.inTransaction || storageError(error, session.path) === undefined) throw error
  }
}

export class Statements {
  private readonly prepared = new Map<string, Statement>()

  constructor(private readonly session: Session) {}

  /** @throws InvalidInput */
  private make(sql: string): Statement {
    const reason = refusal(sql)
    if (reason !== undefined) throw new InvalidInput({ field: "sql", reason })
    return this.session.db.handle.prepare<Array<unknown>, unknown>(sql)
  }

  private prepare(sql: string): Statement {
    const statement = this.prepared.get(sql) ?? this.make(sql)
    this.prepared.delete(sql)
    this.prepared.set(sql, statement)
    for (const oldest of this.prepared.keys()) {
      if (this.prepared.size <= kept) break
      this.prepared.delete(oldest)
    }
    return statement
  }

  /** Runs one statement. Outside a transaction one that writes is a transaction of its own, and durable. */
  run<A>(sql: string, once: boolean, now: number, execute: (statement: Statement) => A): A {
    const { session } = this
    const statement = once ? this.make(sql) : this.prepare(sql)
    if (statement.readonly) return execute(statement)
    if (session.db.inTransaction) {
      if (session.readonly) session.requireWritable()
      return execute(statement)
    }
    return session.writeSchema(() => {
      const result = execute(statement)
      takeOverNoted(session, now)
      return result
    })
  }
}
