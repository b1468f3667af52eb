import {
  type BackupInfo,
  evolveBackup,
  fromHex,
  isWhiteRoomError,
  objectsOfRecord,
  toHex
} from "@white-room/core"
import { entityAfter } from "../log/EventTable.js"
import { backupEvents } from "../log/Markers.js"
import { objectsBelow } from "../object/objectsBelow.js"
import type { Session } from "../session/Session.js"

/** What of a log must stay readable. */
export interface WantedOfLog {
  /** Every version that was the present one here or later. */
  readonly since: number
  /** Every backup that had not expired here. */
  readonly backupsSince: number
  /** The states at these positions. */
  readonly states: ReadonlyArray<number>
}

/** Backups that are kept, those in the trash included, or were so after a position. */
const wantedBackups = (session: Session, since: number): ReadonlyArray<BackupInfo> => {
  const kept = new Map<string, BackupInfo>()
  const expired: Array<BackupInfo> = []
  for (const event of backupEvents(session.db)) {
    const before = kept.get(event.backupId)
    const next = evolveBackup(before, event)
    if (next !== undefined) kept.set(event.backupId, next)
    else {
      if (before !== undefined && event.position > since) expired.push(before)
      kept.delete(event.backupId)
    }
  }
  return [...kept.values(), ...expired]
}

/** True for a version that was there from one position to before another, when one of the states lies between. */
const holds = (states: ReadonlyArray<number>, from: number, replacedAt: number): boolean => {
  let low = 0
  let high = states.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((states[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return (states[low] ?? Number.POSITIVE_INFINITY) < replacedAt
}

const markVersions = (
  session: Session,
  since: number,
  states: ReadonlyArray<number>,
  needed: Set<string>
): void => {
  const rows = session.db.iterate<[number, ...ReadonlyArray<unknown>]>(
    `SELECT position, subject, entity_id, type, schema, payload FROM event_log WHERE subject BETWEEN 1 AND 3
     ORDER BY subject DESC, entity_id DESC, position DESC`
  )
  let [lastSubject, lastId]: ReadonlyArray<unknown> = []
  let replacedAt = Number.POSITIVE_INFINITY
  for (const [position, ...row] of rows) {
    const [subject, id] = row
    if (subject !== lastSubject || id !== lastId) replacedAt = Number.POSITIVE_INFINITY
    const { kind, record } = entityAfter(session.db, row)
    if (record !== undefined && (replacedAt > since || holds(states, position, replacedAt)))
      for (const { hash } of objectsOfRecord(kind, record)) needed.add(toHex(hash))
    lastSubject = subject
    lastId = id
    replacedAt = position
  }
}

/**
 * Adds what is needed: documents of versions and of backups, and the trees of imported backups, which stand in no event.
 * @throws WhiteRoomError where an event cannot be read: then nothing is known of what is needed
 */
export const markNeededIn = (
  session: Session,
  { since, backupsSince, states }: WantedOfLog,
  needed: Set<string>
): void => {
  const backups = wantedBackups(session, backupsSince)
  const own = backups.filter(({ trigger }) => trigger !== "imported").map(({ position }) => position)
  markVersions(
    session,
    since,
    [...states, ...own].sort((a, b) => a - b),
    needed
  )
  const nodes = session.nodeStore(new Map())
  for (const { trigger, root } of backups) {
    if (trigger !== "imported") continue
    try {
      for (const hash of objectsBelow([fromHex(root)], nodes).keys()) needed.add(hash)
    } catch (error) {
      // Expired, and what it alone needed is gone already.
      if (!isWhiteRoomError(error)) throw error
      needed.add(root)
    }
  }
}
