/**
 * Foreign keys between the app's live tables and its other tables. SQLite does not act on them on our connections: rows of other
 * tables are not in the log, so nothing that they lost could come back. A row that they refer to is kept instead, and that is told.
 */
import { cellOfId, type Kind, liveTables, ObjectRef, phrasesOf, type RecordCells } from "@white-room/core"
import { boundCell, quote } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { lackOf } from "../sqlite/lackOf.js"
import { liveTableNames } from "../sqlite/Schema.js"
import { needsApp } from "./AppSchema.js"

/** A foreign key of one table: which of its columns name which of the other's. */
interface ForeignKey {
  readonly table: string
  readonly parent: string
  readonly columns: ReadonlyArray<readonly [from: string, to: string]>
  /** What the app has SQLite do when the row that is referred to goes, or gets another key. */
  readonly onDelete: string
  readonly onUpdate: string
}

type ListedColumn = readonly [
  table: string,
  id: number,
  parent: string,
  from: string,
  to: string | null,
  onUpdate: string,
  onDelete: string
]

const isLive = (table: string): boolean => liveTableNames.has(table.toLowerCase())

/** The columns of a table, in small letters, and those of its primary key, which a foreign key means that names none. */
const columnsOf = (db: Database, table: string) => {
  const columns = db.rows<[string, number]>("SELECT name, pk FROM pragma_table_xinfo(?)", table)
  const key = columns.filter(([, pk]) => pk > 0).sort(([, a], [, b]) => a - b)
  return {
    names: new Set(columns.map(([name]) => name.toLowerCase())),
    key: key.map(([name]) => name)
  }
}

/** All foreign keys between a live table and a table that is none. */
const betweenOthers = (db: Database): ReadonlyArray<ForeignKey> => {
  // Mostly there are none, and to look at each table takes longer than to save a song.
  const some =
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(sql) GLOB '*[^a-z0-9_]references*' LIMIT 1"
  if (db.row(some) === undefined) return []
  const listed = db.rows<ListedColumn>(
    `SELECT t.name, k.id, k."table", k."from", k."to", k.on_update, k.on_delete
     FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS k
     WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, k.id, k.seq`
  )
  const keys = new Map<string, ForeignKey & { readonly columns: Array<readonly [string, string]> }>()
  const broken = new Set<string>()
  for (const [table, id, parent, from, to, onUpdate, onDelete] of listed) {
    if (isLive(table) === isLive(parent)) continue
    const name = JSON.stringify([table, id])
    const key = keys.get(name) ?? { table, parent, columns: [], onDelete, onUpdate }
    const { names, key: primary } = columnsOf(db, parent)
    const column = to ?? primary[key.columns.length]
    // What names a table or a column that is not there refers to nothing.
    if (column === undefined || !names.has(column.toLowerCase())) broken.add(name)
    else key.columns.push([from, column])
    keys.set(name, key)
  }
  return [...keys].flatMap(([name, key]) => (broken.has(name) ? [] : [key]))
}

/** More rows than these are not counted. */
const countedRows = 1000

/**
 * What would be compared with a collation that only the app has, is compared byte by byte. @throws NeedsApp where more than that is
 * only the app's
 */
const rowsOf = (
  db: Database,
  sql: (collate: string) => string,
  parameters: ReadonlyArray<unknown>
): number => {
  const ask = (collate: string) => db.row<[number]>(sql(collate), ...parameters)?.[0] ?? 0
  try {
    return ask("")
  } catch (error) {
    if (lackOf(error) === undefined) throw error
    try {
      return ask(" COLLATE BINARY")
    } catch (again) {
      throw needsApp(db, again)
    }
  }
}

/** Rows of one table that refer to a row of ours by these columns of it. */
const countReferring = (db: Database, kind: Kind, id: string, { table, columns }: ForeignKey): number => {
  const { table: live, idColumn } = liveTables[kind]
  const key = boundCell(cellOfId(id))
  const sql = (collate: string) => {
    const same = columns.map(([from, to]) => `parent.${quote(to)} = child.${quote(from)}${collate}`)
    return `SELECT count(*) FROM (SELECT 1 FROM ${quote(live)} AS parent, ${quote(table)} AS child
      WHERE parent.${quote(idColumn)} = ${key.place} COLLATE BINARY AND ${same.join(" AND ")} LIMIT ${countedRows})`
  }
  return rowsOf(db, sql, [key.value])
}

/** The foreign keys between one live table and the app's other tables. */
export class References {
  private readonly toOthers: ReadonlyArray<ForeignKey>
  private readonly fromOthers: ReadonlyArray<ForeignKey>

  constructor(
    private readonly db: Database,
    private readonly kind: Kind
  ) {
    const isOurs = (table: string): boolean => table.toLowerCase() === liveTables[kind].table
    const all = betweenOthers(db)
    this.toOthers = all.filter(({ table }) => isOurs(table))
    this.fromOthers = all.filter(({ parent }) => isOurs(parent))
  }

  get isEmpty(): boolean {
    return this.toOthers.length + this.fromOthers.length === 0
  }

  /**
   * Why a row has to stay as it is: rows of the app's other tables refer to it. `changed`: the columns that are to change; without
   * them the row is to go. The app's own rule would change or delete those rows, or refuse.
   */
  heldBy(id: string, changed?: ReadonlyArray<string>, say = phrasesOf()): string | undefined {
    const held = this.fromOthers.flatMap((key) => {
      const isTouched = changed === undefined || key.columns.some(([, to]) => changed.includes(to))
      const count = isTouched ? countReferring(this.db, this.kind, id, key) : 0
      if (count === 0) return []
      const rule = changed === undefined ? `ON DELETE ${key.onDelete}` : `ON UPDATE ${key.onUpdate}`
      return [say.held(count, count === countedRows, key.table, rule)]
    })
    return held.length === 0 ? undefined : held.join(say.and)
  }

  /** What a row would refer to in the app's other tables that is not there, in words. */
  lackedBy(row: RecordCells, say = phrasesOf()): ReadonlyArray<string> {
    return this.toOthers.flatMap(({ parent, columns }) => {
      const cells = columns.map(([from]) => row.get(from) ?? null)
      const bound = cells.flatMap((cell) =>
        cell === null || cell instanceof ObjectRef ? [] : [boundCell(cell)]
      )
      // SQLite looks for nothing where one of them is NULL.
      if (bound.length < cells.length) return []
      const sql = (collate: string) => {
        const same = columns.map(([, to], index) => `${quote(to)} = ${bound[index]?.place}${collate}`)
        return `SELECT count(*) FROM (SELECT 1 FROM ${quote(parent)} WHERE ${same.join(" AND ")} LIMIT 1)`
      }
      const found = rowsOf(
        this.db,
        sql,
        bound.map(({ value }) => value)
      )
      const names = columns.map(([from]) => from).join(", ")
      return found > 0 ? [] : [say.lacked(names, parent)]
    })
  }
}
