/**
 * The app's own table `backups` of Phase 5: each row is a whole library as three texts of JSON. Rows are taken over as
 * imported backups under their own ids; the table stays the app's, and nothing is ever written to it.
 */
import {
  andMore,
  type BackupInfo,
  BoundedList,
  bounds,
  type Cell,
  malformed,
  type OnProgress,
  type TimeSpelling
} from "@white-room/core"
import { commit, prepareAndCommit } from "../capture/Commit.js"
import { rowOrder } from "../live/TableFacts.js"
import { external } from "../log/Commands.js"
import { isUnknownBackup } from "../log/Markers.js"
import type { Session } from "../session/Session.js"
import { boundCell, exactly } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, setAsideSchema } from "../sqlite/Schema.js"
import {
  faultOf,
  isSetAside,
  nameOf,
  type OldBackup,
  oldBackupOf,
  type SetAside,
  timeOf
} from "./OldBackup.js"
import { recordBackup } from "./recordBackup.js"
import { areStaged, stagedObjectsGone, stageRows } from "./Stager.js"
import { timeSpellingOf } from "./timeSpellingOf.js"

const setAsideList = () =>
  new BoundedList<SetAside>((count) => ({ what: andMore(count), reason: "they are not listed one by one" }))

const columns = [
  "id",
  "timestamp",
  "description",
  "version",
  "songs_json",
  "performances_json",
  "preferences_json"
]

const oldBackup = exactly(columns)
const newKey = exactly(["id", "timestamp"])
const setAsideKey = exactly(["backup_id"])

/** True when the app keeps backups of its own in the file, in the form of Phase 5. */
export const hasOldBackups = (db: Database): boolean => {
  if (!hasTable(db, "backups")) return false
  const found = new Set(
    db.rows<[string]>("SELECT name FROM pragma_table_info('backups')").map(([name]) => name)
  )
  return columns.every((column) => found.has(column))
}

/** The keys of the rows that are new: no event of the log names them, and none was set aside. By the index of ids. */
const newRows = (db: Database): string => {
  const aside = hasTable(db, "set_aside")
    ? "AND NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.backup_id IS b.id)"
    : ""
  return `FROM backups b WHERE ${isUnknownBackup(db, "b.id")} ${aside}`
}

/** How many rows of the app's own backups wait to be taken over. */
export const countOldBackups = (db: Database): number =>
  hasOldBackups(db) ? (db.row<[number]>(`SELECT count(*) ${newRows(db)}`)?.[0] ?? 0) : 0

/** The rows of the app's own backups that could not be read. */
export const listSetAside = (db: Database): ReadonlyArray<SetAside> =>
  hasTable(db, "set_aside")
    ? db
        .rows<ReadonlyArray<unknown>>(`SELECT ${setAsideKey.list}, reason FROM set_aside ORDER BY rowid`)
        .map((row) => {
          const [key = null] = setAsideKey.cells(row)
          return { what: nameOf(key, undefined), reason: String(row[2]) }
        })
    : []

/** A row of the app's: the key that names it, and where it is found without a search. */
interface Place {
  readonly key: Cell
  readonly rowid: number | undefined
}

/** New rows, oldest backup first; those whose time cannot be read come last. All without a key are one. */
const pendingRows = (db: Database): ReadonlyArray<Place> => {
  const order = rowOrder(db, "backups", "id")
  const rowid = order === undefined || order.startsWith('"') ? "NULL" : `b.${order}`
  const rows: Array<Place & { readonly time: number }> = []
  for (const row of db.iterate<ReadonlyArray<unknown>>(`SELECT ${newKey.list}, ${rowid} ${newRows(db)}`)) {
    // Pages of a damaged file may lead in circles.
    if (rows.length >= bounds.foreignBackups) throw malformed("table of backups", "it has no end")
    const [key = null, timestamp] = newKey.cells(row)
    const place = row.at(-1)
    rows.push({
      key,
      rowid: Number.isSafeInteger(place) ? Number(place) : undefined,
      time: timeOf(timestamp)?.getTime() ?? Number.POSITIVE_INFINITY
    })
  }
  const nameless = rows.find(({ key }) => key === null)
  return rows
    .sort((a, b) => (a.time === b.time ? 0 : a.time - b.time))
    .filter((row) => row.key !== null || row === nameless)
}

/** One row as a backup: see `oldBackupOf`. */
const readOldBackup = (
  db: Database,
  { key, rowid }: Place,
  times: TimeSpelling,
  onRead?: (bytes: number) => void
): OldBackup | SetAside => {
  const { place, value } = boundCell(key)
  const row = db.row<ReadonlyArray<unknown>>(
    rowid === undefined
      ? `SELECT ${oldBackup.list} FROM backups WHERE id IS ${place} LIMIT 1`
      : `SELECT ${oldBackup.list} FROM backups WHERE ${rowOrder(db, "backups", "id") ?? "rowid"} = ?`,
    rowid ?? value
  )
  return oldBackupOf(db, key, row ? oldBackup.cells(row) : [], times, onRead)
}

