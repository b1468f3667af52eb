/**
 * Rows of Phase 5's own table `backups`, as a program of Phase 5 made them: read and written byte for byte. What of a row
 * can be read is taken over as a backup of its own (`OldBackups`), which is what is restored and protected.
 */

import { randomUUID } from "node:crypto"
import {
  type BackupDocument,
  encodeReason,
  fromHex,
  InvalidInput,
  isWellFormed,
  parseTime,
  text
} from "@white-room/core"
import { backupById, recordBackupEvent } from "../backup/Catalog.js"
import { commit, prepareAndCommit } from "../capture/Commit.js"
import type { EventWriter } from "../log/EventWriter.js"
import { isUnknownBackup } from "../log/Markers.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable } from "../sqlite/Schema.js"
import { faultOf, isSetAside, type OldBackup, oldBackupOf, type SetAside } from "./OldBackup.js"
import { hasOldBackups, setAside } from "./OldBackups.js"
import { recordBackup } from "./recordBackup.js"
import { areStaged, stagedObjectsGone, stageRows } from "./Stager.js"
import { timeSpellingOf } from "./timeSpellingOf.js"

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

/** SQL that is true for rows of which the library has no backup: they wait to be taken over, or cannot be. */
const isAppsAlone = (db: Database): string => {
  const isAside = "EXISTS (SELECT 1 FROM set_aside s WHERE s.backup_id IS b.id)"
  return `(${isUnknownBackup(db, "b.id")} OR ${hasTable(db, "set_aside") ? isAside : "FALSE"})`
}

/** SQL that is true for rows that are backups still: kept, or not one that could be taken over. */
const isKept = (db: Database): string =>
  `typeof(b.id) = 'text' AND (${isAppsAlone(db)} OR
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

const checkTime = (timestamp: unknown): void => {
  if (!(timestamp instanceof Date) || !(timestamp.getTime() >= 0))
    throw invalid("timestamp", "it is not a time after 1970")
}

const checkSize = (size: unknown): void => {
  if (!Number.isSafeInteger(size)) throw invalid("size", "it is not a whole number")
}

const checkText = (field: string, value: unknown): void => {
  if (typeof value !== "string" || !isWellFormed(value))
    throw invalid(field, "it is not a text that can be stored")
}

const checkDocument = (backup: BackupDocument): void => {
  const { id, timestamp, size, description, version, songsJSON, performancesJSON, preferencesJSON } = backup
  if (typeof id !== "string" || id === "" || id.length > 1024 || id.includes("\u0000"))
    throw invalid("id", "it names no backup")
  checkTime(timestamp)
  checkSize(size)
  const texts = { id, description, version, songsJSON, performancesJSON, preferencesJSON }
  for (const [field, value] of Object.entries(texts)) checkText(field, value)
}

/** What is given, as a backup of the library; or why it cannot be one. */
const readGiven = (session: Session, given: BackupDocument): OldBackup | SetAside => {
  const { id, timestamp, description, version, songsJSON, performancesJSON, preferencesJSON } = given
  const said = [id, timestamp.toISOString(), description, version]
  const cells = [...said, songsJSON, performancesJSON, preferencesJSON].map(text)
  try {
    return oldBackupOf(session.db, text(id), cells, timeSpellingOf(session))
  } catch (error) {
    return { what: id, reason: faultOf(error, "InvalidInput", "MalformedData") }
  }
}

/** What was read, with its documents stored; what cannot be stored cannot be read. */
const stageGiven = (session: Session, old: OldBackup | SetAside, now: number) => {
  if (isSetAside(old)) return old
  try {
    return { ...stageRows(session, old.rows, now), backup: old.backup }
  } catch (error) {
    return { what: old.backup.backupId, reason: faultOf(error, "InvalidInput") }
  }
}

/**
 * Makes the id of a forgotten backup free. What lies in the trash goes on resting there, under an id of its own and with
 * its row, as a backup from elsewhere: no event of this log leads to its state any more. @throws InvalidInput
 */
const freeId = (session: Session, writer: () => EventWriter, id: string): void => {
  const { db } = session
  const old = backupById(db, id)
  const row = db.row(`SELECT 1 FROM backups b WHERE id = ? AND ${isAppsAlone(db)}`, id)
  if (row !== undefined || (old !== undefined && old.forgottenAt === undefined))
    throw invalid("id", `there is a backup ${id} already`)
  if (old === undefined) {
    db.run("DELETE FROM backups WHERE id = ?", id)
    return
  }
  const backupId = randomUUID()
  const mark = (of: string, type: "BackupForgotten" | "BackupExpired") =>
    recordBackupEvent(db, writer(), of, { type, payload: encodeReason(`another backup has the id ${id}`) })
  recordBackup(session, writer(), { root: fromHex(old.root), needs: [], backup: { ...old, backupId } }, "")
  mark(backupId, "BackupForgotten")
  mark(id, "BackupExpired")
  db.run("UPDATE backups SET id = ? WHERE id = ?", backupId, id)
}

/**
 * Keeps a backup as it is given, also one that nobody can read, in one transaction.
 * @throws InvalidInput when there is one of this id that was not forgotten
 */
export const keepAppBackup = (session: Session, given: BackupDocument, now: number): void => {
  checkDocument(given)
  const { db } = session
  const old = readGiven(session, given)
  prepareAndCommit(
    session,
    { now },
    () => stageGiven(session, old, now),
    (tx, staged) => {
      if (!isSetAside(staged) && !areStaged(session, [staged])) return stagedObjectsGone
      if (!hasTable(db, "backups")) {
        db.exec(schema)
        session.rememberSchema()
      }
      if (!has(db)) throw invalid("backups", "the app made a table of this name that is not Phase 5's")
      const { id, timestamp, description, songsJSON, performancesJSON, preferencesJSON, size, version } =
        given
      freeId(session, () => tx.command(), id)
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
      if (isSetAside(staged)) setAside(session, text(id), staged)
      else recordBackup(session, tx.command(), staged, "")
      return undefined
    }
  )
}

/** What a row says of itself, and may be changed. */
export type AppBackupChange = Partial<Omit<AppBackup, "id">>

/** Changes what is said of a row. Returns false when there is none. @throws InvalidInput */
export const editAppBackup = (
  session: Session,
  id: string,
  { description, size, version, timestamp }: AppBackupChange,
  now: number
): boolean => {
  if (size !== undefined) checkSize(size)
  if (timestamp !== undefined) checkTime(timestamp)
  for (const [field, value] of Object.entries({ description, version }))
    if (value !== undefined) checkText(field, value)
  return commit(
    session,
    { now },
    () =>
      has(session.db) &&
      session.db.run(
        `UPDATE backups SET description = coalesce(?, description), size = coalesce(?, size),
           version = coalesce(?, version), timestamp = coalesce(?, timestamp) WHERE id = ?`,
        description ?? null,
        size ?? null,
        version ?? null,
        timestamp?.toISOString() ?? null,
        id
      ) > 0
  )
}

/** Removes a row that could not be taken over: of any other, the trash keeps the backup. Returns false when there is none. */
export const removeAppBackup = (session: Session, id: string, now: number): boolean =>
  commit(session, { now }, () => {
    const { db } = session
    if (!has(db)) return false
    const gone = db.run(`DELETE FROM backups AS b WHERE id = ? AND ${isAppsAlone(db)}`, id) > 0
    if (gone && hasTable(db, "set_aside")) db.run("DELETE FROM set_aside WHERE backup_id = ?", id)
    return gone
  })
