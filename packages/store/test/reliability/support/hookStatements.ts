import type { Session } from "../../../src/session/Session.js"

/**
 * Calls `before` in front of every statement of a session that another process could come in front of: all but
 * those inside a write transaction, where the lock keeps everybody out.
 */
export const hookStatements = (session: Session, before: () => void): void => {
  const { db } = session
  let locked = false
  let inside = false
  const announce = (): void => {
    if (locked || inside) return
    inside = true
    try {
      before()
    } finally {
      inside = false
    }
  }
  const hooked = <P extends Array<unknown>, R>(method: (...parameters: P) => R) => {
    const bound = method.bind(db)
    return (...parameters: P): R => {
      announce()
      return bound(...parameters)
    }
  }
  const immediate = db.immediate.bind(db)
  Object.assign(db, {
    row: hooked(db.row),
    rows: hooked(db.rows),
    iterate: hooked(db.iterate),
    run: hooked(db.run),
    exec: hooked(db.exec),
    pragma: hooked(db.pragma),
    snapshot: hooked(db.snapshot),
    immediate: <A>(body: () => A, isKept?: (result: A) => boolean): A => {
      announce()
      return immediate(() => {
        locked = true
        try {
          return body()
        } finally {
          locked = false
        }
      }, isKept)
    }
  })
  const openReader = session.openReader.bind(session)
  Object.assign(session, {
    openReader: () => {
      const reader = openReader()
      hookStatements(reader, before)
      return reader
    }
  })
}
