/** Whether what has the names of our own tables is ours: others may have put views, triggers or other tables there. */
import { UnsafeDatabase } from "@white-room/core"
import type { Database } from "./Database.js"
import { ownNames, ownSchema, ownTables, setAsideSchema } from "./Schema.js"
import { computes, definedBy, definedByRow, type SchemaRow } from "./SchemaText.js"

/** Texts that differ in white space alone define the same. */
const inOneLine = (sql: string): string => sql.replace(/\s+/g, " ").trim()

const ownTexts: ReadonlyMap<string, string> = new Map(
  `${ownSchema}${setAsideSchema};`
    .split(";")
    .map(inOneLine)
    .flatMap((sql) => {
      const name = definedBy(sql)?.name
      return name === undefined ? [] : [[name, sql]]
    })
)

/**
 * True for an index of ours as we make it, and for a table that has the name of one of ours and computes nothing: what is
 * damaged in it shows when it is read.
 */
export const isOwn = (row: SchemaRow): boolean => {
  if (row.sql === null || !ownNames.has(row.name)) return false
  if (ownTexts.get(row.name) === inOneLine(row.sql)) return true
  return definedByRow(row)?.type === "table" && ownTables.has(row.name) && !computes(row.sql)
}

const mentionsOwn = new RegExp([...ownNames].join("|"), "i")

/** Everything that a database defines. */
export const schemaOf = (db: Database): ReadonlyArray<SchemaRow> =>
  db
    .rows<[string, string, string | null]>("SELECT type, name, sql FROM sqlite_schema")
    .map(([type, name, sql]) => ({ type, name, sql }))

/** What is wrong with a row that may have to do with our tables. */
const faultOf = (row: SchemaRow): string | undefined => {
  const found = definedByRow(row)
  if (found === undefined) return `its schema has something under the name ${row.name} that is something else`
  const { type, name, on } = found
  if (ownTables.has(name.toLowerCase()) && type !== "index")
    return isOwn(row) ? undefined : `its ${name} is not a table that White Room makes`
  return type === "trigger" && ownTables.has(on?.toLowerCase() ?? "")
    ? `it has a trigger ${name} on ${on}, where White Room makes none`
    : undefined
}

/**
 * Looks at a library before anything in it is used: what is defined on our own tables would run whenever they are
 * written, and could never end. An app has no business there.
 * @throws UnsafeDatabase
 */
export const checkOwnSchema = (db: Database, path: string): void => {
  for (const row of schemaOf(db)) {
    const fault = mentionsOwn.test(row.sql ?? "") ? faultOf(row) : undefined
    if (fault !== undefined) throw new UnsafeDatabase({ path, reason: fault })
  }
}
