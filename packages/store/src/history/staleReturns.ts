/** After a restore: did an open app save its old copy over it? */
import { decodeBackupRestored, equalBytes, type NamedEntity, nameOfRecord } from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { external } from "../log/Commands.js"
import { lastVersionOf } from "../log/EntityEvents.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import { lastBackupEvent } from "../log/Markers.js"
import type { Session } from "../session/Session.js"

/**
 * Entities of the newest restore that another program has since put back, byte for byte, to what they were before
 * it; `undefined` when there are none.
 */
export const staleReturns = (session: Session): StaleReturn | undefined => {
  const restored = lastBackupEvent(session.db, "BackupRestored")
  if (restored === undefined) return undefined
  const { before, after } = decodeBackupRestored(restored.payload)
  const entities = changedEntities(session.db, before, after).filter(({ kind, id, record }) => {
    const last = lastVersionOf(session.db, { kind, id })
    if (record === null || last?.record === undefined) return false
    if (last.position <= after || last.actor !== external) return false
    const old = stateOf(session.db, { kind, id }, before).record
    return old !== undefined && equalBytes(old, last.record)
  })
  if (entities.length === 0) return undefined
  const backup = allBackups(session.db).find(({ backupId }) => backupId === restored.backupId)
  return {
    source: backup ? `b${backup.number}` : restored.backupId,
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
