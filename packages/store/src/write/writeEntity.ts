/** Writing entities inside a write transaction: the event and the live row together. */
import {
  changedInRecord,
  type DecidedEvent,
  decide,
  type EntityKey,
  type EntityState,
  type ExpectedVersion,
  encodeRecord,
  errorCode,
  evolve,
  type Row
} from "@white-room/core"
import type { Verb } from "../live/AppSchema.js"
import { requireTable } from "../live/LiveTable.js"
import { hasAppTriggers } from "../live/Triggers.js"
import { stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { sha256 } from "../object/Compression.js"
import { keepLoose } from "../object/Objects.js"
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
const cellsToWrite = (write: EntityWrite, before: Uint8Array | undefined): Row => {
  if (write.record === null) return new Map()
  if (before === undefined) return write.cells("all")
  const changed = changedInRecord(write.kind, before, write.record)
  const cells = write.cells(changed)
  return new Map(
    changed.flatMap((column) => (cells.has(column) ? [[column, cells.get(column) ?? null] as const] : []))
  )
}

const verbOf = (write: EntityWrite, state: EntityState): Verb =>
  write.record === null ? "delete" : state.record === undefined ? "insert" : "update"

/** Writes the live row; `Moved` when it is not what the log says. @throws AppRefused | NeedsApp */
const writeLive = (
  session: Session,
  write: EntityWrite,
  state: EntityState,
  cells: Row
): Moved | undefined => {
  const { kind, id, record } = write
  const table = requireTable(session.tables, kind)
  const verb = verbOf(write, state)
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

/**
 * The event for what is there now, which is what is committed; none when they left everything as
 * it was. @throws AppRefused when the row is gone, or still there
 */
const eventOfFound = (session: Session, write: EntityWrite, state: EntityState): DecidedEvent | undefined => {
  const { kind, id, record } = write
  const row = requireTable(session.tables, kind).get(id)
  if ((row === undefined) !== (record === null)) {
    const reason = record === null ? "it is still there" : "it is gone again"
    throw appRefusal(session, write, record ?? state.record, verbOf(write, state), reason)
  }
  if (row === undefined) return decide(write, state, null)
  const found = encodeRecord(kind, row, sha256)
  keepLoose(session.db, found.objects)
  return decide(write, state, found.record)
}

/**
 * Decides, writes the live row and adds the event; `undefined` when the entity is as it was before, and `Moved` when
 * its live row is not what the log says. The event says what the app's triggers and columns made of the row.
 * The caller holds the write lock and has kept the objects; the writer's open command keeps the triggers quiet.
 * @throws VersionConflict | AppRefused | NeedsApp
 */
export const writeEntity = (
  session: Session,
  writer: EventWriter,
  write: EntityWrite
): DecidedEvent | Moved | undefined => {
  const state = write.state ?? stateOf(session.db, write)
  const wished = decide(write, state, write.record, write.expected)
  if (wished === undefined) return undefined
  const cells = cellsToWrite(write, state.record)
  const moved = writeLive(session, write, state, cells)
  if (moved !== undefined) return moved
  const altered = requireTable(session.tables, write.kind).mayAlter(cells)
  const event = altered ? eventOfFound(session, write, state) : wished
  if (event !== undefined) writer.add(write.kind, write.id, evolve(state, event).version, event)
  return event
}
