/** What a place elsewhere is told of backups, so that whoever asks it for them need not read the whole log. */
import { type BackupInfo, evolveBackup, isWhiteRoomError } from "@white-room/core"
import { backupEvents } from "../log/Markers.js"
import type { Database } from "../sqlite/Database.js"
import { textOf, wholeOf } from "../sqlite/StoredValue.js"

/** The backups of which events after a position say something, as they are after the last of these. */
export interface BackupsChange {
  /** What was before stands in the list before: at this position, or soon after it. 0: these are all there are. */
  readonly since: number
  readonly kept: ReadonlyArray<BackupInfo>
  /** The ids of those that are not kept any more; none where these are all. */
  readonly gone: ReadonlyArray<string>
}

/**
 * Every so many events about backups all of them are told; in between, those that changed since. So two lists tell all there
 * are, and about twenty are written for each change of one.
 */
const tellAll = 32

interface AboutBackup {
  readonly position: number
  readonly id: string
}

/** By the index of subjects. */
const upTo = (db: Database, last: number): ReadonlyArray<AboutBackup> =>
  db
    .rows<ReadonlyArray<unknown>>(
      `SELECT position, entity_id FROM event_log INDEXED BY event_log_entity WHERE subject = 4 AND position <= ?`,
      last
    )
    .map(([position, id]) => ({ position: wholeOf(position, "event"), id: textOf(id, "event") }))
    .sort((a, b) => a.position - b.position)

/** An event that cannot be read says nothing: it is found by check, and keeps nobody from what can be. */
const passedOver = (error: unknown): void => {
  if (!isWhiteRoomError(error)) throw error
}

/** What a backup is after a position; `undefined`: not kept. */
const backupAt = (db: Database, id: string, last: number): BackupInfo | undefined => {
  let backup: BackupInfo | undefined
  for (const event of backupEvents(db, passedOver, id))
    try {
      if (event.position <= last) backup = evolveBackup(backup, event)
    } catch (error) {
      passedOver(error)
    }
  return backup
}

/** What the events after one position, up to another, change of the backups; `undefined` when they are about none. */
export const backupsChanged = (db: Database, after: number, last: number): BackupsChange | undefined => {
  const events = upTo(db, last)
  const before = events.filter(({ position }) => position <= after).length
  if (before === events.length) return undefined
  const told = before - (before % tellAll)
  const since = events.length - told >= tellAll ? 0 : (events[told - 1]?.position ?? 0)
  return changesOf(db, events, since, last)
}

/** What the events after one position, up to another, change of the backups, told since just that position. */
export const backupsChangedSince = (db: Database, since: number, last: number): BackupsChange =>
  changesOf(db, upTo(db, last), since, last)

const changesOf = (
  db: Database,
  events: ReadonlyArray<AboutBackup>,
  since: number,
  last: number
): BackupsChange => {
  const ids = new Set(events.flatMap(({ position, id }) => (position > since ? [id] : [])))
  const kept: Array<BackupInfo> = []
  const gone: Array<string> = []
  for (const id of ids) {
    const backup = backupAt(db, id, last)
    if (backup !== undefined) kept.push(backup)
    else if (since > 0) gone.push(id)
  }
  return { since, kept, gone }
}
