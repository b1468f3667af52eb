/**
 * Rows from JSON as the tables of this library would store them. The reader of exchange files knows the columns of the
 * app; columns that an app added have types of their own, and SQLite turns values into what a column's type asks for.
 */
import { type Cell, type ExchangeEntity, type Kind, liveTables } from "@white-room/core"
import { type Affinity, affinityOf, storedAs } from "../sqlite/Affinity.js"
import type { Database } from "../sqlite/Database.js"

interface Column {
  readonly affinity: Affinity
  readonly notNull: boolean
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
