/** Writing entities inside a write transaction: the event and the live row together. */
import {
  changedColumns,
  type Cell,
  decide,
  decodeRecord,
  type EntityKey,
  evolve,
  type ExpectedVersion,
  malformed,
  type Row
} from "@white-room/core"
import type { Session } from "../library/Session.js"
import type { LiveTable } from "../live/LiveTable.js"
import { LiveRowMoved } from "../live/reconcile.js"
import { type EventWriter, stateOf } from "./events.js"

/** One entity to bring to a record. `row` is asked for only when live columns must be written. */
export interface EntityWrite extends EntityKey {
  readonly record: Uint8Array | null
  readonly row: () => Row
  readonly expected?: ExpectedVersion
}

const liveTable = (session: Session, key: EntityKey): LiveTable => {
  const table = session.tables[key.kind]
  if (table === undefined) throw malformed("library", `the app removed its table of ${key.kind}s`)
  return table
}

const isKeyConflict = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CONSTRAINT_PRIMARYKEY")

const insertLive = (session: Session, write: EntityWrite): void => {
  try {
    liveTable(session, write).insert(write.row())
  } catch (error) {
    if (isKeyConflict(error)) throw new LiveRowMoved(write)
    throw error
  }
}

const updateLive = (session: Session, write: EntityWrite, before: Uint8Array, after: Uint8Array): void => {
  const row = write.row()
  const changed = changedColumns(decodeRecord(write.kind, before), decodeRecord(write.kind, after))
  const cells = new Map<string, Cell>()
  for (const column of changed) {
    const cell = row.get(column)
    if (cell !== undefined) cells.set(column, cell)
  }
  if (!liveTable(session, write).update(write.id, cells)) throw new LiveRowMoved(write)
}

/**
 * Decides, adds the event and writes the live row. Returns false when the entity already was as wished.
 * The caller holds the write lock and has kept the objects; the writer's open command keeps the triggers quiet. @throws VersionConflict
 */
export const writeEntity = (session: Session, writer: EventWriter, write: EntityWrite): boolean => {
  const state = stateOf(session.db, write)
  const event = decide(write, state, write.record, write.expected)
  if (event === undefined) return false
  writer.add(write.kind, write.id, evolve(state, event).version, event)
  if (write.record === null) liveTable(session, write).delete(write.id)
  else if (state.record === undefined) insertLive(session, write)
  else updateLive(session, write, state.record, write.record)
  return true
}
