/** Rows of plain tables in a database that others made: their texts and whole numbers, and nothing that could run. */
import * as fs from "node:fs"
import { malformed } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { Budget, openForeign } from "./ForeignDatabase.js"

/** What a cell may hold: texts, whole numbers that a number can be, NULL. */
export type ForeignCell = string | number | null

export interface ForeignTables {
  /**
   * The rows of a table by their columns, of those that it has and that are asked for; none where it is not there.
   * @throws MalformedData, and errors of SQLite where pages are damaged
   */
  readonly rows: (
    table: string,
    columns: ReadonlyArray<string>
  ) => Iterable<Readonly<Record<string, ForeignCell>>>
  /** Closes the copy; `rows` gives nothing after that. */
  readonly close: () => void
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const cellOf = (table: string, cell: unknown): ForeignCell => {
  if (cell === null || typeof cell === "string") return cell
  const value = typeof cell === "bigint" ? Number(cell) : cell
  if (typeof value === "number" && Number.isSafeInteger(value)) return value
  throw malformed("database", `its table ${table} has something that is neither a text nor a whole number`)
}

/** The columns of a table that are stored; those that compute are not among them. */
const storedColumns = (db: Database, table: string): ReadonlySet<string> =>
  new Set(db.rows<[string]>("SELECT name FROM pragma_table_info(?)", table).map(([name]) => name))

function* rowsOf(db: Database, bytes: number, table: string, columns: ReadonlyArray<string>) {
  const stored = storedColumns(db, table)
  const found = columns.filter((column) => stored.has(column))
  if (found.length === 0) return
  const budget = new Budget(bytes, Number.POSITIVE_INFINITY)
  // A cell that says it is longer than the file is not read.
  const cells = found.map((name) => `iif(octet_length(${quoted(name)}) > ${bytes}, x'', ${quoted(name)})`)
  const statement = db.handle.prepare<[], Array<unknown>>(`SELECT ${cells.join(", ")} FROM ${quoted(table)}`)
  for (const row of statement.raw(true).safeIntegers(true).iterate()) {
    const entries = row.map((cell, index) => [found[index] ?? "", cellOf(table, cell)] as const)
    budget.spend(entries.reduce((sum, [, cell]) => sum + (typeof cell === "string" ? cell.length : 1), 0))
    yield Object.fromEntries(entries)
  }
}

/**
 * Opens tables of a database that came from elsewhere, in a copy that belongs to the caller and loses all else: triggers,
 * views, indexes of its own. Nothing of it is evaluated; see `ForeignDatabase`. Close it.
 * @param copy a file with nothing beside it
 * @param named how the person calls it
 * @param wanted the names of the tables, in small letters
 * @throws UnsafeDatabase | LibraryDamaged | MalformedData, and errors of SQLite where it is no database
 */
export const openForeignTables = (
  copy: string,
  named: string,
  wanted: ReadonlySet<string>
): ForeignTables => {
  const { db } = openForeign(copy, named, wanted)
  const bytes = fs.statSync(copy).size
  return { rows: (table, columns) => rowsOf(db, bytes, table, columns), close: () => db.close() }
}
