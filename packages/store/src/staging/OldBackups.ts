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
  idOfCell,
  incompleteTag,
  isWhiteRoomError,
  malformed,
  type OnProgress,
  parseTime,
  readExchangeParts,
  Text,
  type TimeSpelling,
  type WhiteRoomError
} from "@white-room/core"
import { commit, prepareAndCommit } from "../capture/Commit.js"
import { rowOrder } from "../live/TableFacts.js"
import { external } from "../log/Commands.js"
import { isUnknownBackup } from "../log/Markers.js"
import type { Session } from "../session/Session.js"
import { boundCell, exactly } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, setAsideSchema } from "../sqlite/Schema.js"
import { fitterTo } from "./fitterTo.js"
import type { ForeignBackup } from "./ImportSource.js"
import { recordBackup } from "./recordBackup.js"
import { areStaged, type ForeignRow, stagedObjectsGone, stageRows } from "./Stager.js"
import { timeSpellingOf } from "./timeSpellingOf.js"

/** Something that could not be taken over, and stays where it is: what it is, in words, and why. */
export interface SetAside {
  readonly what: string
  readonly reason: string
}

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

const timeOf = (cell: Cell | undefined): Date | undefined => {
  const time = parseTime(cell instanceof Text ? cell.toString() : cell)
  return time !== undefined && time.getTime() >= 0 ? time : undefined
}

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

export interface OldBackup {
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

/** The JSON of one part: its bytes, however SQLite holds them. */
const contentOf = (cell: Cell | undefined): Uint8Array | undefined =>
  cell instanceof Text ? cell.bytes : cell instanceof Uint8Array ? cell : undefined

const isBackupId = (id: string): boolean => id !== "" && id.length <= 1024 && !id.includes("\u0000")

/** One row as a backup; or what it is, and why it cannot be one. Never throws for what the row holds. */
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
  const [id = null, timestamp, description, version, ...parts] = row ? oldBackup.cells(row) : []
  const what = nameOf(key, description)
  const backupId = id instanceof Text ? idOfCell(id) : ""
  if (!isBackupId(backupId)) return { what, reason: "it has no id that could name it" }
  const time = timeOf(timestamp)
  if (time === undefined)
    return { what, reason: `its time cannot be read (${shown(timestamp) || "there is none"})` }
  const [songs, performances, preferences] = parts.map(contentOf)
  if (songs === undefined || performances === undefined || preferences === undefined)
    return { what, reason: "its songs, performances or preferences are missing" }
  onRead?.(songs.length + performances.length + preferences.length)
  const { entities, problems } = readExchangeParts({ songs, performances, preferences }, { times })
  if (entities.length === 0 && problems.length > 0)
    return { what, reason: `nothing in it can be read: ${problems[0]?.reason ?? ""}` }
  return {
    backup: {
      backupId,
      timestamp: time,
      description: shown(description),
      tags: problems.length > 0 ? [incompleteTag] : [],
      pinned: false,
      version: shown(version)
    },
    rows: entities.map(fitterTo({ db })),
    problems: problems.map(({ where, reason }) => ({ what: `${what}, ${where}`, reason }))
  }
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

export const isSetAside = (old: OldBackup | SetAside): old is SetAside => "what" in old

/** Notes a row that is not a backup, so that nobody asks for it again. */
const setAside = (session: Session, key: Cell, { reason }: SetAside, now: number): void =>
  commit(session, { now }, () => {
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
  })

/** Stages and records one backup; again when a `prune` of another process came in between. */
const keep = (session: Session, { backup, rows }: OldBackup, now: number): ReadonlyArray<BackupInfo> =>
  prepareAndCommit(
    session,
    { now, actor: external },
    () => stageRows(session, rows, now),
    (tx, staged) =>
      areStaged(session, [staged])
        ? recordBackup(session, tx.command(), { ...staged, backup })
        : stagedObjectsGone
  )

/** What became of the rows that were new. */
export interface TakenOver {
  readonly backups: number
  /** What could not be taken over, or not all of it; said once. */
  readonly problems: ReadonlyArray<SetAside>
}

const nothing: TakenOver = { backups: 0, problems: [] }

/** A row is at fault when its own bytes are; a full disk, a lock or a damaged library is not its fault. */
const faultOf = (error: unknown, ...tags: ReadonlyArray<WhiteRoomError["_tag"]>): string => {
  if (error instanceof RangeError) return "it is too large"
  if (isWhiteRoomError(error) && tags.includes(error._tag)) return error.message
  throw error
}

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
  setAside(session, key, old, now)
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
