/**
 * One live table: reads rows as stored (storage class and bytes of every column, unknown ones included) and writes
 * them back the same.
 */
import {
  type Cell,
  cellOfId,
  idOfCell,
  type Kind,
  liveTables,
  type Row,
  type TableShape,
  Text
} from "@white-room/core"
import type { Database, Statement } from "../db/Database.js"

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text that came as bytes is bound as bytes and cast, because it need not be well-formed. */
const isByteText = (cell: Cell): cell is Text => cell instanceof Text && cell.string === undefined
const place = (cell: Cell): string => (isByteText(cell) ? "CAST(? AS TEXT)" : "?")
const value = (cell: Cell): unknown => (cell instanceof Text ? (cell.string ?? cell.bytes) : cell)

/** A cell as a statement takes it: the SQL of its place, and the value to bind there. */
export const boundCell = (cell: Cell): { readonly place: string; readonly value: unknown } => ({
  place: place(cell),
  value: value(cell)
})

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

/** SQL for the storage class of a value, and for the value as `readCell` takes it. */
const tagOf = (sql: string): string => `substr(typeof(${sql}), 1, 1)`
const storedOf = (sql: string): string =>
  `CASE typeof(${sql}) WHEN 'real' THEN ${sql} ELSE CAST(${sql} AS BLOB) END`

/** What SQLite puts into a column that an insert leaves out. */
const defaultCell = (db: Database, expression: string | null): Cell => {
  if (expression === null) return null
  const stored = db.row<[string, unknown]>(
    `SELECT ${tagOf("d")}, ${storedOf("d")} FROM (SELECT (${expression}) AS d)`
  )
  return stored === undefined ? null : readCell(stored[0], stored[1])
}

/** A row and the name of its entity. */
export interface LiveRow {
  readonly id: string
  readonly row: Row
}

/** Some rows, and where the next ones begin; `undefined`: there are no more. */
export interface LivePage {
  readonly rows: ReadonlyArray<LiveRow>
  readonly next: Cell | undefined
}

/**
 * What orders the rows of a table: its rowid by a name that no column took, or, where it has none, the key.
 * `undefined`: it is a view or a virtual table, which no trigger can watch.
 */
