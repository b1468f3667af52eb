/**
 * The one way to read a database that this program did not make.
 *
 * 1. What lies beside it is looked at before SQLite touches it (`checkBeside`).
 * 2. It is copied, as it is at one moment, to where only this user can look (`snapshotDatabase`); what a crash left is put in
 *    order in a copy. The copy is no larger than what was copied.
 * 3. The pages of its schema are walked (`checkSchemaPages`).
 * 4. All that could run or compute is taken out of the copy's schema: what is left are tables, with names that we ask for,
 *    and the indexes of their keys. Tables of our own names stay when they are exactly ours.
 * 5. Only then it is opened, to read only. Nothing is ever written to it, so nothing fires.
 *
 * What is left to evaluate are the generated columns of the app's tables, and nobody selects those. Each statement costs as
 * much as pages it reads; who reads many rows counts them (`Budget`), because damaged pages may lead in circles and rows may
 * share what they hold.
 */
import * as fs from "node:fs"
import { bounds, formatCount, malformed, UnsafeDatabase } from "@white-room/core"
import Sqlite from "better-sqlite3"
import { Database } from "../sqlite/Database.js"
import { isOwn } from "../sqlite/OwnSchema.js"
import { liveTableNames } from "../sqlite/Schema.js"
import { definedByRow, type SchemaRow } from "../sqlite/SchemaText.js"
import { checkSchemaPages } from "./TreePages.js"

/** Counts what is read of a file, and ends reading that goes on for longer than the file can be. */
export class Budget {
  private bytes: number

  /**
   * @param fileBytes the size of the file
   * @param rows how many are read at most
   */
  constructor(
    fileBytes: number,
    private rows: number = bounds.entities
  ) {
    this.bytes = fileBytes * bounds.foreignBytesPerFileByte + bounds.headBytes
  }

  /** Counts a row. @throws MalformedData */
  spend(bytes: number): void {
    this.bytes -= bytes
    this.rows--
    if (this.bytes < 0) throw malformed("database", "its rows say that they hold more than the file does")
    if (this.rows < 0) throw malformed("database", `it has more than ${formatCount(bounds.entities)} rows`)
  }
}

export interface ForeignDatabase {
  /** To read only. It has tables of our names and nothing else. */
  readonly db: Database
  readonly bytes: number
  /** All that its schema had. */
  readonly schema: ReadonlyArray<SchemaRow>
  /** Tables of a library that were there and are not those that White Room makes. */
  readonly notOurs: ReadonlyArray<string>
}

/** The app's tables that are read. */
const appTables: ReadonlySet<string> = new Set([...liveTableNames, "backups"])

interface StoredRow extends SchemaRow {
  readonly rowid: number
  readonly table: string
}

const textOr = (value: unknown): string => (typeof value === "string" ? value : "")

const readSchema = (handle: Sqlite.Database): ReadonlyArray<StoredRow> => {
  const sql = "SELECT rowid, type, name, tbl_name, sql FROM sqlite_schema"
  const prepare = () => handle.prepare<[], [number, unknown, unknown, unknown, unknown]>(sql).raw(true)
  let statement: ReturnType<typeof prepare>
  try {
    statement = prepare()
  } catch {
    // What cannot be parsed fails the first statement; the second sees what there is. Not a database: it fails again.
    statement = prepare()
  }
  return statement.all().map(([rowid, type, name, table, text]) => ({
    rowid,
    type: textOr(type),
    name: textOr(name),
    table: textOr(table).toLowerCase(),
    sql: text === null ? null : textOr(text)
  }))
}

/** Takes all but the rows to keep out of a schema. */
const takeOut = (
  handle: Sqlite.Database,
  rows: ReadonlyArray<StoredRow>,
  kept: ReadonlySet<StoredRow>
): void => {
  const remove = handle.prepare("DELETE FROM sqlite_schema WHERE rowid = ?")
  handle.transaction(() => {
    for (const row of rows) if (!kept.has(row)) remove.run(row.rowid)
  })()
}

const keptOf = (rows: ReadonlyArray<StoredRow>, wanted: ReadonlySet<string>): ReadonlySet<StoredRow> => {
  const kept = new Map<string, StoredRow>()
  for (const row of rows) {
    const found = definedByRow(row)
    const name = row.name.toLowerCase()
    const isWanted = isOwn(row) || (found?.type === "table" && wanted.has(name))
    if (found !== undefined && isWanted && !kept.has(name)) kept.set(name, row)
  }
  const ofKeys = rows.filter((row) => row.sql === null && row.type === "index" && kept.has(row.table))
  // An index of a table that is gone would not fit anything.
  const whole = [...kept.values()].filter((row) => row.type === "table" || kept.has(row.table))
  return new Set([...whole, ...ofKeys])
}

const strip = (copy: string, wanted: ReadonlySet<string>): ReadonlyArray<StoredRow> => {
  const handle = new Sqlite(copy, { fileMustExist: true })
  try {
    handle.unsafeMode(true)
    // Neither needs the schema, which is parsed with what is set here.
    handle.exec("PRAGMA trusted_schema = 0")
    handle.exec("PRAGMA writable_schema = 1")
    const rows = readSchema(handle)
    takeOut(handle, rows, keptOf(rows, wanted))
    return rows
  } finally {
    handle.close()
  }
}

const openToRead = (copy: string): Database => {
  const db = Database.open(copy, { readonly: true })
  try {
    db.exec("PRAGMA trusted_schema = 0; PRAGMA query_only = 1; PRAGMA ignore_check_constraints = 1")
    void db.schemaVersion
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Opens a copy that `snapshotDatabase` made; the copy loses what could run in it.
 * @param named how the person calls the database
 * @param wanted the tables that are read, in small letters, besides those of a library: the app's, unless told otherwise
 * @throws UnsafeDatabase | LibraryDamaged, and errors of SQLite
 */
export const openForeign = (
  copy: string,
  named: string,
  wanted: ReadonlySet<string> = appTables
): ForeignDatabase => {
  const bytes = fs.statSync(copy).size
  checkSchemaPages(copy, named)
  const rows = strip(copy, wanted)
  if (rows.length > bounds.foreignSchemaRows)
    throw new UnsafeDatabase({ path: named, reason: "it defines more than any app of White Room does" })
  const db = openToRead(copy)
  const notOurs = ["library_info", "event_log", "backup_catalog", "object", "block"].filter(
    (name) => rows.some((row) => row.name === name) && !rows.some((row) => row.name === name && isOwn(row))
  )
  return { db, bytes, schema: rows, notOurs }
}
