import type { Database } from "../sqlite/Database.js"
import { liveTableNames, ownTables } from "../sqlite/Schema.js"
import { hasOldBackups } from "../staging/OldBackups.js"

/**
 * Tables of the app that are neither ours nor protected. Phase 5's own `backups` is not one of them: its rows are taken
 * over. What has the name of a live table and is a view or a virtual table cannot be watched, and is one too.
 */
export const unprotectedTables = (db: Database): ReadonlyArray<string> => {
  const known = new Set([...ownTables, ...(hasOldBackups(db) ? ["backups"] : [])])
  return db
    .rows<[string, string]>(
      `SELECT name, type FROM pragma_table_list
       WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite_%' ORDER BY name`
    )
    .filter(([name, type]) =>
      liveTableNames.has(name) ? type !== "table" : type !== "view" && !known.has(name)
    )
    .map(([name]) => name)
}