const rowOrder = (db: Database, table: string, key: string): string | undefined => {
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
const replacesUnseen = (db: Database, table: string, key: string): boolean =>
  db.row(
    `SELECT 1 FROM pragma_index_list(?) AS list WHERE list."unique" = 1 AND
       (SELECT group_concat(coalesce(name, '') || ' ' || coll) FROM pragma_index_xinfo(list.name) WHERE key = 1)
       IS NOT ? || ' BINARY' LIMIT 1`,
    table,
    key
  ) !== undefined

/** What columns of songs and performances are for, where not for texts. */
const expectedAffinity: ReadonlyMap<string, string> = new Map([
  ["duration", "real"],
  ["is_favorite", "integer"]
])

/** By SQLite's rules for declared types, in their order. */
const affinityOf = (type: string): string =>
  /INT/i.test(type)
    ? "integer"
    : /CHAR|CLOB|TEXT/i.test(type)
      ? "text"
      : /BLOB|^$/i.test(type)
        ? "blob"
        : /REAL|FLOA|DOUB/i.test(type)
          ? "real"
          : "numeric"

/**
 * True when the columns we know store the values of our model as they are: a text in a column of numbers would become a
 * number, a fraction in one of texts a text. An app that made its table anew may have declared them otherwise.
 */
const keepsValues = (
  { columns }: TableShape,
  declared: ReadonlyArray<readonly [name: string, type: string]>
): boolean =>
  declared.every(([name, type]) => {
    if (!columns.includes(name)) return true
    const affinity = affinityOf(type)
    return affinity === "blob" || affinity === (expectedAffinity.get(name) ?? "text")
  })

/** Two ways to read the same values: the SQL that selects them, and the cells of a result. */
interface Way {
  readonly list: string
  /** `undefined` where this way loses bytes. */
  readonly cells: (result: ReadonlyArray<unknown>) => ReadonlyArray<Cell> | undefined
}

/** Byte by byte, whatever is stored. */
const exactly = (values: ReadonlyArray<string>): Way => ({
  list: `${values.map(tagOf).join(" || ")}, ${values.map(storedOf).join(", ")}`,
  cells: (result) => {
    const tags = String(result[0])
    return values.map((_, index) => readCell(tags[index], result[index + 1]))
  }
})

/** What SQLite puts in place of ill-formed UTF-8 where it gives a string. */
const replacement = "\ufffd"

/**
 * As values of JavaScript, which costs half as much: a string keeps its bytes unless they were no UTF-8. The document
 * alone comes as bytes, which are what is hashed and kept of it.
 */
const quickly = (values: ReadonlyArray<string>, document: string | undefined): Way => {
  const at = document === undefined ? -1 : values.indexOf(document)
  const list = values.map((value, index) =>
    index === at ? `CASE typeof(${value}) WHEN 'text' THEN CAST(${value} AS BLOB) ELSE ${value} END` : value
  )
  const isText = at < 0 ? [] : [`typeof(${document}) = 'text'`]
  return {
    list: [...list, ...isText].join(", "),
    cells: (result) => {
      const cells: Array<Cell> = []
      for (let index = 0; index < values.length; index++) {
        const value = result[index]
        if (typeof value === "string") {
          if (value.includes(replacement)) return undefined
          cells.push(Text.ofString(value))
        } else if (value instanceof Uint8Array)
          cells.push(index === at && result[values.length] === 1n ? Text.ofBytes(value) : value)
        else if (value === null || typeof value === "bigint" || typeof value === "number") cells.push(value)
        else throw new TypeError(`unexpected ${typeof value} from SQLite`)
      }
      return cells
    }
  }
}

/** The statements of one way. Their texts are made once: a new one for every row would cost more than the row. */
interface Selection {
  readonly columns: ReadonlyArray<string>
  readonly way: Way
  readonly sql: string
  /** The same with the place of each row, for the next page. */
  readonly paged: string
  readonly pagedWay: Way
  /** Selects one row by its key. */
  readonly one: string
  /** The same for a key that is bound as bytes. */
  readonly oneByBytes: string
}

export class LiveTable {
  private readonly writes = new Map<string, Statement>()
  private readonly selections = new Map<string | undefined, ReadonlyArray<Selection>>()

  private constructor(
    readonly kind: Kind,
    readonly definition: TableShape,
    /** All columns of the table as it is now, each with its default; generated ones are left out. */
    readonly defaults: ReadonlyMap<string, Cell>,
    /** SQL that orders rows as they came, for rows that are equal otherwise. */
    readonly order: string,
    /** @see replacesUnseen */
    readonly replacesUnseen: boolean,
    /** @see keepsValues */
    readonly keepsValues: boolean,
    private readonly db: Database
  ) {}

  /**
   * The table as it is now, or `undefined` when the app dropped it, has no key column in it, or made it a view. In a
   * file of unknown origin, which is only read, nothing of what it says of defaults is evaluated.
   */
  static of(db: Database, kind: Kind, origin: "own" | "unknown" = "own"): LiveTable | undefined {
    const definition = liveTables[kind]
    const { table, idColumn } = definition
    const columns = db
      .rows<[string, number, string | null, string]>(
        "SELECT name, hidden, dflt_value, type FROM pragma_table_xinfo(?)",
        table
      )
      .filter(([, hidden]) => hidden === 0)
    const defaults = new Map(
      columns.map(([name, , expression]) => [name, origin === "own" ? defaultCell(db, expression) : null])
    )
    const order = rowOrder(db, table, idColumn)
    if (order === undefined || !defaults.has(idColumn)) return undefined
    const unseen = replacesUnseen(db, table, idColumn)
    const keeps = keepsValues(
      definition,
      columns.map(([name, , , type]) => [name, type])
    )
    return new LiveTable(kind, definition, defaults, order, unseen, keeps, db)
  }

  /** Reads every column but the one left out: quickly, and for rows that this does not give, exactly. */
  private selectionsOf(omit: string | undefined): ReadonlyArray<Selection> {
    const known = this.selections.get(omit)
    if (known !== undefined) return known
    const { table, contentColumn } = this.definition
    const columns = [...this.defaults.keys()].filter((name) => name !== omit)
    const names = columns.map(quote)
    const document = contentColumn && quote(contentColumn)
    const selections = [(values: ReadonlyArray<string>) => quickly(values, document), exactly].map(
      (wayOf): Selection => {
        const [way, pagedWay] = [wayOf(names), wayOf([...names, this.order])]
        const sql = `SELECT ${way.list} FROM ${quote(table)}`
        return {
          columns,
          way,
          sql,
          paged: `SELECT ${pagedWay.list} FROM ${quote(table)}`,
          pagedWay,
          one: `${sql} ${this.where("?")}`,
          oneByBytes: `${sql} ${this.where("CAST(? AS TEXT)")}`
        }
      }
    )
    this.selections.set(omit, selections)
    return selections
  }

  /** The rows that a statement finds, and the cells of the last one. */
  private select(
    omit: string | undefined,
    statementOf: (selection: Selection) => readonly [sql: string, way: Way],
    parameters: ReadonlyArray<unknown>
  ): { readonly rows: ReadonlyArray<LiveRow>; readonly last: ReadonlyArray<Cell> | undefined } {
    for (const selection of this.selectionsOf(omit)) {
      const [sql, way] = statementOf(selection)
      const results = this.db.wholeRows(sql, ...parameters)
      const rows: Array<LiveRow> = []
      let last: ReadonlyArray<Cell> | undefined
      for (const result of results) {
        last = way.cells(result)
        if (last === undefined) break
        rows.push(this.rowOf(selection.columns, last))
      }
      if (rows.length === results.length) return { rows, last }
    }
    throw new Error("one way reads every row")
  }

  private rowOf(columns: ReadonlyArray<string>, cells: ReadonlyArray<Cell>): LiveRow {
    const row = new Map<string, Cell>()
    let index = 0
    for (const column of columns) row.set(column, cells[index++] ?? null)
    return { id: idOfCell(row.get(this.definition.idColumn) ?? null), row }
  }

  /** Keys are compared by their bytes, also in a column that would compare them otherwise. */
  private where(place: string): string {
    return `WHERE ${quote(this.definition.idColumn)} = ${place} COLLATE BINARY`
  }

  /** Rows that a clause selects, without their documents. The clause is ours; values are bound. */
  summaries(clause: string, ...parameters: ReadonlyArray<unknown>): ReadonlyArray<LiveRow> {
    const omit = this.definition.contentColumn
    return this.select(omit, ({ sql, way }) => [`${sql} ${clause}`, way], parameters).rows
  }

  has(id: string): boolean {
    const key = cellOfId(id)
    const table = quote(this.definition.table)
    return this.db.row(`SELECT 1 FROM ${table} ${this.where(place(key))}`, value(key)) !== undefined
  }

  /** Bytes of all documents. */
  documentBytes(): number {
    const column = this.definition.contentColumn
    if (column === undefined) return 0
    const sql = `SELECT coalesce(sum(octet_length(${quote(column)})), 0) FROM ${quote(this.definition.table)}`
    return this.db.row<[number]>(sql)?.[0] ?? 0
  }

  get(id: string): Row | undefined {
    const key = cellOfId(id)
    const { rows } = this.select(
      undefined,
      ({ one, oneByBytes, way }) => [isByteText(key) ? oneByBytes : one, way],
      [value(key)]
    )
    return rows[0]?.row
  }

  /** Rows in their order, from a place on: pages keep memory and read transactions small. */
  page(after: Cell | undefined, limit: number): LivePage {
    const from = after === undefined ? "" : `WHERE ${this.order} > ${place(after)}`
    const { rows, last } = this.select(
      undefined,
      ({ paged, pagedWay }) => [`${paged} ${from} ORDER BY ${this.order} LIMIT ?`, pagedWay],
      [...(after === undefined ? [] : [value(after)]), limit]
    )
    return { rows, next: last?.at(-1) }
  }

  /** Rows without a key: nothing can name them, so nothing can protect them. */
  countNameless(): number {
    const table = quote(this.definition.table)
    const sql = `SELECT count(*) FROM ${table} WHERE ${quote(this.definition.idColumn)} IS NULL`
    return this.db.row<[number]>(sql)?.[0] ?? 0
  }

  count(): number {
    return this.db.row<[number]>(`SELECT count(*) FROM ${quote(this.definition.table)}`)?.[0] ?? 0
  }

  insert(row: Row): void {
    this.writeOf("insert", row, (names, places) => {
      const table = quote(this.definition.table)
      return `INSERT OR FAIL INTO ${table}(${names.join(", ")}) VALUES(${places.join(", ")})`
    }).run(Array.from(row.values(), value))
  }

  /** Rows of one shape share a statement; building its text for every row would cost more than the write. */
  private writeOf(
    verb: string,
    row: Row,
    sqlOf: (names: ReadonlyArray<string>, places: ReadonlyArray<string>) => string
  ): Statement {
    let shape = verb
    // With its length, because a name may hold anything.
    for (const [column, cell] of row) shape += `${isByteText(cell) ? "b" : "v"}${column.length}:${column}`
    const known = this.writes.get(shape)
    if (known !== undefined) return known
    const statement = this.db.prepare(sqlOf([...row.keys()].map(quote), [...row.values()].map(place)))
    this.writes.set(shape, statement)
    return statement
  }

  /** Sets these cells; returns false when there is no such row. */
  update(id: string, cells: Row): boolean {
    if (cells.size === 0) return true
    const key = cellOfId(id)
    const statement = this.writeOf(isByteText(key) ? "update by bytes" : "update", cells, (names, places) => {
      const sets = names.map((name, index) => `${name} = ${places[index]}`).join(", ")
      return `UPDATE OR FAIL ${quote(this.definition.table)} SET ${sets} ${this.where(place(key))}`
    })
    const values = Array.from(cells.values(), value)
    values.push(value(key))
    return statement.run(values).changes > 0
  }

  delete(id: string): void {
    const key = cellOfId(id)
    this.db.run(`DELETE FROM ${quote(this.definition.table)} ${this.where(place(key))}`, value(key))
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
