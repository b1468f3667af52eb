/** Events about backups: what was taken, restored, forgotten. */
import { decodeLineMerged, decodeOperationUndone, type EventType, type LineMerged } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { hasTable } from "../sqlite/Schema.js"
import { textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"
import { eventType, payloadOf, rethrow, type Unreadable } from "./EventTable.js"

/** An event about a backup. */
export interface BackupEvent {
  readonly backupId: string
  readonly type: EventType
  readonly payload: Uint8Array
  readonly recordedAt: number
}

/** One that the log has. */
export interface LoggedBackupEvent extends BackupEvent {
  readonly position: number
}

/** Every event about a backup, or about one of them, oldest first. `unreadable` is told why one was left out; by default that ends it. */
export function* backupEvents(
  db: Database,
  unreadable: Unreadable = rethrow,
  backupId?: string
): Generator<LoggedBackupEvent> {
  const rows = db.iterate<ReadonlyArray<unknown>>(
    `SELECT e.entity_id, e.type, e.schema, e.payload, c.recorded_at, e.position FROM event_log e JOIN command c ON c.number = e.command
     WHERE e.subject = 4 ${backupId === undefined ? "" : "AND e.entity_id = ?"} ORDER BY e.position`,
    ...(backupId === undefined ? [] : [backupId])
  )
  for (const [id, stored, schema, payload, recordedAt, position] of rows) {
    let event: LoggedBackupEvent | undefined
    try {
      const type = eventType(stored)
      event = {
        backupId: textOf(id, "event"),
        type,
        payload: payloadOf(db, type, schema, payload),
        recordedAt: timeOf(recordedAt, "event"),
        position: wholeOf(position, "event")
      }
    } catch (error) {
      unreadable(error)
    }
    if (event !== undefined) yield event
  }
}

/**
 * The newest event of a type about any backup. Asks by the index of subjects: it can be many events ago, and this runs
 * under the write lock.
 */
export const lastBackupEvent = (
  db: Database,
  type: "BackupTaken" | "BackupRestored"
): { readonly backupId: string; readonly payload: Uint8Array } | undefined => {
  const row = db.row<ReadonlyArray<unknown>>(
    `SELECT entity_id, schema, payload FROM event_log INDEXED BY event_log_entity
     WHERE subject = 4 AND type = ? ORDER BY position DESC LIMIT 1`,
    type
  )
  return row && { backupId: textOf(row[0], "event"), payload: payloadOf(db, type, row[1], row[2]) }
}

/** The command that moved a backup to the trash the last time. */
export const forgottenBy = (db: Database, backupId: string): number | undefined =>
  db.row<[number]>(
    `SELECT command FROM event_log WHERE subject = 4 AND entity_id = ? AND type = 'BackupForgotten'
     ORDER BY position DESC LIMIT 1`,
    backupId
  )?.[0]

/** Backups that came, or went into or out of the trash, by events in `(after, until]`. */
export const backupsMovedIn = (
  db: Database,
  after: number,
  until: number
): ReadonlyArray<Pick<BackupEvent, "backupId" | "type">> =>
  db
    .rows<[unknown, unknown]>(
      `SELECT entity_id, type FROM event_log WHERE position > ? AND position <= ? AND subject = 4
       AND type IN ('BackupForgotten', 'BackupUndeleted', 'BackupTaken')`,
      after,
      until
    )
    .map(([id, type]) => ({ backupId: textOf(id, "event"), type: eventType(type) }))

/** Other lines that were taken in, newest first, and where in the log; what an undo took back does not count. */
export const mergedLines = (db: Database): ReadonlyArray<LineMerged & { readonly at: number }> => {
  const rows = db.rows<ReadonlyArray<unknown>>(
    `SELECT position, command, type, schema, payload FROM event_log INDEXED BY event_log_entity
     WHERE subject = 0 AND type IN ('LineMerged', 'OperationUndone') ORDER BY position DESC`
  )
  const undone = new Set<number>()
  const found: Array<LineMerged & { readonly at: number }> = []
  for (const [position, command, stored, schema, bytes] of rows) {
    if (undone.has(wholeOf(command, "event"))) continue
    const type = eventType(stored)
    const payload = payloadOf(db, type, schema, bytes)
    if (type === "LineMerged") found.push({ ...decodeLineMerged(payload), at: wholeOf(position, "event") })
    else undone.add(decodeOperationUndone(payload).command)
  }
  return found
}

/** SQL that is true where no event is about a backup with this id. A database that is not a library yet has no events. */
export const isUnknownBackup = (db: Database, id: string): string =>
  hasTable(db, "event_log")
    ? `NOT EXISTS (SELECT 1 FROM event_log e WHERE e.subject = 4 AND e.entity_id = ${id})`
    : "TRUE"
