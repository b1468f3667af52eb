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
  malformed,
  type Row,
  type TableShape
} from "@white-room/core"
import { type Affinity, affinityOf, storedAs } from "../sqlite/Affinity.js"
import { isByteText, place, quote, value } from "../sqlite/CellSql.js"
import { columnDefault } from "../sqlite/columnDefault.js"
import type { Database, Statement } from "../sqlite/Database.js"
import { lackOf } from "../sqlite/lackOf.js"
import { type AppLimit, limitsOf, needsApp, triggersOf, type Verb } from "./AppSchema.js"
import { References } from "./References.js"
import { keysAtOnce, type RowWay, type Selection, selectionsOf, whereKey } from "./Selection.js"
import { keepsValues, mayAlter, replacesUnseen, rowOrder } from "./TableFacts.js"
import { WriteStatements } from "./WriteStatements.js"

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

export class LiveTable {
  private readonly writes = new WriteStatements((sql) => this.compile(sql))
  private knownReferences: References | undefined
  private knownLimits: ReadonlyArray<AppLimit> | undefined
  private readonly selections = new Map<string | undefined, ReadonlyArray<Selection>>()

  private constructor(
    readonly kind: Kind,
    readonly definition: TableShape,
    /** All columns of the table as it is now, each with its default; generated ones are left out. */
    readonly defaults: ReadonlyMap<string, Cell>,
    private readonly affinities: ReadonlyMap<string, Affinity>,
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
    const affinities = new Map(columns.map(([name, , , type]) => [name, affinityOf(type)]))
    const defaults = new Map(
      columns.map(([name, , expression, type]) => [
        name,
        origin === "own" ? storedAs(db, affinityOf(type), columnDefault(db, expression)) : null
      ])
    )
    const order = rowOrder(db, table, idColumn)
    if (order === undefined || !defaults.has(idColumn)) return undefined
    const unseen = replacesUnseen(db, table, idColumn)
    const keeps = keepsValues(
      definition,
      columns.map(([name, , , type]) => [name, type])
    )
    return new LiveTable(kind, definition, defaults, affinities, order, unseen, keeps, db)
  }

  private selectionsOf(omit: string | undefined): ReadonlyArray<Selection> {
    const known = this.selections.get(omit)
    if (known !== undefined) return known
    const columns = [...this.defaults.keys()].filter((name) => name !== omit)
    const selections = selectionsOf(this.definition, columns, this.order)
    this.selections.set(omit, selections)
    return selections
  }

