/** The backup catalogue: the projection of the `Backup…` events, as rows that can be queried. */
import {
  type BackupFilter,
  type BackupInfo,
  BackupNotFound,
  type BackupOrigin,
  bounds,
  decodeBackupTaken,
  evolveBackup,
  fromHex,
  malformed,
  resolveBackup,
  type Trigger,
  toHex,
  triggers
} from "@white-room/core"
import * as Schema from "effect/Schema"
import { rethrow } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { type BackupEvent, backupEvents, lastBackupEvent } from "../log/Markers.js"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"

type CatalogRow = ReadonlyArray<unknown>

const columns = `number, backup_id, taken_at, description, tags, pinned, trigger, profile, version, position, root, songs,
  performances, preferences, size, new_bytes, origin, forgotten_at`

const what = "backup catalogue"

const readTags = (stored: string): ReadonlyArray<string> => {
  try {
    const tags: unknown = JSON.parse(stored)
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags
  } catch {}
  throw malformed(what, "the tags of a backup are not a list of texts")
}

const readTrigger = (stored: string): Trigger => {
  const trigger = triggers.find((known) => known === stored)
  if (trigger === undefined) throw malformed(what, `unknown trigger ${stored}`)
  return trigger
}

const originOfText = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      trigger: Schema.optional(Schema.Literal("manual", "scheduled", "safety")),
      number: Schema.optional(Schema.NonNegativeInt),
      libraryId: Schema.optional(Schema.String),
      source: Schema.String
    })
  )
)

const readOrigin = (stored: string): BackupOrigin => {
  try {
    return originOfText(stored)
  } catch {
    throw malformed(what, "it cannot be read where a backup came from")
  }
}

const readFlag = (stored: number): boolean => {
  if (stored !== 0 && stored !== 1) throw malformed(what, "a flag is neither 0 nor 1")
  return stored === 1
}

const backupOfRow = (row: CatalogRow): BackupInfo => ({
  number: wholeOf(row[0], what),
  backupId: textOf(row[1], what),
  timestamp: new Date(timeOf(row[2], what)),
  description: textOf(row[3], what),
  tags: readTags(textOf(row[4], what)),
  pinned: readFlag(wholeOf(row[5], what)),
  trigger: readTrigger(textOf(row[6], what)),
  profile: textOf(row[7], what),
  version: textOf(row[8], what),
  position: wholeOf(row[9], what),
  root: toHex(bytesOf(row[10], what)),
  songs: wholeOf(row[11], what),
  performances: wholeOf(row[12], what),
  preferences: wholeOf(row[13], what),
  size: wholeOf(row[14], what),
  newBytes: wholeOf(row[15], what),
  ...(row[16] === null ? {} : { origin: readOrigin(textOf(row[16], what)) }),
  ...(row[17] === null ? {} : { forgottenAt: new Date(timeOf(row[17], what)) })
})

const fields: ReadonlyArray<keyof BackupInfo> = [
  "number",
  "timestamp",
  "description",
  "tags",
  "pinned",
  "trigger",
  "profile",
  "version",
  "position",
  "root",
  "songs",
  "performances",
  "preferences",
  "size",
  "newBytes",
  "origin",
  "forgottenAt"
]

/** In which of these fields (default: all but its id) two descriptions of a backup differ. */
export const differingFields = (a: BackupInfo, b: BackupInfo, wanted = fields): typeof fields =>
  wanted.filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]))

/** Every backup whose row can be read; `unreadable` is told the numbers of the others, and why. */
export const readableBackups = (
  db: Database,
  unreadable: (number: unknown, error: unknown) => void
): ReadonlyArray<BackupInfo> => {
  const readable: Array<BackupInfo> = []
  let rows = 0
  for (const row of db.iterate<CatalogRow>(`SELECT ${columns} FROM backup_catalog ORDER BY number`)) {
    // Pages of a damaged file may lead in circles.
    if (++rows > bounds.foreignBackups) throw malformed("catalogue", "it has no end")
    try {
      readable.push(backupOfRow(row))
    } catch (error) {
      unreadable(row[0], error)
    }
  }
  return readable
}

/** Every backup that is kept, those in the trash included, oldest first. */
export const allBackups = (db: Database): ReadonlyArray<BackupInfo> =>
  db.rows<CatalogRow>(`SELECT ${columns} FROM backup_catalog ORDER BY number`).map(backupOfRow)

/** Backups from elsewhere that are not in the trash, by when they were taken. */
export const importedBackups = (db: Database): ReadonlyArray<BackupInfo> =>
  db
    .rows<CatalogRow>(
      `SELECT ${columns} FROM backup_catalog WHERE trigger = 'imported' AND forgotten_at IS NULL ORDER BY taken_at, number`
    )
    .map(backupOfRow)

/** The newest backup, safety backups included; imported ones only when there is no other. */
export const latestBackup = (db: Database): BackupInfo | undefined => {
  const row = db.row<CatalogRow>(
    `SELECT ${columns} FROM backup_catalog WHERE forgotten_at IS NULL
     ORDER BY trigger = 'imported', number DESC LIMIT 1`
  )
  return row && backupOfRow(row)
}

/** The backup with exactly this id, wherever it is. */
export const backupById = (db: Database, id: string): BackupInfo | undefined => {
  const row = db.row<CatalogRow>(`SELECT ${columns} FROM backup_catalog WHERE backup_id = ?`, id)
  return row && backupOfRow(row)
}

