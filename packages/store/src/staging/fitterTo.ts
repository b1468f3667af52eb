/**
 * Rows from JSON as the tables of this library would store them. The reader of exchange files knows the columns of the
 * app; columns that an app added have types of their own, and SQLite turns values into what a column's type asks for.
 */
import { type Cell, type ExchangeEntity, type Kind, liveTables, Text, text } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"

type Affinity = "integer" | "numeric" | "real" | "text" | "blob"

/** By the rules of SQLite, in their order. */
const affinityOf = (type: string): Affinity => {
  const declared = type.toUpperCase()
  if (declared.includes("INT")) return "integer"
  if (/CHAR|CLOB|TEXT/.test(declared)) return "text"
  if (declared === "" || declared.includes("BLOB")) return "blob"
  return /REAL|FLOA|DOUB/.test(declared) ? "real" : "numeric"
}

interface Column {
  readonly affinity: Affinity
  readonly notNull: boolean
}

const literal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/** A number of at most 64 bits as an INTEGER where that loses nothing. */
const whole = (value: number): Cell =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : value

const numberOfText = (stored: string): Cell => {
  if (/^\s*[+-]?\d{1,18}\s*$/.test(stored)) return BigInt(stored.trim().replace(/^\+/, ""))
  return Number(stored)
}

/** What a column of this affinity makes of a value. */
const storedAs = (db: Database, affinity: Affinity, cell: Cell): Cell => {
  if (cell === null || cell instanceof Uint8Array || affinity === "blob") return cell
  if (affinity === "text") {
    if (cell instanceof Text) return cell
    if (typeof cell === "bigint") return text(String(cell))
    const [spelled] = db.row<[string]>("SELECT CAST(? AS TEXT)", cell) ?? [String(cell)]
    return text(spelled)
  }
  const number =
    cell instanceof Text ? (literal.test(cell.toString()) ? numberOfText(cell.toString()) : cell) : cell
  if (number instanceof Text) return number
  if (affinity === "real") return typeof number === "bigint" ? Number(number) : number
  return typeof number === "number" ? whole(number) : number
}

type Columns = ReadonlyMap<string, Column>

const columnsOf = (db: Database, kind: Kind): Columns => {
  const known = new Set(liveTables[kind].columns)
  return new Map(
    db
      .rows<[string, string, number]>(
        'SELECT name, type, "notnull" FROM pragma_table_xinfo(?) WHERE hidden = 0',
        liveTables[kind].table
      )
      .filter(([name]) => !known.has(name))
      .map(([name, type, notNull]) => [name, { affinity: affinityOf(type), notNull: notNull !== 0 }])
  )
}

/**
 * Gives entities as the tables store them. What no table has a column for stays as it is; NULL in a column that takes
 * none is left out, so that the column's default takes its place.
 */
export const fitterTo = ({ db }: { readonly db: Database }): (<E extends ExchangeEntity>(entity: E) => E) => {
  const tables: Readonly<Record<Kind, Columns>> = {
    song: columnsOf(db, "song"),
    performance: columnsOf(db, "performance"),
    preferences: columnsOf(db, "preferences")
  }
  return (entity) => {
    const columns = tables[entity.kind]
    if (columns.size === 0) return entity
    const row = new Map<string, Cell>()
    for (const [name, cell] of entity.row) {
      const column = columns.get(name)
      if (column === undefined) row.set(name, cell)
      else if (cell !== null || !column.notNull) row.set(name, storedAs(db, column.affinity, cell))
    }
    return { ...entity, row }
  }
}
