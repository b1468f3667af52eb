import type { Database } from "../sqlite/Database.js"
import { schemaOf } from "../sqlite/OwnSchema.js"
import { liveTableNames, ownTables } from "../sqlite/Schema.js"
import { definedByRow } from "../sqlite/SchemaText.js"
import { hasOldBackups } from "../staging/OldBackups.js"

/**
 * Tables of the app that are neither ours nor protected. Phase 5's own `backups` is not one of them: its rows are taken over. What has the name of a live table and is a view or a virtual table
 * cannot be watched, and is one too. Told by the SQL that defines them: SQLite's own list would first look into every view.
 * @param schema all that it defines; a private copy has less
 */
export const unprotectedTables = (db: Database, schema = schemaOf(db)): ReadonlyArray<string> => {
  const known = new Set([...ownTables, ...(hasOldBackups(db) ? ["backups"] : [])])
  const found = schema.flatMap((row) => definedByRow(row) ?? [])
  const virtual = found.filter(({ type }) => type === "virtual table").map(({ name }) => `${name}_`)
  return found
    .filter(({ type, name }) => {
      if (/^sqlite_/i.test(name)) return false
      if (liveTableNames.has(name)) return type === "view" || type === "virtual table"
      if (type === "virtual table") return true
      // A virtual table keeps its rows in tables that are named after it.
      return type === "table" && !known.has(name) && !virtual.some((prefix) => name.startsWith(prefix))
    })
    .map(({ name }) => name)
    .sort()
}
