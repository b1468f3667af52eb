import type { Database } from "./Database.js"
import { lackOf } from "./lackOf.js"

export interface Integrity {
  /** What SQLite found wrong, in its words. */
  readonly lines: ReadonlyArray<string>
  /** Tables that it could not look at, because something in them only the app can evaluate. */
  readonly unchecked: ReadonlyArray<string>
}

const wrong = (rows: ReadonlyArray<readonly [unknown]>): ReadonlyArray<string> =>
  rows.map(([line]) => String(line)).filter((line) => line !== "ok")

/** Table by table, where one of them keeps SQLite from looking at the whole. */
const tableByTable = (db: Database, sql: string, limit: number): Integrity => {
  const lines: Array<string> = []
  const unchecked: Array<string> = []
  const tables = db.rows<[string]>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name"
  )
  for (const [table] of tables)
    try {
      lines.push(...wrong(db.rows<[unknown]>(`SELECT * FROM ${sql}(?)`, table)))
      if (lines.length >= limit) break
    } catch (error) {
      if (lackOf(error) === undefined) throw error
      unchecked.push(table)
    }
  return { lines: lines.slice(0, limit), unchecked }
}

/** What SQLite says of its file: `quick` leaves out whether indexes fit their tables. At most `limit` lines. */
export const integrity = (db: Database, level: "quick" | "full", limit: number): Integrity => {
  const pragma = level === "full" ? "integrity_check" : "quick_check"
  try {
    return { lines: wrong(db.rows<[unknown]>(`PRAGMA ${pragma}(${limit})`)), unchecked: [] }
  } catch (error) {
    if (lackOf(error) === undefined) throw error
    return tableByTable(db, `pragma_${pragma}`, limit)
  }
}
