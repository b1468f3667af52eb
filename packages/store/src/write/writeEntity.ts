/** Writing entities inside a write transaction: the event and the live row together. */
import {
  changedInRecord,
  type DecidedEvent,
  decide,
  type EntityKey,
  type EntityState,
  type ExpectedVersion,
  errorCode,
  evolve,
  type Row
} from "@white-room/core"
import { requireTable } from "../live/LiveTable.js"
import { stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"

/** One entity to bring to a record. */
export interface EntityWrite extends EntityKey {
  readonly record: Uint8Array | null
  /** The cells of these columns; asked for before anything is written, so that unreadable ones do no harm. */
  readonly cells: (columns: ReadonlyArray<string> | "all") => Row
  readonly expected?: ExpectedVersion | undefined
  /** Its state in the log, where that is known. */
  readonly state?: EntityState | undefined
}

const isKeyConflict = (error: unknown): boolean => errorCode(error).startsWith("SQLITE_CONSTRAINT_PRIMARYKEY")

/** False when there is a row of that key, which the log does not know. */
const insertLive = (session: Session, key: EntityKey, row: Row): boolean => {
  try {
    requireTable(session.tables, key.kind).insert(row)
    return true
  } catch (error) {
    if (isKeyConflict(error)) return false
    throw error
  }
}

/** The cells that must be written to take the live row from one record to another. */
const cellsToWrite = (write: EntityWrite, before: Uint8Array | undefined): Row => {
  if (write.record === null) return new Map()
  if (before === undefined) return write.cells("all")
  const changed = changedInRecord(write.kind, before, write.record)
  const cells = write.cells(changed)
  return new Map(
    changed.flatMap((column) => (cells.has(column) ? [[column, cells.get(column) ?? null] as const] : []))
  )
}

/**
 * Decides, adds the event and writes the live row; `undefined` when the entity already was as wished, and `Moved` when
 * its live row is not what the log says.
 * The caller holds the write lock and has kept the objects; the writer's open command keeps the triggers quiet.
 * @throws VersionConflict
 */
export const writeEntity = (
  session: Session,
  writer: EventWriter,
  write: EntityWrite
): DecidedEvent | Moved | undefined => {
  const state = write.state ?? stateOf(session.db, write)
  const event = decide(write, state, write.record, write.expected)
  if (event === undefined) return undefined
  const cells = cellsToWrite(write, state.record)
  writer.add(write.kind, write.id, evolve(state, event).version, event)
  if (write.record === null) requireTable(session.tables, write.kind).delete(write.id)
  else {
    const isNew = state.record === undefined
    const written = isNew
      ? insertLive(session, write, cells)
      : requireTable(session.tables, write.kind).update(write.id, cells)
    if (!written) return Moved.row(write)
  }
  return event
}
