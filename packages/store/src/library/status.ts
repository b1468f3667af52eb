/** What `status` and `usage` show: figures of an open library. */
import { existsSync, statSync } from "node:fs"
import { keyString, kinds, liveTables } from "@white-room/core"
import { countOldBackups, hasOldBackups, listSetAside } from "../adopt/oldBackups.js"
import { latestBackup } from "../backup/catalog.js"
import { storedObjects } from "../backup/manager.js"
import { copiesOf } from "../bundle/copyToFolder.js"
import { lastCheck } from "../check/check.js"
import type { Database } from "../db/Database.js"
import { ownTables } from "../db/schema.js"
import type { LibraryStatus, StorageUsage } from "../Library.js"
import { isNullId } from "../live/LiveTable.js"
import { pendingChanges } from "../live/reconcile.js"
import { changedEntities, readHead } from "../log/events.js"
import type { Session } from "./Session.js"

const live = new Set(Object.values(liveTables).map(({ table }) => table))

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
 * Tables of the app that are neither ours nor protected. Phase 5's own `backups` is none of them: its rows are taken
 * over. What has the name of a live table and is a view or a virtual table cannot be watched, and is one too.
 */
export const unprotectedTables = (db: Database): ReadonlyArray<string> => {
  const known = new Set([...ownTables, ...(hasOldBackups(db) ? ["backups"] : [])])
  return db
    .rows<[string, string]>(
      `SELECT name, type FROM pragma_table_list
       WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite_%' ORDER BY name`
    )
    .filter(([name, type]) => (live.has(name) ? type !== "table" : type !== "view" && !known.has(name)))
    .map(([name]) => name)
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
    ...changedEntities(db, newest?.position ?? 0, head).map(({ kind, id }) => keyString(kind, id)),
    ...pending
  ])
  return {
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
    copies: copiesOf(session),
    lastCheck: lastCheck(session, "quick"),
    lastFullCheck: lastCheck(session, "full"),
    unprotectedTables: unprotectedTables(db),
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
  liveBytes: tableBytes(session, live),
  logBytes: tableBytes(session, ["event_log", "command"]),
  freeBytes: Number(session.db.pragma("freelist_count")) * Number(session.db.pragma("page_size")),
  ...storedObjects(session)
})
