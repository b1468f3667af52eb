/** Taking over what other programs wrote, in short transactions. */
import { type EntityKey, keyString, kindCode, kinds } from "@white-room/core"
import { external } from "../log/Commands.js"
import type { Session } from "../session/Session.js"
import { commit } from "./Commit.js"
import { isMissing, liveDifferences } from "./LiveDifferences.js"
import { hasPending, pendingChanges } from "./Pending.js"
import { reconcileEntity } from "./Reconcile.js"
import { hasGap, watchAgain } from "./Watch.js"

/** Keys and raw bytes taken over in one write transaction: keeps the lock short. */
const sliceKeys = 50

const sliceBytes = 1024 * 1024

/** No note has a number beyond this one. */
const largest = 2n ** 63n - 1n

/** Takes over a slice of the changes noted up to a number; returns whether more are waiting, and the events written. */
const captureSlice = (
  session: Session,
  upTo: bigint,
  now: number
): { readonly more: boolean; readonly events: number } =>
  commit(session, { now, actor: external }, (tx) => {
    session.db.run("DELETE FROM external_changes WHERE kind IS NULL OR kind NOT IN (1, 2, 3)")
    const pending = pendingChanges(session, sliceKeys).filter(({ seq }) => seq <= upTo)
    const done = new Set<string>()
    let bytes = 0
    let last = 0n
    const writer = tx.command()
    for (const { seq, kind, id } of pending) {
      if (bytes > sliceBytes) break
      const name = keyString(kind, id)
      if (!done.has(name)) bytes += reconcileEntity(session, writer, { kind, id })
      done.add(name)
      last = seq
    }
    session.db.run("DELETE FROM external_changes WHERE seq <= ?", last)
    const left = session.db.row("SELECT 1 FROM external_changes WHERE seq <= ? LIMIT 1", upTo)
    return { more: left !== undefined, events: writer.count }
  })

/**
 * Takes over rows that a noted write may have removed unseen. That comes before the notes are taken over, which would
 * be the only sign of it after a crash. Returns up to which note it looked, and the events written.
 */
const captureReplaced = (
  session: Session,
  now: number
): { readonly upTo: bigint; readonly events: number } => {
  const { upTo, missing } = session.reading(() => {
    const noted = session.db.rows<[number, string]>(
      "SELECT kind, CAST(max(seq) AS TEXT) FROM external_changes GROUP BY kind ORDER BY max(seq) DESC"
    )
    const suspects = kinds.filter(
      (kind) =>
        session.tables[kind]?.replacesUnseen === true && noted.some(([code]) => code === kindCode(kind))
    )
    return {
      upTo: suspects.length === 0 ? largest : BigInt(noted[0]?.[1] ?? 0),
      missing: [...liveDifferences(session, suspects)].filter(isMissing)
    }
  })
  return { upTo, events: takeOver(session, missing, now) }
}

/** Takes over everything that is noted, or was written unwatched. Returns the number of events. */
export const captureAll = (session: Session, now: number): number => {
  if (hasGap(session)) commit(session, { now }, () => undefined)
  let events = 0
  if (!hasPending(session)) return events
  const replaced = captureReplaced(session, now)
  events += replaced.events
  for (let more = true; more; ) {
    const slice = captureSlice(session, replaced.upTo, now)
    events += slice.events
    more = slice.more
  }
  return events
}

/**
 * Takes over what was written since the app changed the schema, if it did. Returns how many entities were written while
 * nobody watched, because it had removed or changed the capture triggers.
 */
export const closeGap = (session: Session, now: number): number => {
  if (!hasGap(session)) return 0
  const missed = watchAgain(session)
  captureAll(session, now)
  return missed
}

/**
 * Brings the log up to the live rows of these entities, in short transactions, whether noted or not. Returns the
 * number of events.
 */
export const takeOver = (session: Session, keys: ReadonlyArray<EntityKey>, now: number): number => {
  let events = 0
  for (let from = 0; from < keys.length; from += sliceKeys)
    events += commit(session, { now, actor: external }, (tx) => {
      const writer = tx.command()
      for (const key of keys.slice(from, from + sliceKeys)) reconcileEntity(session, writer, key)
      return writer.count
    })
  return events
}
