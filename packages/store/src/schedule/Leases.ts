/**
 * Leases: one process at a time, without a lock that anybody must ever remove by hand. A lease ends at its time; its
 * token grows with every taking, and is checked inside the transaction that writes what it allows.
 */
import { day, InvalidInput, type Lease, LeaseLost } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { textOf, wholeOf } from "../sqlite/StoredValue.js"

interface Held {
  readonly holder: string
  readonly token: number
  readonly takenAt: number
  readonly expiresAt: number
}

const what = "lease"

const readLease = (db: Database, name: string): Held | undefined => {
  const row = db.row<ReadonlyArray<unknown>>(
    "SELECT holder, token, taken_at, expires_at FROM lease WHERE name = ?",
    name
  )
  return (
    row && {
      holder: textOf(row[0], what),
      token: wholeOf(row[1], what),
      takenAt: wholeOf(row[2], what),
      expiresAt: wholeOf(row[3], what)
    }
  )
}

/** Over when its time is, and when the clock stands before it was taken: then a clock was wrong, and nothing is known. */
const isOver = ({ takenAt, expiresAt }: Held, now: number): boolean => now >= expiresAt || now < takenAt

const store = (db: Database, name: string, { holder, token, takenAt, expiresAt }: Held): Lease => {
  db.run(
    `INSERT INTO lease(name, holder, token, taken_at, expires_at) VALUES(?, ?, ?, ?, ?)
     ON CONFLICT(name) DO UPDATE SET holder = excluded.holder, token = excluded.token,
       taken_at = excluded.taken_at, expires_at = excluded.expires_at`,
    name,
    holder,
    token,
    takenAt,
    expiresAt
  )
  return { name, holder, token, expiresAt: new Date(expiresAt) }
}

const checkLength = (milliseconds: number): void => {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 1 || milliseconds > day)
    throw new InvalidInput({ field: "lease", reason: "it must last between a millisecond and a day" })
}

/** Takes a lease for so many milliseconds, or says who has it. The same holder's own lease is not taken twice. */
export const acquireLease = (
  session: Session,
  name: string,
  holder: string,
  milliseconds: number,
  now: number
): Lease | { readonly heldBy: string; readonly until: Date } => {
  checkLength(milliseconds)
  return commit(session, { now }, () => {
    const held = readLease(session.db, name)
    if (held !== undefined && !isOver(held, now))
      return { heldBy: held.holder, until: new Date(held.expiresAt) }
    const token = (held?.token ?? 0) + 1
    return store(session.db, name, { holder, token, takenAt: now, expiresAt: now + milliseconds })
  })
}

/** Inside a write transaction: this very lease must still be the newest. @throws LeaseLost */
export const requireLease = (db: Database, { name, token }: Lease): void => {
  const held = readLease(db, name)
  if (held?.token !== token) throw new LeaseLost({ lease: name, holder: held?.holder ?? "" })
}

/** Prolongs a lease from now on, also one that ran out, as long as nobody else took it. @throws LeaseLost */
export const renewLease = (session: Session, lease: Lease, milliseconds: number, now: number): Lease => {
  checkLength(milliseconds)
  return commit(session, { now }, () => {
    requireLease(session.db, lease)
    return store(session.db, lease.name, { ...lease, takenAt: now, expiresAt: now + milliseconds })
  })
}

/** Gives a lease back before its time; one that was lost is left to its new holder. */
export const releaseLease = (session: Session, lease: Lease, now: number): void => {
  commit(session, { now }, () =>
    session.db.run(
      "UPDATE lease SET expires_at = taken_at WHERE name = ? AND token = ?",
      lease.name,
      lease.token
    )
  )
}
