/** When an app's table does not take a row. */
import { AppRefused, type EntityKey, errorCode, nameOfRecord } from "@white-room/core"
import type { Verb } from "../live/AppSchema.js"
import { requireTable } from "../live/LiveTable.js"
import { stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"

const label = ({ kind, id }: EntityKey, record: Uint8Array | null | undefined): string => {
  const name = record ? nameOfRecord(kind, record) : ""
  return `${kind} ${name === "" ? id : `${name} (${id})`}`
}

/** The error that says that the app's table does not take a row, and which triggers may have seen to it. */
export const appRefusal = (
  session: Session,
  key: EntityKey,
  record: Uint8Array | null | undefined,
  verb: Verb,
  reason: string
): AppRefused => {
  const table = requireTable(session.tables, key.kind)
  const triggers = table.triggersOf(verb)
  return new AppRefused({ what: label(key, record), table: table.definition.table, triggers, reason })
}

/** A trigger that says so, or runs into a constraint of another table. */
const isOfTrigger = (code: string, message: string, table: string): boolean =>
  code === "SQLITE_CONSTRAINT_TRIGGER" ||
  (/^SQLITE_CONSTRAINT_(?:UNIQUE|NOTNULL|PRIMARYKEY|ROWID)/.test(code) && !message.includes(` ${table}.`)) ||
  (code === "SQLITE_ERROR" && message.includes("trigger recursion"))

/** True for a row that has in an index of the app what another row has: when that one was written, it may be taken. */
export const isTaken = (error: unknown): boolean =>
  error instanceof AppRefused && error.triggers.length === 0 && error.reason.startsWith("UNIQUE ")

/** What SQLite threw when it wrote a row, as what a trigger or rule of the app is to blame for; else as it was. */
export const refusalOf = (
  session: Session,
  key: EntityKey,
  record: Uint8Array | null | undefined,
  verb: Verb,
  error: unknown
): unknown => {
  if (!(error instanceof Error)) return error
  const { table } = requireTable(session.tables, key.kind).definition
  const code = errorCode(error)
  if (isOfTrigger(code, error.message, table)) return appRefusal(session, key, record, verb, error.message)
  return code === "SQLITE_CONSTRAINT_CHECK" || code === "SQLITE_CONSTRAINT_UNIQUE"
    ? new AppRefused({ what: label(key, record), table, triggers: [], reason: error.message })
    : error
}

/** @throws AppRefused where a row of another table of the app refers to one of these */
export const requireDeletable = (session: Session, keys: ReadonlyArray<EntityKey>): void => {
  for (const key of keys) {
    const held = requireTable(session.tables, key.kind).references.heldBy(key.id)
    if (held !== undefined) throw appRefusal(session, key, stateOf(session.db, key).record, "delete", held)
  }
}
