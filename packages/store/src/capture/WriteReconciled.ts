/** Writing on a log that agrees with the live rows. */
import { type EntityKey, LibraryLocked } from "@white-room/core"
import { SchemaMoved, type Session } from "../session/Session.js"
import { asExternal, reconcileEntity } from "./Reconcile.js"
import { patience, watchAgain } from "./Watch.js"

/** Thrown when a live row is not what the log says although nothing was noted: reconcile it, then repeat. */
export class LiveRowMoved extends Error {
  constructor(readonly key: EntityKey) {
    super("a live row moved")
  }
}

/** Takes over what an app did behind the triggers' back, as far as `problem` names it; else throws it again. */
const settle = (session: Session, now: number, problem: unknown): void => {
  if (problem instanceof SchemaMoved) watchAgain(session)
  else if (problem instanceof LiveRowMoved)
    session.write(() => asExternal(session, now, (writer) => reconcileEntity(session, writer, problem.key)))
  else throw problem
}

/**
 * Writes, and when an app changed the schema or a row behind the triggers' back, first takes that over. The body
 * may run several times; only its last run is kept.
 */
export const writeReconciled = <A>(session: Session, now: number, body: () => A): A => {
  let problem: unknown
  for (let tries = 0; tries <= patience; tries++) {
    try {
      if (problem !== undefined) settle(session, now, problem)
      return session.write(body)
    } catch (error) {
      if (!(error instanceof SchemaMoved || error instanceof LiveRowMoved)) throw error
      problem = error
    }
  }
  throw new LibraryLocked({ path: session.path })
}