/** @throws BackupNotFound with near matches */
export const findBackup = (db: Database, reference: string): BackupInfo =>
  resolveBackup(allBackups(db), reference)

/** The backup with exactly this id, whatever else the id reads like. @throws BackupNotFound */
export const keptBackup = (db: Database, id: string): BackupInfo => {
  const backup = backupById(db, id)
  if (backup === undefined) throw new BackupNotFound({ backup: id })
  return backup
}

/** The backup that `latest` names; `undefined` when there is none. */
export const namedLatest = (db: Database): BackupInfo | undefined => {
  try {
    return findBackup(db, "latest")
  } catch (error) {
    if (error instanceof BackupNotFound) return undefined
    throw error
  }
}

/** Backups that pass a filter, oldest first. */
export const filterBackups = (db: Database, filter: BackupFilter = {}): ReadonlyArray<BackupInfo> => {
  const search = filter.search?.toLocaleLowerCase()
  const { since, until, tag } = filter
  return allBackups(db).filter(
    (backup) =>
      (backup.forgottenAt !== undefined) === (filter.trash === true) &&
      (since === undefined || backup.timestamp >= since) &&
      (until === undefined || backup.timestamp <= until) &&
      (tag === undefined || backup.tags.includes(tag)) &&
      (search === undefined ||
        [backup.description, ...backup.tags].some((text) => text.toLocaleLowerCase().includes(search)))
  )
}

const values = (backup: BackupInfo): ReadonlyArray<unknown> => [
  backup.number,
  backup.backupId,
  backup.timestamp.getTime(),
  backup.description,
  JSON.stringify(backup.tags),
  backup.pinned ? 1 : 0,
  backup.trigger,
  backup.profile,
  backup.version,
  backup.position,
  fromHex(backup.root),
  backup.songs,
  backup.performances,
  backup.preferences,
  backup.size,
  backup.newBytes,
  backup.origin === undefined ? null : JSON.stringify(backup.origin),
  backup.forgottenAt?.getTime() ?? null
]

/** Writes what an event makes of a backup: the catalogue row, or none. */
const project = (db: Database, id: string, backup: BackupInfo | undefined): void => {
  if (backup === undefined) {
    db.run("DELETE FROM backup_catalog WHERE backup_id = ?", id)
    return
  }
  const cells = values(backup)
  db.run(
    `INSERT INTO backup_catalog(${columns}) VALUES(${cells.map(() => "?").join(", ")})
     ON CONFLICT(number) DO UPDATE SET description = excluded.description, tags = excluded.tags,
       pinned = excluded.pinned, forgotten_at = excluded.forgotten_at, expiry_noted_at = NULL`,
    ...cells
  )
}

/** Adds an event about a backup and brings the catalogue up to it, inside a write transaction. */
export const recordBackupEvent = (
  db: Database,
  writer: EventWriter,
  backupId: string,
  event: Pick<BackupEvent, "type" | "payload">
): BackupInfo | undefined => {
  writer.mark("backup", backupId, event)
  return followBackupEvent(db, { ...event, backupId, recordedAt: writer.now })
}

/** Brings the catalogue up to an event that the log has. */
export const followBackupEvent = (db: Database, event: BackupEvent): BackupInfo | undefined => {
  const next = evolveBackup(backupById(db, event.backupId), event)
  project(db, event.backupId, next)
  return next
}

/**
 * What the log says the catalogue is: for `check` and `rebuild`. `unreadable` is told why an event was left out; by
 * default that ends it.
 */
export const catalogueOfLog = (db: Database, unreadable = rethrow): ReadonlyMap<string, BackupInfo> => {
  const backups = new Map<string, BackupInfo>()
  for (const event of backupEvents(db, unreadable)) {
    const { backupId } = event
    try {
      const next = evolveBackup(backups.get(backupId), event)
      if (next === undefined) backups.delete(backupId)
      else backups.set(backupId, next)
    } catch (error) {
      unreadable(error)
    }
  }
  return backups
}

/** Writes the rows of these backups as the log says them, in the place of whatever has their ids and numbers. */
export const writeCatalogueRows = (
  db: Database,
  ids: Iterable<string>,
  wanted: ReadonlyMap<string, BackupInfo> = catalogueOfLog(db)
): void => {
  for (const id of ids) {
    const backup = wanted.get(id)
    if (backup === undefined) continue
    db.run("DELETE FROM backup_catalog WHERE backup_id = ? OR number = ?", id, backup.number)
    project(db, id, backup)
  }
}

/** Makes the catalogue what the log says. */
export const rebuildCatalogue = (db: Database): void => {
  const wanted = catalogueOfLog(db)
  for (const backup of allBackupIds(db)) if (!wanted.has(backup)) project(db, backup, undefined)
  writeCatalogueRows(db, wanted.keys(), wanted)
}

const allBackupIds = (db: Database): ReadonlyArray<string> =>
  db.rows<[string]>("SELECT backup_id FROM backup_catalog").map(([id]) => id)

/** The next free number; numbers of expired backups are not used again. */
export const nextNumber = (db: Database): number => {
  const [kept] = db.row<[unknown]>("SELECT coalesce(max(number), 0) FROM backup_catalog") ?? [0]
  const last = lastBackupEvent(db, "BackupTaken")
  const taken = last === undefined ? 0 : decodeBackupTaken(last.payload).number
  return Math.max(wholeOf(kept, what), taken) + 1
}
