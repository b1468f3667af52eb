import type { Row } from "@white-room/core"
import { isByteText, place, quote } from "../sqlite/CellSql.js"
import type { Statement } from "../sqlite/Database.js"

/** The columns that a statement writes, and behind each whether its text is bound as bytes. */
type Shape = ReadonlyArray<string | boolean>

interface Known {
  readonly verb: string
  readonly shape: Shape
  readonly statement: Statement
}

const isOfShape = (row: Row, shape: Shape): boolean => {
  if (2 * row.size !== shape.length) return false
  let at = 0
  for (const [column, cell] of row)
    if (shape[at++] !== column || shape[at++] !== isByteText(cell)) return false
  return true
}

/** Statements that write rows. Those of one shape share one; making its text for every row would cost more than the write. */
export class WriteStatements {
  private readonly statements = new Map<string, Statement>()
  /** Mostly the next row has the same. */
  private last: Known | undefined

  constructor(private readonly compile: (sql: string) => Statement) {}

  of(
    verb: string,
    row: Row,
    sqlOf: (names: ReadonlyArray<string>, places: ReadonlyArray<string>) => string
  ): Statement {
    if (this.last?.verb === verb && isOfShape(row, this.last.shape)) return this.last.statement
    let key = verb
    const shape: Array<string | boolean> = []
    for (const [column, cell] of row) {
      // With its length, because a name may hold anything.
      key += `${isByteText(cell) ? "b" : "v"}${column.length}:${column}`
      shape.push(column, isByteText(cell))
    }
    const statement =
      this.statements.get(key) ??
      this.compile(sqlOf([...row.keys()].map(quote), [...row.values()].map(place)))
    this.statements.set(key, statement)
    this.last = { verb, shape, statement }
    return statement
  }
}
