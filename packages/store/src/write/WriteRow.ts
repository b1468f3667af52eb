/** Writing one live row, inside a write transaction; what the log says of it is up to the caller. */
import {
  changedInRecord,
  type EntityKey,
  type EntityState,
  type ExpectedVersion,
  errorCode,
  type Row
} from "@white-room/core"
import type { Verb } from "../live/AppSchema.js"
import { requireTable } from "../live/LiveTable.js"
import { hasAppTriggers } from "../live/Triggers.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { appRefusal, refusalOf } from "./AppRefusals.js"

/** One entity to bring to a record. */
export interface EntityWrite extends EntityKey {
  readonly record: Uint8Array | null
  /** The cells of these columns; asked for before anything is written, so that unreadable ones do no harm. */
  readonly cells: (columns: ReadonlyArray<string> | "all") => Row
  readonly expected?: ExpectedVersion | undefined
  /** Its state in the log, where that is known. */
  readonly state?: EntityState | undefined
}

/** A row of that key is there, which the log does not know. */
const isKeyConflict = (error: unknown, table: string): boolean =>
  error instanceof Error &&
  errorCode(error).startsWith("SQLITE_CONSTRAINT_PRIMARYKEY") &&
  error.message.includes(` ${table}.`)

/** The cells that must be written to take the live row from one record to another. */
export const cellsToWrite = (write: EntityWrite, before: Uint8Array | undefined): Row => {
  if (write.record === null) return new Map()
  if (before === undefined) return write.cells("all")
  const changed = changedInRecord(write.kind, before, write.record)
  const cells = write.cells(changed)
  return new Map(
    changed.flatMap((column) => (cells.has(column) ? [[column, cells.get(column) ?? null] as const] : []))
  )
}

/** What brings an entity from its state to the record. */
export const verbOf = (write: EntityWrite, state: EntityState): Verb =>
  write.record === null ? "delete" : state.record === undefined ? "insert" : "update"

/** Writes the live row, unless other tables of the app refer to it as it is; `Moved` when it is not what the log says. @throws AppRefused | NeedsApp */
export const writeRow = (
  session: Session,
  write: EntityWrite,
  state: EntityState,
  cells: Row
): Moved | undefined => {
  const { kind, id, record } = write
  const table = requireTable(session.tables, kind)
  const verb = verbOf(write, state)
  const changed = verb === "delete" ? undefined : [...cells.keys()]
  const held = verb === "insert" ? undefined : table.references.heldBy(id, changed)
  if (held !== undefined) throw appRefusal(session, write, record ?? state.record, verb, held)
  let written: boolean
  try {
    if (verb === "delete") written = table.delete(id)
    else written = verb === "insert" ? table.insert(cells) : table.update(id, cells)
  } catch (error) {
    if (verb === "insert" && isKeyConflict(error, table.definition.table)) return Moved.row(write)
    throw refusalOf(session, write, record ?? state.record, verb, error)
  }
  if (written) return undefined
  const ignored = verb === "insert" || (hasAppTriggers(session.db) && table.has(id))
  if (ignored)
    throw appRefusal(session, write, record ?? state.record, verb, "it has SQLite ignore the write")
  return verb === "update" ? Moved.row(write) : undefined
}
