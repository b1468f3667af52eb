/**
 * One live table: reads rows as stored (storage class and bytes of every column, unknown ones included) and writes
 * them back the same. Text travels as bytes, because JavaScript strings lose ill-formed UTF-8.
 */
import {
  type Cell,
  cellOfId,
  idOfCell,
  type Kind,
  liveTables,
  type LiveTable as Definition,
  type Row,
  Text
} from "@white-room/core"
import type { Database, Statement } from "../db/Database.js"

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text that came as bytes is bound as bytes and cast, because it need not be well-formed. */
const isByteText = (cell: Cell): cell is Text => cell instanceof Text && cell.string === undefined
const place = (cell: Cell): string => (isByteText(cell) ? "CAST(? AS TEXT)" : "?")
const value = (cell: Cell): unknown => (cell instanceof Text ? (cell.string ?? cell.bytes) : cell)

/** A value read through `typeof` and `CAST … AS BLOB`, as the cell it is in the file. */
export const readCell = (storageClass: string | undefined, stored: unknown): Cell => {
  if (stored === null) return null
  if (typeof stored === "number") return stored
  if (!(stored instanceof Uint8Array)) throw new TypeError(`unexpected ${typeof stored} from SQLite`)
  switch (storageClass) {
    case "i":
      return BigInt(new TextDecoder().decode(stored))
    case "t":
      return Text.ofBytes(stored)
    default:
      return stored
  }
}

/** A row and the name of its entity. */
export interface LiveRow {
  readonly rowid: number
  readonly id: string
  readonly row: Row
}

export class LiveTable {
  private readonly inserts = new Map<string, Statement>()

  private constructor(
    readonly kind: Kind,
    readonly definition: Definition,
    /** All columns of the table as it is now, generated ones left out. */
    readonly columns: ReadonlyArray<string>,
    private readonly db: Database
  ) {}

  /** The table as it is now, or `undefined` when the app dropped it or has no key column in it. */
  static of(db: Database, kind: Kind): LiveTable | undefined {
    const definition = liveTables[kind]
    const columns = db
      .rows<[string, number]>("SELECT name, hidden FROM pragma_table_xinfo(?)", definition.table)
      .filter(([, hidden]) => hidden === 0)
      .map(([name]) => name)
    return columns.includes(definition.idColumn) ? new LiveTable(kind, definition, columns, db) : undefined
  }

  private get selection(): string {
    const names = this.columns.map(quote)
    const tags = names.map((name) => `substr(typeof(${name}), 1, 1)`).join(" || ")
    const cells = names.map((name) => `CASE typeof(${name}) WHEN 'real' THEN ${name} ELSE CAST(${name} AS BLOB) END`)
    return `SELECT rowid, ${tags}, ${cells.join(", ")} FROM ${quote(this.definition.table)}`
  }

  private read(result: ReadonlyArray<unknown>): LiveRow {
    const tags = String(result[1])
    const row = new Map<string, Cell>()
    this.columns.forEach((column, index) => row.set(column, readCell(tags[index], result[index + 2])))
    return { rowid: Number(result[0]), id: idOfCell(row.get(this.definition.idColumn) ?? null), row }
  }

  private get where(): string {
    return `${quote(this.definition.idColumn)} = `
  }

  get(id: string): Row | undefined {
    const key = cellOfId(id)
    const result = this.db.row(`${this.selection} WHERE ${this.where}${place(key)}`, value(key))
    return result === undefined ? undefined : this.read(result).row
  }

  /** Rows after a rowid, in order: pages keep memory and read transactions small. */
  page(afterRowid: number | bigint, limit: number): ReadonlyArray<LiveRow> {
    return this.db
      .rows(`${this.selection} WHERE rowid > ? ORDER BY rowid LIMIT ?`, afterRowid, limit)
      .map((result) => this.read(result))
  }

  count(): number {
    return this.db.row<[number]>(`SELECT count(*) FROM ${quote(this.definition.table)}`)?.[0] ?? 0
  }

  insert(row: Row): void {
    let shape = ""
    for (const [column, cell] of row) shape += isByteText(cell) ? `${column}\u0001` : `${column}\u0000`
    this.insertOf(shape, row).run(Array.from(row.values(), value))
  }

  /** Rows of one shape share a statement; building its text for every row would cost more than the insert. */
  private insertOf(shape: string, row: Row): Statement {
    const known = this.inserts.get(shape)
    if (known !== undefined) return known
    const names = [...row.keys()].map(quote).join(", ")
    const places = [...row.values()].map(place).join(", ")
    const statement = this.db.prepare(`INSERT OR FAIL INTO ${quote(this.definition.table)}(${names}) VALUES(${places})`)
    this.inserts.set(shape, statement)
    return statement
  }

  /** Sets these cells; returns false when there is no such row. */
  update(id: string, cells: Row): boolean {
    if (cells.size === 0) return true
    const sets = [...cells].map(([name, cell]) => `${quote(name)} = ${place(cell)}`).join(", ")
    const key = cellOfId(id)
    const sql = `UPDATE OR FAIL ${quote(this.definition.table)} SET ${sets} WHERE ${this.where}${place(key)}`
    return this.db.run(sql, ...Array.from(cells.values(), value), value(key)) > 0
  }

  delete(id: string): void {
    const key = cellOfId(id)
    this.db.run(`DELETE FROM ${quote(this.definition.table)} WHERE ${this.where}${place(key)}`, value(key))
  }
}

export type LiveTables = Readonly<Record<Kind, LiveTable | undefined>>

export const openLiveTables = (db: Database): LiveTables => ({
  song: LiveTable.of(db, "song"),
  performance: LiveTable.of(db, "performance"),
  preferences: LiveTable.of(db, "preferences")
})

/** True for an id that several rows may share: a NULL key names no entity, so such rows cannot be protected. */
export const isNullId = (id: string): boolean => cellOfId(id) === null

