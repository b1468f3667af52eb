/** After a restore: did an open app save its old copy over it? */
import { decodeBackupRestored, equalBytes, kinds, nameOfRecord } from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { changedEntities, payloadOf, stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import type { NamedEntity } from "./EntityHistory.js"

/**
 * Entities of the newest restore that another program has since put back, byte for byte, to what they were before
 * it; `undefined` when there are none.
 */
export const staleReturns = (session: Session): StaleReturn | undefined => {
  const row = session.db.row<[number, string, number, Uint8Array]>(
    "SELECT position, entity_id, schema, payload FROM event_log WHERE type = 'BackupRestored' ORDER BY position DESC LIMIT 1"
  )
  if (row === undefined) return undefined
  const { before, after } = decodeBackupRestored(payloadOf(session.db, "BackupRestored", row[2], row[3]))
  const entities = changedEntities(session.db, before, after).filter(({ kind, id, record }) => {
    const last = session.db.row<[number, string]>(
      `SELECT e.position, c.actor FROM event_log e JOIN command c ON c.number = e.command
       WHERE e.subject = ? AND e.entity_id = ? ORDER BY e.position DESC LIMIT 1`,
      kinds.indexOf(kind) + 1,
      id
    )
    if (last === undefined || last[0] <= after || last[1] !== "external" || record === null) return false
    const old = stateOf(session.db, { kind, id }, before).record
    const now = stateOf(session.db, { kind, id }).record
    return old !== undefined && now !== undefined && equalBytes(old, now)
  })
  if (entities.length === 0) return undefined
  const backup = allBackups(session.db).find(({ backupId }) => backupId === row[1])
  return {
    source: backup ? `b${backup.number}` : row[1],
    entities: entities.map(({ kind, id }) => {
      const { record } = stateOf(session.db, { kind, id })
      return { kind, id, name: record ? nameOfRecord(kind, record) : "" }
    })
  }
}

/** Entities that an open app put back to what they were before the newest restore. */
export interface StaleReturn {
  /** What had been restored. */
  readonly source: string
  readonly entities: ReadonlyArray<NamedEntity>
}
