/** What `status` and `usage` show: figures of an open library. */

import { existsSync, statSync } from "node:fs"
import { type BackupInfo, diffTrees, type EntityKey, keyString, kinds, liveTables } from "@white-room/core"
import { unprotectedTables } from "../adopt/unprotectedTables.js"
import { latestBackup } from "../backup/Catalog.js"
import { pendingChanges } from "../capture/Pending.js"
import { type CheckRecord, lastCheck } from "../check/CheckRecords.js"
import { reasonOf } from "../check/Findings.js"
import type { AppLimit } from "../live/AppSchema.js"
import { isNullId } from "../live/LiveTable.js"
import { changedEntities, readHead } from "../log/EventTable.js"
import { readInfo, type Session } from "../session/Session.js"
import { liveTableNames } from "../sqlite/Schema.js"
import type { SetAside } from "../staging/OldBackup.js"
import { countOldBackups, listSetAside } from "../staging/OldBackups.js"
import { resolveState } from "../state/States.js"

export interface LibraryStatus {
  /** What the library is called by programs, wherever it lies. */
  readonly libraryId: string
  readonly path: string
  readonly readonly: boolean
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** Bytes of the file, its log of unwritten pages included. */
  readonly bytes: number
  readonly position: number
  readonly latestBackup: BackupInfo | undefined
  readonly backups: number
  /** Entities that differ from the newest backup, noted changes of other programs included. */
  readonly changedSinceBackup: number
  /** Entities that other programs wrote and that were not taken over yet. */
  readonly pendingChanges: number
  readonly lastCheck: CheckRecord | undefined
  readonly lastFullCheck: CheckRecord | undefined
  /** Tables of the app that the library does not protect. */
  readonly unprotectedTables: ReadonlyArray<string>
  /** What only the app can write: a restore of it here fails with `NeedsApp`. Everything else goes on. */
  readonly limits: ReadonlyArray<AppLimit>
  /** Rows of the app without a key: they name no song, so nothing can keep or restore them. */
  readonly namelessRows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Rows of the app's own `backups`: how many were not taken over yet, and those that cannot be read. */
  readonly oldBackups: { readonly waiting: number; readonly setAside: ReadonlyArray<SetAside> }
}

export interface StorageUsage {
  readonly fileBytes: number
  readonly liveBytes: number
  readonly logBytes: number
  readonly freeBytes: number
  readonly objects: number
  readonly rawBytes: number
  readonly storedBytes: number
}

/** Bytes of all objects as they are, and compressed. */
export const storedObjects = (
  session: Session
): { readonly objects: number; readonly rawBytes: number; readonly storedBytes: number } => {
  const [objects, rawBytes] = session.db.row<[number, number]>(
    "SELECT count(*), coalesce(sum(length), 0) FROM object"
  ) ?? [0, 0]
  const storedBytes = session.db.row<[number]>("SELECT coalesce(sum(length(data)), 0) FROM block")?.[0] ?? 0
  return { objects, rawBytes, storedBytes }
}

const fileBytes = (session: Session): number =>
  ["", "-wal"].reduce((sum, suffix) => {
    const file = session.db.path + suffix
    return existsSync(file) ? sum + statSync(file).size : sum
  }, 0)

const namelessRows = (session: Session): LibraryStatus["namelessRows"] =>
  kinds.flatMap((kind) => {
    const rows = session.tables[kind]?.countNameless() ?? 0
    return rows === 0 ? [] : [{ table: liveTables[kind].table, rows }]
  })

/**
 * What the library has otherwise than its newest backup. An imported one stands at no position of this log, so it is
 * compared; where it cannot be read, nothing is known to be in it.
 */
const changedSince = (
  session: Session,
  newest: BackupInfo | undefined,
  head: number
): ReadonlyArray<EntityKey> => {
  if (newest?.trigger !== "imported") return changedEntities(session.db, newest?.position ?? 0, head)
  try {
    const [then, now] = [resolveState(session, newest.backupId), resolveState(session, "now")]
    const nodes = session.bothStores(now.nodes, then.nodes)
    return [...diffTrees(then.root(), now.root(), nodes)].filter(({ after }) => after !== undefined)
  } catch (error) {
    reasonOf(error)
    return changedEntities(session.db, 0, head)
  }
}

export const statusOf = (session: Session): LibraryStatus => {
  const { db } = session
  const newest = latestBackup(db)
  const head = readHead(db).position
  const pending = new Set(
    pendingChanges(session)
      .filter(({ id }) => !isNullId(id))
      .map(({ kind, id }) => keyString(kind, id))
  )
  const changed = new Set([
    ...changedSince(session, newest, head).map(({ kind, id }) => keyString(kind, id)),
    ...pending
  ])
  return {
    libraryId: readInfo(db).libraryId,
    path: session.path,
    readonly: session.readonly,
    songs: session.tables.song?.count() ?? 0,
    performances: session.tables.performance?.count() ?? 0,
    preferences: session.tables.preferences?.count() ?? 0,
    bytes: fileBytes(session),
    position: head,
    latestBackup: newest,
    backups: db.row<[number]>("SELECT count(*) FROM backup_catalog WHERE forgotten_at IS NULL")?.[0] ?? 0,
    changedSinceBackup: changed.size,
    pendingChanges: pending.size,
    lastCheck: lastCheck(session, "quick"),
    lastFullCheck: lastCheck(session, "full"),
    unprotectedTables: unprotectedTables(db),
    limits: kinds.flatMap((kind) => session.tables[kind]?.limits ?? []),
    namelessRows: namelessRows(session),
    oldBackups: { waiting: countOldBackups(db), setAside: listSetAside(db) }
  }
}

/** Bytes in pages of these tables and of their indexes. */
const tableBytes = (session: Session, tables: Iterable<string>): number => {
  const list = JSON.stringify([...tables])
  const row = session.db.row<[number]>(
    `SELECT coalesce(sum(d.pgsize), 0) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
     WHERE d.aggregate = TRUE AND s.tbl_name IN (SELECT value FROM json_each(?))`,
    list
  )
  return row?.[0] ?? 0
}

export const usageOf = (session: Session): StorageUsage => ({
  fileBytes: fileBytes(session),
  liveBytes: tableBytes(session, liveTableNames),
  logBytes: tableBytes(session, ["event_log", "command"]),
  freeBytes: Number(session.db.pragma("freelist_count")) * Number(session.db.pragma("page_size")),
  ...storedObjects(session)
})
