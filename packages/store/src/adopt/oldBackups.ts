/**
 * The app's own table `backups` of Phase 5: each row is a whole library as three texts of JSON. Rows are taken over as
 * imported backups under their own ids; the table stays the app's, and nothing is ever written to it.
 */
import {
  type BackupInfo,
  type Cell,
  idOfCell,
  isWellFormed,
  isWhiteRoomError,
  type OnProgress,
  parseTime,
  readExchangeParts,
  Text,
  type TimeSpelling
} from "@white-room/core"
import type { Database } from "../db/Database.js"
import { setAsideSchema } from "../db/schema.js"
import { type ForeignBackup, recordBackup, requireObjects, StagedObjectsGone } from "../import/importStates.js"
import { type ForeignRow, stageRows } from "../import/Stager.js"
import type { Session } from "../library/Session.js"
import { boundCell, readCell } from "../live/LiveTable.js"
import { asExternal, writeReconciled } from "../live/reconcile.js"

/** Something that could not be taken over, and stays where it is: what it is, in words, and why. */
export interface SetAside {
  readonly what: string
  readonly reason: string
}

const columns = [
  "id",
  "timestamp",
  "description",
  "version",
  "songs_json",
  "performances_json",
  "preferences_json"
]

/** True when the app keeps backups of its own in the file, in the form of Phase 5. */
export const hasOldBackups = (db: Database): boolean => {
  if (db.row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'backups'") === undefined)
    return false
  const found = new Set(db.rows<[string]>("SELECT name FROM pragma_table_info('backups')").map(([name]) => name))
  return columns.every((column) => found.has(column))
}

const hasTable = (db: Database, name: string): boolean =>
  db.row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name) !== undefined

/** The keys of the rows that are new: no event of the log names them, and none was set aside. By the index of ids. */
const newRows = (db: Database): string => {
  const taken = hasTable(db, "event_log")
    ? "AND NOT EXISTS (SELECT 1 FROM event_log e WHERE e.subject = 4 AND e.entity_id = b.id)"
    : ""
  const aside = hasTable(db, "set_aside")
    ? "AND NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.backup_id IS b.id)"
    : ""
  return `FROM backups b WHERE 1 ${taken} ${aside}`
}

/** How many rows of the app's own backups wait to be taken over. */
export const countOldBackups = (db: Database): number =>
  hasOldBackups(db) ? (db.row<[number]>(`SELECT count(*) ${newRows(db)}`)?.[0] ?? 0) : 0

/** How many rows of the app's own backups could not be read. */
export const countSetAside = (db: Database): number =>
  hasTable(db, "set_aside") ? (db.row<[number]>("SELECT count(*) FROM set_aside")?.[0] ?? 0) : 0

const cellOf = (column: string): string =>
  `substr(typeof(${column}), 1, 1), CASE typeof(${column}) WHEN 'real' THEN ${column} ELSE CAST(${column} AS BLOB) END`

const cellsOf = (row: ReadonlyArray<unknown>): ReadonlyArray<Cell> =>
  Array.from({ length: row.length / 2 }, (_, index) => {
    const storageClass = row[index * 2]
    return readCell(typeof storageClass === "string" ? storageClass : undefined, row[index * 2 + 1])
  })

const timeOf = (cell: Cell | undefined): Date | undefined => {
  const time = parseTime(cell instanceof Text ? cell.toString() : cell)
  return time !== undefined && time.getTime() >= 0 ? time : undefined
}

/** The keys of new rows, oldest backup first; those whose time cannot be read come last. */
const pendingRows = (db: Database): ReadonlyArray<Cell> =>
  db
    .rows<ReadonlyArray<unknown>>(`SELECT ${cellOf("id")}, ${cellOf("timestamp")} ${newRows(db)}`)
    .map((row) => {
      const [id = null, timestamp] = cellsOf(row)
      return { id, time: timeOf(timestamp)?.getTime() ?? Number.POSITIVE_INFINITY }
    })
    .sort((a, b) => (a.time === b.time ? 0 : a.time - b.time))
    .map(({ id }) => id)

interface OldBackup {
  readonly backup: ForeignBackup
  readonly rows: ReadonlyArray<ForeignRow>
  /** Single songs and such that could not be read in it. */
  readonly problems: ReadonlyArray<SetAside>
}

const shown = (cell: Cell | undefined): string =>
  cell instanceof Text || typeof cell === "bigint" || typeof cell === "number" ? cell.toString() : ""

const nameOf = (id: Cell, description: Cell | undefined): string => {
  const words = shown(description)
  return `backup ${shown(id) || (id === null ? "without an id" : idOfCell(id).slice(2))}${words === "" ? "" : ` (${words})`}`
}

const contentOf = (cell: Cell | undefined, what: string): Uint8Array | SetAside => {
  if (cell instanceof Text) return cell.bytes
  if (cell instanceof Uint8Array) return cell
  return { what, reason: `it holds no ${what}` }
}

const isAside = (value: object): value is SetAside => "reason" in value

/** One row as a backup; or what it is and why it is none. */
const readOldBackup = (db: Database, key: Cell, times: TimeSpelling): OldBackup | SetAside => {
  const { place, value } = boundCell(key)
  const row = db.row<ReadonlyArray<unknown>>(
    `SELECT ${columns.map(cellOf).join(", ")} FROM backups WHERE id IS ${place} LIMIT 1`,
    value
  )
  const [id = null, timestamp, description, version, ...parts] = cellsOf(row ?? [])
  const what = nameOf(key, description)
  const backupId = id instanceof Text ? idOfCell(id) : ""
  if (backupId === "" || backupId.includes("\u0000") || !isWellFormed(backupId))
    return { what, reason: "it has no id that names it" }
  const time = timeOf(timestamp)
  if (time === undefined) return { what, reason: `its time cannot be read: ${shown(timestamp) || "none"}` }
  const [songs, performances, preferences] = ["songs", "performances", "preferences"].map((part, index) =>
    contentOf(parts[index], part)
  )
  if (songs === undefined || performances === undefined || preferences === undefined || row === undefined)
    return { what, reason: "it is gone" }
  for (const part of [songs, performances, preferences]) if (isAside(part)) return { what, reason: part.reason }
  return { what, reason: "unreachable" }
}
