/** What a column makes of a value, by its declared type. */
import { type Cell, Text, text } from "@white-room/core"
import type { Database } from "./Database.js"

export type Affinity = "integer" | "numeric" | "real" | "text" | "blob"

/** By SQLite's rules for declared types, in their order. */
export const affinityOf = (type: string): Affinity => {
  if (/INT/i.test(type)) return "integer"
  if (/CHAR|CLOB|TEXT/i.test(type)) return "text"
  if (/BLOB|^$/i.test(type)) return "blob"
  return /REAL|FLOA|DOUB/i.test(type) ? "real" : "numeric"
}

const literal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/** A number of at most 64 bits as an INTEGER where that loses nothing. */
const whole = (value: number): Cell =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? BigInt(value) : value

const numberOfText = (stored: string): Cell => {
  if (/^\s*[+-]?\d{1,18}\s*$/.test(stored)) return BigInt(stored.trim().replace(/^\+/, ""))
  return Number(stored)
}

/** The value as a column of this affinity stores it. */
export const storedAs = (db: Database, affinity: Affinity, cell: Cell): Cell => {
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
