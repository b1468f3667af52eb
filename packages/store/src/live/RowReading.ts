/** Two ways to read a row: exactly, or quickly where that keeps its bytes. */
import { type Cell, Text } from "@white-room/core"
import { readCell, storedOf, tagOf } from "../sqlite/CellSql.js"

/** Two ways to read the same values: the SQL that selects them, and the cells of a result. */
export interface Way {
  readonly list: string
  /** `undefined` where this way loses bytes. */
  readonly cells: (result: ReadonlyArray<unknown>) => ReadonlyArray<Cell> | undefined
}

/** Byte by byte, whatever is stored. */
export const exactly = (values: ReadonlyArray<string>): Way => ({
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
export const quickly = (values: ReadonlyArray<string>, document: string | undefined): Way => {
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
