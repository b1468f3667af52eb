/** Runs the app's SQL on the connection of a library. */
import { InvalidInput, kinds, liveTables } from "@white-room/core"
import { hasPending, pendingChanges } from "../capture/Pending.js"
import { reconcileTouched } from "../capture/Reconcile.js"
import { hasGap } from "../capture/Watch.js"
import type { Session } from "../session/Session.js"
import type { Statement } from "../sqlite/Database.js"
import { storageError } from "../sqlite/storageError.js"
import { type Inspection, inspect } from "./inspect.js"

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

/** The live tables, and what hangs on them: indexes and triggers, ours too. */
const watched = (session: Session): unknown =>
  session.db.row(
    `SELECT group_concat(type || name || coalesce(sql, ''), char(0) ORDER BY name) FROM sqlite_schema
     WHERE lower(tbl_name) IN (${kinds.map(() => "?").join(", ")})`,
    ...kinds.map((kind) => liveTables[kind].table)
  )?.[0]

/** A change of the schema that leaves alone what is watched gives no reason to look at every live row again. */
const changeSchema = <A>(session: Session, change: () => A): A => {
  const known = !hasGap(session)
  const before = watched(session)
  const result = change()
  if (known && watched(session) === before) session.rememberSchema()
  return result
}

interface Prepared extends Inspection {
  readonly statement: Statement
}

export class Statements {
  private readonly prepared = new Map<string, Prepared>()

  constructor(private readonly session: Session) {}

  /** @throws InvalidInput */
  private make(sql: string): Prepared {
    const inspection = inspect(sql)
    if (inspection.refusal !== undefined) throw new InvalidInput({ field: "sql", reason: inspection.refusal })
    return { ...inspection, statement: this.session.db.handle.prepare<Array<unknown>, unknown>(sql) }
  }

  private prepare(sql: string): Prepared {
    const prepared = this.prepared.get(sql) ?? this.make(sql)
    this.prepared.delete(sql)
    this.prepared.set(sql, prepared)
    for (const oldest of this.prepared.keys()) {
      if (this.prepared.size <= kept) break
      this.prepared.delete(oldest)
    }
    return prepared
  }

  /** Runs one statement. Outside a transaction one that writes is a transaction of its own, and durable. */
  run<A>(sql: string, once: boolean, now: number, execute: (statement: Statement) => A): A {
    const { session } = this
    const { statement, changesSchema } = once ? this.make(sql) : this.prepare(sql)
    const body = () => execute(statement)
    if (statement.readonly) return body()
    const write = changesSchema ? () => changeSchema(session, body) : body
    if (session.db.inTransaction) {
      if (session.db.onlyReads) session.requireWritable()
      return write()
    }
    return session.writeSchema(() => {
      const result = write()
      takeOverNoted(session, now)
      return result
    })
  }
}
