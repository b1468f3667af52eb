/**
 * Rows of Phase 5's own table `backups`, as a program of Phase 5 made them: read and written byte for byte. What of a row
 * can be read is taken over as a backup of its own (`OldBackups`), which is what is restored and protected.
 */
import { type BackupDocument, InvalidInput, isWellFormed, parseTime } from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { isUnknownBackup } from "../log/Markers.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable } from "../sqlite/Schema.js"
import { hasOldBackups, takeOverBackups } from "./OldBackups.js"

/** Phase 5's own, to the letter. */
const schema = `
CREATE TABLE backups (
  id TEXT PRIMARY KEY,
  timestamp TEXT NOT NULL,
  description TEXT NOT NULL,
  songs_json TEXT NOT NULL,
  performances_json TEXT NOT NULL,
  preferences_json TEXT NOT NULL,
  size INTEGER NOT NULL,
  version TEXT NOT NULL,
  created_at TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_backups_timestamp ON backups(timestamp);
CREATE INDEX idx_backups_version ON backups(version);
`

/** A row without its documents. */
export type AppBackup = Omit<BackupDocument, "songsJSON" | "performancesJSON" | "preferencesJSON">

const has = (db: Database): boolean =>
  hasOldBackups(db) && db.row("SELECT 1 FROM pragma_table_info('backups') WHERE name = 'size'") !== undefined

/** SQL that is true for rows that are backups still: kept, or not one that could be taken over. */
const isKept = (db: Database): string =>
  `typeof(b.id) = 'text' AND (${isUnknownBackup(db, "b.id")} OR
     EXISTS (SELECT 1 FROM backup_catalog c WHERE c.backup_id = b.id AND c.forgotten_at IS NULL))`

const words = (value: unknown): string => (typeof value === "string" ? value : "")

const rowOf = ([id, timestamp, description, size, version]: ReadonlyArray<unknown>): AppBackup => ({
  id: words(id),
  timestamp: parseTime(words(timestamp)) ?? new Date(Number.NaN),
  description: words(description),
  size: Number(size),
  version: words(version)
})

/** Without their documents, in no order. */
export const listAppBackups = (db: Database): ReadonlyArray<AppBackup> =>
  has(db)
    ? db
        .rows<ReadonlyArray<unknown>>(
          `SELECT id, timestamp, description, size, version FROM backups b WHERE ${isKept(db)}`
        )
        .map(rowOf)
    : []

/** As it was written; `undefined` when there is no such row, or its backup was forgotten. */
export const readAppBackup = (db: Database, id: string): BackupDocument | undefined => {
  if (!has(db)) return undefined
  const row = db.row<ReadonlyArray<unknown>>(
    `SELECT id, timestamp, description, size, version, songs_json, performances_json, preferences_json
     FROM backups b WHERE id = ? AND ${isKept(db)}`,
    id
  )
  if (row === undefined) return undefined
  const [songsJSON, performancesJSON, preferencesJSON] = row.slice(5).map(words)
  return {
    ...rowOf(row),
    songsJSON: songsJSON ?? "",
    performancesJSON: performancesJSON ?? "",
    preferencesJSON: preferencesJSON ?? ""
  }
}

const invalid = (field: string, reason: string) => new InvalidInput({ field, reason })

const checkDocument = (backup: BackupDocument): void => {
  const { id, timestamp, size } = backup
  if (typeof id !== "string" || id === "" || id.length > 1024 || id.includes("\u0000"))
    throw invalid("id", "it names no backup")
  if (!(timestamp instanceof Date) || !(timestamp.getTime() >= 0))
    throw invalid("timestamp", "it is not a time after 1970")
  if (!Number.isSafeInteger(size)) throw invalid("size", "it is not a whole number")
  const { description, version, songsJSON, performancesJSON, preferencesJSON } = backup
  const texts = { id, description, version, songsJSON, performancesJSON, preferencesJSON }
  for (const [field, value] of Object.entries(texts))
    if (typeof value !== "string" || !isWellFormed(value))
      throw invalid(field, "it is not a text that can be stored")
}

/** Keeps a backup as it is given, also one that nobody can read. @throws InvalidInput when its id was ever used */
export const keepAppBackup = (session: Session, backup: BackupDocument, now: number): void => {
  checkDocument(backup)
  const { db } = session
  commit(session, { now }, () => {
    if (!hasTable(db, "backups")) {
      db.exec(schema)
      session.rememberSchema()
    }
    if (!has(db)) throw invalid("backups", "the app made a table of this name that is not Phase 5's")
    const { id } = backup
    const isTaken =
      db.row("SELECT 1 FROM backups WHERE id = ?", id) !== undefined ||
      db.row(`SELECT 1 WHERE ${isUnknownBackup(db, "?")}`, id) === undefined
    if (isTaken) {
      const isKept = backupById(db, id)?.forgottenAt === undefined
      throw invalid("id", `there is a backup ${id} already${isKept ? "" : ", in the trash"}`)
    }
    const { timestamp, description, songsJSON, performancesJSON, preferencesJSON, size, version } = backup
    db.run(
      `INSERT INTO backups(id, timestamp, description, songs_json, performances_json, preferences_json, size, version)
       VALUES(?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      timestamp.toISOString(),
      description,
      songsJSON,
      performancesJSON,
      preferencesJSON,
      size,
      version
    )
  })
  takeOverBackups(session, now)
}

/** Changes what is said of a row. Returns false when there is none. */
export const editAppBackup = (
  session: Session,
  id: string,
  { description, size }: { readonly description?: string; readonly size?: number },
  now: number
): boolean => {
  if (size !== undefined && !Number.isSafeInteger(size)) throw invalid("size", "it is not a whole number")
  return commit(
    session,
    { now },
    () =>
      has(session.db) &&
      session.db.run(
        "UPDATE backups SET description = coalesce(?, description), size = coalesce(?, size) WHERE id = ?",
        description ?? null,
        size ?? null,
        id
      ) > 0
  )
}

/** Removes a row that could not be taken over: of any other, the trash keeps the backup. Returns false when there is none. */
export const removeAppBackup = (session: Session, id: string, now: number): boolean =>
  commit(session, { now }, () => {
    const { db } = session
    if (!has(db)) return false
    const gone = db.run(`DELETE FROM backups AS b WHERE id = ? AND ${isUnknownBackup(db, "b.id")}`, id) > 0
    if (gone && hasTable(db, "set_aside")) db.run("DELETE FROM set_aside WHERE backup_id = ?", id)
    return gone
  })