  /** The rows that a statement finds, and the cells of the last one. */
  private select(
    omit: string | undefined,
    statementOf: (selection: Selection) => readonly [sql: string, way: RowWay],
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

  private where(place: string): string {
    return whereKey(this.definition, place)
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

  /** One figure of all rows. SQLite likes to take it from an index, which may be one that only the app can read. */
  private figure(what: string, where = ""): number {
    const from = `SELECT ${what} FROM ${quote(this.definition.table)}`
    try {
      return this.db.row<[number]>(`${from} ${where}`)?.[0] ?? 0
    } catch (error) {
      if (lackOf(error) === undefined) throw error
      return this.db.row<[number]>(`${from} NOT INDEXED ${where}`)?.[0] ?? 0
    }
  }

  /** Bytes of all documents. */
  documentBytes(): number {
    const column = this.definition.contentColumn
    return column === undefined ? 0 : this.figure(`coalesce(sum(octet_length(${quote(column)})), 0)`)
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

  /** The rows of these ids that are there, by their ids. */
  getEach(ids: ReadonlyArray<string>): ReadonlyMap<string, Row> {
    const rows = new Map<string, Row>()
    const keys: Array<unknown> = []
    for (const id of ids) {
      const key = cellOfId(id)
      if (!isByteText(key)) keys.push(value(key))
      else {
        const row = this.get(id)
        if (row !== undefined) rows.set(id, row)
      }
    }
    for (let from = 0; from < keys.length; from += keysAtOnce) {
      // NULL is no row's key, whatever is in its column.
      const some = Array.from({ length: keysAtOnce }, (_, index) => keys[from + index] ?? null)
      for (const { id, row } of this.select(undefined, ({ many, way }) => [many, way], some).rows)
        rows.set(id, row)
    }
    return rows
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

  /** Every row in its order, so many in memory at once. */
  *rows(atOnce: number): Generator<LiveRow> {
    let page = this.page(undefined, atOnce)
    for (; page.next !== undefined; page = this.page(page.next, atOnce)) yield* page.rows
  }

  /** Rows without a key: nothing can name them, so nothing can protect them. */
  countNameless(): number {
    return this.figure("count(*)", `WHERE ${quote(this.definition.idColumn)} IS NULL`)
  }

  count(): number {
    return this.figure("count(*)")
  }

  /** What only the app can write here. */
  get limits(): ReadonlyArray<AppLimit> {
    this.knownLimits ??= limitsOf(this.db, this.definition, [...this.defaults.keys()])
    return this.knownLimits
  }

  /** Its foreign keys to and from the app's other tables. */
  get references(): References {
    this.knownReferences ??= new References(this.db, this.kind)
    return this.knownReferences
  }

  /** True where the types of its columns may store something else than these cells. */
  mayAlter(row: Row): boolean {
    for (const [column, cell] of row) if (mayAlter(this.affinities.get(column), cell)) return true
    return false
  }

  /** The app's triggers that a write may run. */
  triggersOf(verb: Verb): ReadonlyArray<string> {
    return triggersOf(this.db, this.definition, [...this.defaults.keys()], verb)
  }

  /** Returns false when a trigger of the app had SQLite ignore it. @throws NeedsApp */
  insert(row: Row): boolean {
    const statement = this.writes.of("insert", row, (names, places) => {
      const table = quote(this.definition.table)
      return `INSERT OR FAIL INTO ${table}(${names.join(", ")}) VALUES(${places.join(", ")})`
    })
    return statement.run(Array.from(row.values(), value)).changes > 0
  }

  /** @throws NeedsApp */
  private compile(sql: string): Statement {
    try {
      return this.db.prepare(sql)
    } catch (error) {
      throw needsApp(this.db, error)
    }
  }

  /** Sets these cells; returns false when there is no such row, or a trigger had SQLite ignore it. @throws NeedsApp */
  update(id: string, cells: Row): boolean {
    if (cells.size === 0) return true
    const key = cellOfId(id)
    const statement = this.writes.of(
      isByteText(key) ? "update by bytes" : "update",
      cells,
      (names, places) => {
        const sets = names.map((name, index) => `${name} = ${places[index]}`).join(", ")
        return `UPDATE OR FAIL ${quote(this.definition.table)} SET ${sets} ${this.where(place(key))}`
      }
    )
    const values = Array.from(cells.values(), value)
    values.push(value(key))
    return statement.run(values).changes > 0
  }

  /** Returns false when there is no such row, or a trigger had SQLite ignore it. @throws NeedsApp */
  delete(id: string): boolean {
    const key = cellOfId(id)
    const sql = `DELETE FROM ${quote(this.definition.table)} ${this.where(place(key))}`
    return this.compile(sql).run(value(key)).changes > 0
  }
}

export type LiveTables = Readonly<Record<Kind, LiveTable | undefined>>

export const openLiveTables = (db: Database): LiveTables => ({
  song: LiveTable.of(db, "song"),
  performance: LiveTable.of(db, "performance"),
  preferences: LiveTable.of(db, "preferences")
})

/** @throws MalformedData when the app removed the table */
export const requireTable = (tables: LiveTables, kind: Kind): LiveTable => {
  const table = tables[kind]
  if (table === undefined) throw malformed("library", `the app removed its table ${liveTables[kind].table}`)
  return table
}

/** True for an id that several rows may share: a NULL key names no entity, so such rows cannot be protected. */
export const isNullId = (id: string): boolean => cellOfId(id) === null
