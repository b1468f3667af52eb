/**
 * What an app's tables do when a row is written: the triggers that run, and what in them SQLite cannot evaluate here.
 * SQLite says both when it compiles a statement, before anything is written; none of the app's texts is read for it.
 */
import { errorCode, NeedsApp, type TableShape } from "@white-room/core"
import { quote } from "../sqlite/CellSql.js"
import type { Database } from "../sqlite/Database.js"
import { type Lack, lackOf } from "../sqlite/lackOf.js"
import { ownTriggers } from "./Triggers.js"

export type Verb = "insert" | "update" | "delete"

const verbs: ReadonlyArray<Verb> = ["insert", "update", "delete"]

/** What cannot be written to a table of the app here, and why. */
export interface AppLimit {
  readonly table: string
  /** Rows that cannot be added, changed in every column, or deleted here. */
  readonly cannot: ReadonlyArray<Verb>
  /** What only the app has, such as `the collation localizedStandard`. */
  readonly needs: string
  /** What asks for it, such as `index ix_name`. */
  readonly parts: ReadonlyArray<string>
}

/** A write of every column, to be compiled and never to be run. */
const sqlOf = ({ table, idColumn }: TableShape, columns: ReadonlyArray<string>, verb: Verb): string => {
  const names = columns.map(quote)
  const where = `WHERE ${quote(idColumn)} = NULL`
  if (verb === "delete") return `DELETE FROM ${quote(table)} ${where}`
  if (verb === "update")
    return `UPDATE ${quote(table)} SET ${names.map((name) => `${name} = NULL`).join(", ")} ${where}`
  return `INSERT INTO ${quote(table)}(${names.join(", ")}) VALUES(${names.map(() => "NULL").join(", ")})`
}

/** What a write lacks: also a table or column that a trigger names and that is gone. */
const lackOfWrite = (error: unknown): Lack | undefined => {
  const known = lackOf(error)
  if (known !== undefined || !(error instanceof Error)) return known
  const [, kind, name] = /^no such (table|column): (.*)$/s.exec(error.message) ?? []
  return kind === undefined || name === undefined
    ? undefined
    : { needs: `the ${kind} ${name}`, name: name.split(".").at(-1) ?? name }
}

/** Parts of the app's schema that speak of a name; all that can be said of what SQLite does not place. */
const partsWith = (db: Database, name: string): ReadonlyArray<string> =>
  name === ""
    ? []
    : db
        .rows<[string, string]>(
          "SELECT type, name FROM sqlite_schema WHERE instr(lower(sql), lower(?)) > 0 ORDER BY type, name LIMIT 20",
          name
        )
        .map(([type, part]) => `${type} ${part}`)

/** The error of a statement that cannot be compiled here; what is something else stays what it is. */
export const needsApp = (db: Database, error: unknown): unknown => {
  const lack = lackOfWrite(error)
  return lack === undefined
    ? error
    : new NeedsApp({ path: db.path, needs: lack.needs, parts: partsWith(db, lack.name) })
}

/** Why a write cannot be compiled here; `undefined` when it can. What SQLite says is all that can be said of some. */
const lackToCompile = (db: Database, sql: string): Lack | undefined => {
  try {
    db.handle.prepare(sql)
    return undefined
  } catch (error) {
    const lack = lackOfWrite(error)
    if (lack !== undefined) return lack
    if (!(error instanceof Error) || errorCode(error) !== "SQLITE_ERROR") throw error
    return { needs: `what its schema asks for (${error.message})`, name: "" }
  }
}

/** What cannot be written to this table here; empty where everything can. */
export const limitsOf = (
  db: Database,
  shape: TableShape,
  columns: ReadonlyArray<string>
): ReadonlyArray<AppLimit> => {
  const found = new Map<string, { readonly lack: Lack; readonly cannot: Array<Verb> }>()
  for (const verb of verbs) {
    const lack = lackToCompile(db, sqlOf(shape, columns, verb))
    if (lack === undefined) continue
    const known = found.get(lack.needs) ?? { lack, cannot: [] }
    known.cannot.push(verb)
    found.set(lack.needs, known)
  }
  return [...found.values()].map(({ lack, cannot }) => ({
    table: shape.table,
    cannot,
    needs: lack.needs,
    parts: partsWith(db, lack.name)
  }))
}

const program = "-- TRIGGER "

/** The app's triggers that such a write may run, those that these run in turn included. */
export const triggersOf = (
  db: Database,
  shape: TableShape,
  columns: ReadonlyArray<string>,
  verb: Verb
): ReadonlyArray<string> => {
  const steps = db.handle
    .prepare<[], { readonly p4: unknown }>(`EXPLAIN ${sqlOf(shape, columns, verb)}`)
    .all()
  const names = steps.flatMap(({ p4 }) =>
    typeof p4 === "string" && p4.startsWith(program) ? [p4.slice(program.length)] : []
  )
  return [...new Set(names)].filter((name) => !ownTriggers.has(name))
}
