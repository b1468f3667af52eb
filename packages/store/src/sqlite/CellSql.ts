/** Cells in SQL, so that their bytes are read and written back exactly: see `Cell` of core. */
import { type Cell, Text } from "@white-room/core"

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text that came as bytes is bound as bytes and cast, because it need not be well-formed. */
export const isByteText = (cell: Cell): cell is Text => cell instanceof Text && cell.string === undefined

/** The place of text that is bound as bytes. */
export const byteTextPlace = "CAST(? AS TEXT)"

export const place = (cell: Cell): string => (isByteText(cell) ? byteTextPlace : "?")

export const value = (cell: Cell): unknown => (cell instanceof Text ? (cell.string ?? cell.bytes) : cell)

/** A cell as a statement takes it: the SQL of its place, and the value to bind there. */
export const boundCell = (cell: Cell): { readonly place: string; readonly value: unknown } => ({
  place: place(cell),
  value: value(cell)
})

/** A way to read values: the SQL that selects them, as the first columns, and the cells of a row. */
export interface Way<Cells = ReadonlyArray<Cell>> {
  readonly list: string
  readonly cells: (row: ReadonlyArray<unknown>) => Cells
}

const readCell = (storageClass: string | undefined, stored: unknown): Cell => {
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

/** Byte by byte, whatever is stored. */
export const exactly = (values: ReadonlyArray<string>): Way => {
  const classes = values.map((sql) => `substr(typeof(${sql}), 1, 1)`)
  const stored = values.map(
    (sql) => `CASE typeof(${sql}) WHEN 'real' THEN ${sql} ELSE CAST(${sql} AS BLOB) END`
  )
  return {
    list: `${classes.join(" || ")}, ${stored.join(", ")}`,
    cells: (row) => {
      const tags = String(row[0])
      return values.map((_, index) => readCell(tags[index], row[index + 1]))
    }
  }
}

/** What SQLite puts in place of ill-formed UTF-8 where it gives a string. */
const replacement = "\ufffd"

/**
 * As values of JavaScript, which costs half as much: a string keeps its bytes unless they were not UTF-8; then there
 * are no cells, and the row must be read exactly. The document alone comes as bytes, which are what is hashed and kept
 * of it.
 */
export const quickly = (
  values: ReadonlyArray<string>,
  document: string | undefined
): Way<ReadonlyArray<Cell> | undefined> => {
  const at = document === undefined ? -1 : values.indexOf(document)
  const list = values.map((value, index) =>
    index === at ? `CASE typeof(${value}) WHEN 'text' THEN CAST(${value} AS BLOB) ELSE ${value} END` : value
  )
  const isText = at < 0 ? [] : [`typeof(${document}) = 'text'`]
  return {
    list: [...list, ...isText].join(", "),
    cells: (row) => {
      const cells: Array<Cell> = []
      for (let index = 0; index < values.length; index++) {
        const value = row[index]
        if (typeof value === "string") {
          if (value.includes(replacement)) return undefined
          cells.push(Text.ofString(value))
        } else if (value instanceof Uint8Array)
          cells.push(index === at && row[values.length] === 1n ? Text.ofBytes(value) : value)
        else if (value === null || typeof value === "bigint" || typeof value === "number") cells.push(value)
        else throw new TypeError(`unexpected ${typeof value} from SQLite`)
      }
      return cells
    }
  }
}
