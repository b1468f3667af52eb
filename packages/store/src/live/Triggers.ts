/** The capture triggers: they note which entity another program wrote, and never make its write fail. */
import { type Kind, kindCode, kinds, liveTables } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { noCommandOpen } from "../sqlite/Schema.js"

/**
 * No function is called here, not even for the time: SQLite would open a statement journal for every insert that
 * might fire the trigger, which costs more than the insert (ADR 4). The time of a captured change is an interval.
 */
const note = (kind: Kind, row: "NEW" | "OLD"): string =>
  `INSERT INTO external_changes(kind, id) VALUES (${kindCode(kind)}, ${row}."${liveTables[kind].idColumn}");`

const trigger = (
  kind: Kind,
  verb: "INSERT" | "UPDATE" | "DELETE"
): { readonly name: string; readonly sql: string } => {
  const name = `white_room_${liveTables[kind].table}_${verb.toLowerCase()}`
  const rows = verb === "UPDATE" ? (["OLD", "NEW"] as const) : ([verb === "INSERT" ? "NEW" : "OLD"] as const)
  const body = rows.map((row) => note(kind, row)).join(" ")
  return {
    name,
    sql: `CREATE TRIGGER ${name} AFTER ${verb} ON ${liveTables[kind].table} WHEN ${noCommandOpen} BEGIN ${body} END`
  }
}

const triggers = kinds.flatMap((kind) =>
  (["INSERT", "UPDATE", "DELETE"] as const).map((verb) => ({ kind, ...trigger(kind, verb) }))
)

export const ownTriggers: ReadonlySet<string> = new Set(triggers.map(({ name }) => name))
/** The triggers as they are, where their tables are. */
export const triggerTexts: ReadonlyArray<{ readonly name: string; readonly sql: string }> = triggers.map(
  ({ name, sql }) => ({ name, sql })
)

const findAppTriggers = (db: Database): boolean => {
  const places = triggers.map(() => "?").join(", ")
  const sql = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name NOT IN (${places}) LIMIT 1`
  return db.row(sql, ...triggers.map(({ name }) => name)) !== undefined
}

/** True when triggers of the app may change rows of their own whenever a row is written. */
export const hasAppTriggers = (db: Database): boolean => db.perSchema(findAppTriggers)

interface BrokenTrigger {
  readonly name: string
  readonly sql: string
  /** False when there is none of that name. */
  readonly present: boolean
}

/** Our triggers that are missing or have another text, where their tables are. */
export const brokenTriggers = (db: Database): ReadonlyArray<BrokenTrigger> => {
  const installed = new Map(
    db.rows<[string, string]>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'white_room_%'"
    )
  )
  const tables = new Set(
    db
      .rows<[string]>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
      .map(([name]) => name)
  )
  return triggers.flatMap(({ kind, name, sql }) =>
    !tables.has(liveTables[kind].table) || installed.get(name) === sql
      ? []
      : [{ name, sql, present: installed.has(name) }]
  )
}

/** Installs the triggers that are missing or differ; returns how many that were. */
export const installTriggers = (db: Database): number => {
  const broken = brokenTriggers(db)
  for (const { name, sql, present } of broken) {
    if (present) db.exec(`DROP TRIGGER ${name}`)
    db.exec(sql)
  }
  return broken.length
}
