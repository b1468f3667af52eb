/** Recognising the database of an app that knows nothing of us, and what is in it. */
import { type Kind, kinds, LibraryDamaged, LibraryTooNew, liveTables, NotALibrary } from "@white-room/core"
import { checkTreePages } from "../file/TreePages.js"
import type { AppLimit } from "../live/AppSchema.js"
import { LiveTable } from "../live/LiveTable.js"
import { formatVersion, readInfo } from "../session/Session.js"
import { quote } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { integrity } from "../sqlite/integrity.js"
import { lackOf } from "../sqlite/lackOf.js"
import { checkOwnSchema, schemaOf } from "../sqlite/OwnSchema.js"
import { hasTable, liveTableNames, ownNames } from "../sqlite/Schema.js"
import { computes } from "../sqlite/SchemaText.js"
import type { SetAside } from "../staging/OldBackup.js"
import { previewBackups } from "../staging/OldBackups.js"
import { unprotectedTables } from "./unprotectedTables.js"

/** What a database is: an app's, which can be adopted, or a library already. */
export type Recognised = "app" | "library"

/** A live table that is not as Phase 5 made it, in a way that nothing could protect; `undefined`: it is fine. */
const faultOf = (db: Database, kind: Kind): string | undefined => {
  const { table, idColumn, contentColumn } = liveTables[kind]
  const live = LiveTable.of(db, kind, "unknown")
  if (live === undefined) return `its ${table} is not a table with a column ${idColumn}`
  if (contentColumn !== undefined && !live.defaults.has(contentColumn))
    return `its ${table} has no column ${contentColumn}`
  const doubled = db.row(
    `SELECT 1 FROM "${table}" WHERE "${idColumn}" IS NOT NULL GROUP BY "${idColumn}" HAVING count(*) > 1 LIMIT 1`
  )
  return doubled === undefined ? undefined : `several rows of its ${table} have one ${idColumn}`
}

/**
 * Reads each page of a table and of its indexes once. Until that was done, counting its rows may never end: pages of a
 * damaged table may lead in circles. SQLite's own check evaluates generated columns.
 */
const requireWhole = (db: Database, table: string, file: string): void => {
  try {
    const damage = db.row<[string]>(`PRAGMA quick_check(${quote(table)})`)?.[0]
    if (damage !== "ok") throw new LibraryDamaged({ path: file, detail: damage ?? "SQLite cannot check it" })
  } catch (error) {
    // What only the app can evaluate is named as a limit.
    if (lackOf(error) === undefined) throw error
  }
}

/** The same in a private copy, where nothing is evaluated. */
export const requireWholeCopy = (db: Database, table: string, file: string): void => {
  const rows = db.rows<[string, number]>(
    "SELECT coalesce(sql, ''), rootpage FROM sqlite_schema WHERE tbl_name = ?",
    table
  )
  if (rows.some(([sql]) => computes(sql))) for (const [, root] of rows) checkTreePages(db.path, root, file)
  else requireWhole(db, table, file)
}

/**
 * @param schema all that the database defines; a private copy of it has less
 * @param whole finds out whether a table can be read to its end
 * @throws NotALibrary for a database of something else, or one that cannot become a library
 * @throws LibraryTooNew | LibraryDamaged
 */
export const recognise = (
  db: Database,
  file: string,
  schema = schemaOf(db),
  whole = requireWhole
): Recognised => {
  const refuse = (reason: string): never => {
    throw new NotALibrary({ path: file, reason })
  }
  const names = new Set(schema.map(({ name }) => name.toLowerCase()))
  if (names.has("library_info") && names.has("event_log")) {
    if (!["library_info", "event_log", "backup_catalog"].every((name) => hasTable(db, name)))
      refuse("its tables of a library are not those that White Room makes")
    checkOwnSchema(db, file)
    const { minReader, minWriter } = readInfo(db)
    const needs = Math.max(minReader, minWriter)
    if (needs > formatVersion)
      throw new LibraryTooNew({ path: file, needs, supported: formatVersion, access: "write" })
    if (whole !== requireWhole)
      for (const table of [...liveTableNames, "backup_catalog"])
        if (hasTable(db, table)) whole(db, table, file)
    return "library"
  }
  const present = kinds.filter((kind) => names.has(liveTables[kind].table))
  if (present.length === 0)
    refuse(
      "it is a SQLite database of something else, without White Room's songs, performances or preferences"
    )
  if (db.pragma("encoding") !== "UTF-8") refuse("its texts are UTF-16, which White Room never wrote")
  for (const kind of present) {
    const { table } = liveTables[kind]
    if (hasTable(db, table)) whole(db, table, file)
    const fault = faultOf(db, kind)
    if (fault !== undefined) refuse(fault)
  }
  const taken = [...ownNames].find((name) => names.has(name))
  if (taken !== undefined)
    refuse(`the app has a table or index named ${taken}, which a library needs for itself`)
  if (hasTable(db, "backups")) whole(db, "backups", file)
  return "app"
}

/** @throws LibraryDamaged when any page of a database is not in its place */
export const requireWholeFile = (db: Database, file: string): void => {
  const [damage] = integrity(db, "quick", 1).lines
  if (damage !== undefined) throw new LibraryDamaged({ path: file, detail: damage })
}

/** What is in a database, and what of it can be protected. */
export interface Inventory {
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  /** The app's own backups that can be read. */
  readonly backups: number
  /** What cannot be taken over, or not all of it. It stays where it is. */
  readonly problems: ReadonlyArray<SetAside>
  /** Tables of the app that a library does not protect. */
  readonly unprotectedTables: ReadonlyArray<string>
  /** What only the app can write there: it is protected, but a restore of it fails with `NeedsApp`. */
  readonly limits: ReadonlyArray<AppLimit>
}

/** Rows without a key name no song, so nothing can protect them. */
const nameless = (db: Database, kind: Kind): ReadonlyArray<SetAside> => {
  const { table } = liveTables[kind]
  const rows = LiveTable.of(db, kind, "unknown")?.countNameless() ?? 0
  if (rows === 0) return []
  return [
    {
      what: `${rows} ${rows === 1 ? "row" : "rows"} of ${table}`,
      reason: "without an id nothing can name them"
    }
  ]
}

const countOf = (db: Database, kind: Kind): number => {
  const table = LiveTable.of(db, kind, "unknown")
  return table === undefined ? 0 : table.count() - table.countNameless()
}

/** The app's tables but its backups: those cost reading. Writes nothing. */
export const liveInventory = (db: Database, schema = schemaOf(db)): Omit<Inventory, "backups"> => ({
  songs: countOf(db, "song"),
  performances: countOf(db, "performance"),
  preferences: countOf(db, "preferences"),
  problems: kinds.flatMap((kind) => nameless(db, kind)),
  unprotectedTables: unprotectedTables(db, schema),
  limits: kinds.flatMap((kind) => LiveTable.of(db, kind)?.limits ?? [])
})

/** Everything, backups included. Writes nothing. */
export const inventoryOf = (
  db: Database,
  schema = schemaOf(db),
  onRead?: (bytes: number) => void
): Inventory => {
  const live = liveInventory(db, schema)
  const { backups, problems } = previewBackups(db, onRead)
  return { ...live, backups, problems: [...live.problems, ...problems] }
}
