/** How a cell is spelled in SQL, so that its bytes are read and written back exactly: see `Cell` of core. */
import { type Cell, Text } from "@white-room/core"

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Text that came as bytes is bound as bytes and cast, because it need not be well-formed. */
export const isByteText = (cell: Cell): cell is Text => cell instanceof Text && cell.string === undefined

export const place = (cell: Cell): string => (isByteText(cell) ? "CAST(? AS TEXT)" : "?")

export const value = (cell: Cell): unknown => (cell instanceof Text ? (cell.string ?? cell.bytes) : cell)

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
export const tagOf = (sql: string): string => `substr(typeof(${sql}), 1, 1)`

export const storedOf = (sql: string): string =>
  `CASE typeof(${sql}) WHEN 'real' THEN ${sql} ELSE CAST(${sql} AS BLOB) END`
