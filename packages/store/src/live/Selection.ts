/** The statements that read rows of a live table. */
import type { Cell, TableShape } from "@white-room/core"
import { byteTextPlace, exactly, quickly, quote, type Way } from "../sqlite/CellSql.js"

/** Quickly, or exactly where that loses bytes. */
export type RowWay = Way<ReadonlyArray<Cell> | undefined>

/** The statements of one way. Their texts are made once: a new one for every row would cost more than the row. */
export interface Selection {
  readonly columns: ReadonlyArray<string>
  readonly way: RowWay
  readonly sql: string
  /** The same with the place of each row, for the next page. */
  readonly paged: string
  readonly pagedWay: RowWay
  /** Selects one row by its key. */
  readonly one: string
  /** The same for a key that is bound as bytes. */
  readonly oneByBytes: string
  /** Selects rows by `keysAtOnce` keys. */
  readonly many: string
}

/** Rows that are looked up together. */
export const keysAtOnce = 64

/** Keys are compared by their bytes, also in a column that would compare them otherwise. */
export const whereKey = ({ idColumn }: TableShape, place: string): string =>
  `WHERE ${quote(idColumn)} = ${place} COLLATE BINARY`

/** Reads these columns: quickly, and for rows that this does not give, exactly. */
export const selectionsOf = (
  shape: TableShape,
  columns: ReadonlyArray<string>,
  order: string
): ReadonlyArray<Selection> => {
  const { table, contentColumn } = shape
  const names = columns.map(quote)
  const document = contentColumn && quote(contentColumn)
  return [(values: ReadonlyArray<string>) => quickly(values, document), exactly].map((wayOf): Selection => {
    const [way, pagedWay] = [wayOf(names), wayOf([...names, order])]
    const sql = `SELECT ${way.list} FROM ${quote(table)}`
    return {
      columns,
      way,
      sql,
      paged: `SELECT ${pagedWay.list} FROM ${quote(table)}`,
      pagedWay,
      one: `${sql} ${whereKey(shape, "?")}`,
      oneByBytes: `${sql} ${whereKey(shape, byteTextPlace)}`,
      many: `${sql} WHERE ${quote(shape.idColumn)} COLLATE BINARY IN (${Array(keysAtOnce).fill("?").join(", ")})`
    }
  })
}