/**
 * The rows that are new, oldest backup first, read one at a time.
 * @param onRead is told the bytes of each; what it throws ends the reading
 */
export function* readOldBackups(
  db: Database,
  times: TimeSpelling,
  onRead?: (bytes: number) => void
): Generator<OldBackup | SetAside> {
  if (!hasOldBackups(db)) return
  for (const place of pendingRows(db)) yield readOldBackup(db, place, times, onRead)
}

/** Notes a row that is not a backup, so that nobody asks for it again; inside a write transaction. */
export const setAside = (session: Session, key: Cell, { reason }: SetAside): void => {
  if (!hasTable(session.db, "set_aside")) {
    session.db.exec(setAsideSchema)
    session.rememberSchema()
  }
  const { place, value } = boundCell(key)
  session.db.run(
    `INSERT INTO set_aside(backup_id, reason) SELECT ${place}, ?
     WHERE NOT EXISTS (SELECT 1 FROM set_aside WHERE backup_id IS ${place})`,
    value,
    reason,
    value
  )
}

/** Stages and records one backup; again when a `prune` of another process came in between. */
const keep = (session: Session, { backup, rows }: OldBackup, now: number): ReadonlyArray<BackupInfo> =>
  prepareAndCommit(
    session,
    { now, actor: external },
    () => stageRows(session, rows, now),
    (tx, staged) =>
      areStaged(session, [staged])
        ? recordBackup(session, tx.command(), { ...staged, backup }, "")
        : stagedObjectsGone
  )

/** What became of the rows that were new. */
export interface TakenOver {
  readonly backups: number
  /** What could not be taken over, or not all of it; said once. */
  readonly problems: ReadonlyArray<SetAside>
}

const nothing: TakenOver = { backups: 0, problems: [] }

const readRow = (session: Session, place: Place, times: TimeSpelling): OldBackup | SetAside => {
  try {
    return readOldBackup(session.db, place, times)
  } catch (error) {
    return { what: nameOf(place.key, undefined), reason: faultOf(error, "InvalidInput", "MalformedData") }
  }
}

const takeOverRow = (session: Session, place: Place, times: TimeSpelling, now: number): TakenOver => {
  const { key } = place
  let old = readRow(session, place, times)
  if (!isSetAside(old)) {
    try {
      return { backups: keep(session, old, now).length, problems: old.problems }
    } catch (error) {
      old = { what: nameOf(key, undefined), reason: faultOf(error, "InvalidInput") }
    }
  }
  const aside = old
  commit(session, { now }, () => setAside(session, key, aside))
  return { backups: 0, problems: [old] }
}

/**
 * Takes over the rows that the app added to its own backups, oldest first, each in a short transaction. A row that
 * cannot be read is noted, stays in the app's table, and stops nothing. Cheap when there are none: one index is read.
 */
export const takeOverBackups = (session: Session, now: number, onProgress?: OnProgress): TakenOver => {
  if (countOldBackups(session.db) === 0) return nothing
  const places = pendingRows(session.db)
  const times = timeSpellingOf(session)
  let backups = 0
  const problems = setAsideList()
  for (const [index, place] of places.entries()) {
    onProgress?.({ done: index, total: places.length, step: "old backups" })
    const taken = takeOverRow(session, place, times, now)
    backups += taken.backups
    problems.addAll(taken.problems)
  }
  return { backups, problems: problems.items }
}

/** What `takeOverBackups` would do. Writes nothing, and holds one backup at a time. */
export const previewBackups = (db: Database, onRead?: (bytes: number) => void): TakenOver => {
  let backups = 0
  const problems = setAsideList()
  for (const old of readOldBackups(db, timeSpellingOf({ db }), onRead)) {
    if (isSetAside(old)) problems.add(old)
    else {
      backups++
      problems.addAll(old.problems)
    }
  }
  return { backups, problems: problems.items }
}

/** Rows that were set aside and can be read now, because the app mended them, wait to be taken over again. */
export const retrySetAside = (session: Session, now: number): void => {
  const { db } = session
  if (!hasTable(db, "set_aside") || !hasOldBackups(db)) return
  const times = timeSpellingOf(session)
  for (const row of db.rows<ReadonlyArray<unknown>>(`SELECT ${setAsideKey.list} FROM set_aside`)) {
    const [key = null] = setAsideKey.cells(row)
    if (isSetAside(readOldBackup(db, { key, rowid: undefined }, times))) continue
    const { place, value } = boundCell(key)
    commit(session, { now }, () => db.run(`DELETE FROM set_aside WHERE backup_id IS ${place}`, value))
  }
}
