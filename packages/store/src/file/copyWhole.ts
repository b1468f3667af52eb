import { writeFileSync } from "node:fs"
import type { Database } from "../sqlite/Database.js"
import { lackOf } from "../sqlite/lackOf.js"

/**
 * Copies a database into a file that is there and empty, without its free pages. Where only the app can evaluate an index
 * or a rule of it, SQLite cannot write that again: then page by page, as it is.
 */
export const copyWhole = (db: Database, empty: string): void => {
  try {
    db.prepare("VACUUM INTO ?").run(empty)
  } catch (error) {
    if (lackOf(error) === undefined) throw error
    writeFileSync(empty, db.handle.serialize(), { flush: true })
  }
}
