/**
 * The live tables of an app as descriptions, from which a library elsewhere makes them again. Only names, affinities
 * and literals travel: no SQL of one library is ever run in another.
 */
import { type Kind, kinds, liveTables, malformed } from "@white-room/core"
import { type Affinity, affinityOf } from "../sqlite/Affinity.js"
import { quote } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { liveSchemaOf } from "../sqlite/Schema.js"

/** What a column makes of values; the index is its code in a segment. */
export const affinities = [
  "integer",
  "numeric",
  "real",
  "text",
  "blob"
] as const satisfies ReadonlyArray<Affinity>

export interface ColumnForm {
  readonly name: string
  readonly affinity: Affinity
  readonly notNull: boolean
  /** A literal; other defaults of an app do not travel. */
  readonly default: string | undefined
}

export interface TableForm {
  readonly kind: Kind
  readonly columns: ReadonlyArray<ColumnForm>
}

const literal =
  /^(?:NULL|TRUE|FALSE|[+-]?\d{1,40}(?:\.\d{1,40})?|'(?:[^'\0]|''){0,1000}'|x'(?:[0-9a-f]{2}){0,500}')$/i

const literalOf = (expression: string | null): string | undefined =>
  expression !== null && literal.test(expression) ? expression : undefined

const formOf = (db: Database, kind: Kind): TableForm | undefined => {
  const columns = db
    .rows<[string, string, number, string | null]>(
      `SELECT name, type, "notnull", dflt_value FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid`,
      liveTables[kind].table
    )
    .map(([name, type, notNull, expression]): ColumnForm => {
      const value = literalOf(expression)
      return { name, affinity: affinityOf(type), notNull: notNull !== 0, default: value }
    })
  return columns.some(({ name }) => name === liveTables[kind].idColumn) ? { kind, columns } : undefined
}

const ours = new Map<Kind, ReadonlyArray<ColumnForm>>()

/** The columns of our own table of a kind; found out once. */
const ownColumns = (kind: Kind): ReadonlyArray<ColumnForm> => {
  const known = ours.get(kind)
  if (known !== undefined) return known
  const columns = [
    ...liveSchemaOf[kind].matchAll(
      /^ {2}(\w+) (TEXT|REAL|INTEGER)( PRIMARY KEY)?( NOT NULL)?(?: DEFAULT (\w+))?,?$/gm
    )
  ]
  const form = columns.map(([, name = "", type = "", , notNull, value]): ColumnForm => {
    return { name, affinity: affinityOf(type), notNull: notNull !== undefined, default: value }
  })
  ours.set(kind, form)
  return form
}

/** SQLite takes names that differ only in the case of ASCII letters for the same. */
const foldedName = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/**
 * Tables that have columns of these names too, where nobody tells what they were: such a column takes every value as it is.
 * @throws MalformedData when no table can have so many
 */
export const widenTables = (
  tables: ReadonlyArray<TableForm>,
  names: ReadonlyMap<Kind, ReadonlySet<string>>
): ReadonlyArray<TableForm> =>
  kinds.flatMap((kind) => {
    const known = tables.find((table) => table.kind === kind)
    const columns = known?.columns ?? ownColumns(kind)
    const there = new Set(columns.map(({ name }) => foldedName(name)))
    const added = [...(names.get(kind) ?? [])].filter((name) => !there.has(foldedName(name)))
    if (added.length === 0) return known === undefined ? [] : [known]
    const more = added.map(
      (name): ColumnForm => ({ name, affinity: "blob", notNull: false, default: undefined })
    )
    const table = { kind, columns: [...columns, ...more] }
    checkTable(table)
    return [table]
  })

/** The tables that are not as we make them. */
export const tableForms = (db: Database): ReadonlyArray<TableForm> =>
  kinds.flatMap((kind) => {
    const form = formOf(db, kind)
    return form === undefined || JSON.stringify(form.columns) === JSON.stringify(ownColumns(kind))
      ? []
      : [form]
  })

const columnSql = ({ name, affinity, notNull, default: given }: ColumnForm, key: string): string => {
  const value = literalOf(given ?? null)
  // The names of types that have just this affinity.
  const type = affinity === "blob" ? "" : affinity.toUpperCase()
  const isKey = name === key
  return [
    quote(name),
    type,
    isKey ? "PRIMARY KEY" : "",
    // A row that lacks the column could not be written otherwise.
    notNull && (isKey || value !== undefined) ? "NOT NULL" : "",
    value === undefined ? "" : `DEFAULT ${value}`
  ]
    .filter((part) => part !== "")
    .join(" ")
}

/** As many columns as SQLite makes in one table. */
const mostColumns = 2000

/** Whether a table can be made of a description that comes from elsewhere. @throws MalformedData when it cannot */
export const checkTable = ({ kind, columns }: TableForm): void => {
  const names = new Set(columns.map(({ name }) => foldedName(name)))
  const isWhole =
    names.size === columns.length &&
    names.size <= mostColumns &&
    columns.some(({ name }) => name === liveTables[kind].idColumn) &&
    columns.every(({ name }) => !name.includes("\0"))
  if (!isWhole) throw malformed("table", `no table of ${kind} has such columns`)
}

/** Makes an empty live table by its description, which `checkTable` has looked at, in place of ours. */
export const makeTable = (db: Database, { kind, columns }: TableForm): void => {
  const { table, idColumn } = liveTables[kind]
  db.exec(`DROP TABLE ${quote(table)}`)
  db.exec(`CREATE TABLE ${quote(table)} (${columns.map((column) => columnSql(column, idColumn)).join(", ")})`)
}
