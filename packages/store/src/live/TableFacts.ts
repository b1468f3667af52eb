/** What a live table is like today: the app may have made another one of its name. */
import { type Cell, type TableShape, Text } from "@white-room/core"
import { type Affinity, affinityOf } from "../sqlite/Affinity.js"
import { quote } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"

/**
 * What orders the rows of a table: its rowid by a name that no column took, or, where it has none, the key.
 * `undefined`: it is a view or a virtual table, which no trigger can watch.
 */
export const rowOrder = (db: Database, table: string, key: string): string | undefined => {
  const kept = db.row<[number]>(
    "SELECT wr FROM pragma_table_list(?) WHERE schema = 'main' AND type = 'table'",
    table
  )
  if (kept === undefined) return undefined
  const taken = new Set(
    db.rows<[string]>("SELECT lower(name) FROM pragma_table_xinfo(?)", table).map(([name]) => name)
  )
  const rowid = kept[0] === 1 ? undefined : ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name))
  return rowid ?? quote(key)
}

/**
 * True when writing one row can make SQLite remove another one without telling a trigger: `OR REPLACE` does that to
 * rows that would break a unique index, unless the app turned recursive triggers on.
 */
export const replacesUnseen = (db: Database, table: string, key: string): boolean =>
  db.row(
    `SELECT 1 FROM pragma_index_list(?) AS list WHERE list."unique" = 1 AND
       (SELECT group_concat(coalesce(name, '') || ' ' || coll) FROM pragma_index_xinfo(list.name) WHERE key = 1)
       IS NOT ? || ' BINARY' LIMIT 1`,
    table,
    key
  ) !== undefined

/** True where a column of this affinity may store something else than this value: looked at, not worked out. */
export const mayAlter = (affinity: Affinity | undefined, cell: Cell): boolean => {
  if (cell === null || cell instanceof Uint8Array || affinity === "blob" || affinity === undefined)
    return false
  if (affinity === "text") return !(cell instanceof Text)
  if (affinity === "real") return typeof cell !== "number"
  return typeof cell === "number" ? Number.isInteger(cell) : typeof cell !== "bigint"
}

/** What columns of songs and performances are for, where not for texts. */
const expectedAffinity: ReadonlyMap<string, Affinity> = new Map([
  ["duration", "real"],
  ["is_favorite", "integer"]
])

/**
 * True when the columns we know store the values of our model as they are: a text in a column of numbers would become a
 * number, a fraction in one of texts a text. An app that made the table again may have declared them otherwise.
 */
export const keepsValues = (
  { columns }: TableShape,
  declared: ReadonlyArray<readonly [name: string, type: string]>
): boolean =>
  declared.every(([name, type]) => {
    if (!columns.includes(name)) return true
    const affinity = affinityOf(type)
    return affinity === "blob" || affinity === (expectedAffinity.get(name) ?? "text")
  })
