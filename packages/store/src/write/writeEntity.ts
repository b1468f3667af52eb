/** Writing entities inside a write transaction: the event and the live row together. */
import { type DecidedEvent, decide, type EntityState, encodeRecord, evolve } from "@white-room/core"
import { requireTable } from "../live/LiveTable.js"
import { stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { sha256 } from "../object/Compression.js"
import { keepLoose } from "../object/Objects.js"
import type { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { appRefusal } from "./AppRefusals.js"
import { cellsToWrite, type EntityWrite, verbOf, writeRow } from "./WriteRow.js"

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
  const moved = writeRow(session, write, state, cells)
  if (moved !== undefined) return moved
  const altered = writer.runsAppTriggers || requireTable(session.tables, write.kind).mayAlter(cells)
  const event = altered ? eventOfFound(session, write, state) : wished
  if (event !== undefined) writer.add(write.kind, write.id, evolve(state, event).version, event)
  return event
}
