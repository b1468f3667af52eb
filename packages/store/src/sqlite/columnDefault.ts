import { type Cell, errorCode, text } from "@white-room/core"
import { exactly } from "./CellSql.js"
import type { Database } from "./Database.js"

/** A bare word in a DEFAULT is a text, unless it is one of these; a quoted one always is. */
const words = /^(?:null|true|false|current_(?:time|date|timestamp))$/i

const quoted: ReadonlyMap<string, readonly [close: string, doubled: string]> = new Map([
  ['"', ['"', '""']],
  ["`", ["`", "``"]],
  ["[", ["]", "]]"]]
])

/** The text that an identifier in a DEFAULT stands for; `undefined` for what is an expression. */
const textOfName = (expression: string): string | undefined => {
  if (/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(expression)) return words.test(expression) ? undefined : expression
  const [close, doubled] = quoted.get(expression[0] ?? "") ?? []
  if (close === undefined || doubled === undefined || expression.length < 2 || !expression.endsWith(close))
    return undefined
  const inner = expression.slice(1, -1)
  // What closes before its end is more than a name.
  return inner.replaceAll(doubled, "").includes(close) ? undefined : inner.replaceAll(doubled, close)
}

/**
 * What SQLite puts into a column that an insert leaves out, from the text of its DEFAULT; NULL where only the app can
 * say. The text is the app's: it stands on lines of its own, so that a comment in it ends there, in a statement that
 * can only read, and that SQLite refuses as a whole when it is more than one expression.
 */
export const columnDefault = (db: Database, expression: string | null): Cell => {
  if (expression === null) return null
  const name = textOfName(expression.trim())
  if (name !== undefined) return text(name)
  const { list, cells } = exactly(["d"])
  try {
    const [cell = null] = cells(db.row(`SELECT ${list} FROM (SELECT (\n${expression}\n) AS d)`) ?? [])
    return cell
  } catch (error) {
    // An expression touches no page: what is wrong with it is all that these can mean.
    if (!/^SQLITE_(?:ERROR|TOOBIG|NOMEM)/.test(errorCode(error))) throw error
    return null
  }
}
