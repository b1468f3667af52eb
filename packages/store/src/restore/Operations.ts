/** What of ours can be taken back. */
import {
  decodeBackupRestored,
  decodeLibraryImported,
  decodeOperationUndone,
  type EventType,
  InvalidInput,
  nameOfRecord
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { payloadOf, stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"

/** Something of ours that can be taken back. */
export interface Operation {
  /** Its number, for `undo`. */
  readonly command: number
  readonly what: "restore" | "import" | "delete" | "forget" | "undo"
  readonly description: string
  readonly actor: string
  readonly timestamp: Date
  /** Positions before its first and after its last event. */
  readonly before: number
  readonly after: number
}

type OperationRow = [number, EventType, string, Uint8Array, number, number, string, number]

/** The event types that make their command one that can be taken back; the last one of a command describes it. */
const undoable = [
  "SongDeleted",
  "PerformanceDeleted",
  "PreferencesDeleted",
  "BackupForgotten",
  "LibraryImported",
  "BackupRestored",
  "OperationUndone"
] as const

const whatOf: Partial<Record<EventType, Operation["what"]>> = {
  SongDeleted: "delete",
  PerformanceDeleted: "delete",
  PreferencesDeleted: "delete",
  BackupForgotten: "forget",
  LibraryImported: "import",
  BackupRestored: "restore",
  OperationUndone: "undo"
}

const describe = (
  session: Session,
  type: EventType,
  id: string,
  payload: Uint8Array,
  before: number,
  count: number
): string => {
  const more = count > 1 ? ` and ${count - 1} more` : ""
  if (type === "LibraryImported") return `import of ${decodeLibraryImported(payload).source}`
  if (type === "BackupRestored") {
    const backup = backupById(session.db, id)
    return `restore of ${backup ? `b${backup.number}` : id}`
  }
  if (type === "BackupForgotten") {
    const backup = backupById(session.db, id)
    return `forget ${backup ? `b${backup.number}` : id}${more}`
  }
  const kind = type === "SongDeleted" ? "song" : type === "PerformanceDeleted" ? "performance" : "preferences"
  const { record } = stateOf(session.db, { kind, id }, before)
  const name = record ? nameOfRecord(kind, record) : ""
  return `delete ${kind} ${name === "" ? id : name}${more}`
}

/** An undo is described by what it took back. */
const describeUndone = (
  session: Session,
  operations: ReadonlyMap<number, { readonly row: OperationRow; readonly count: number }>,
  [, type, id, payload]: OperationRow,
  before: number,
  count: number
): string => {
  if (type !== "OperationUndone") return describe(session, type, id, payload, before, count)
  const { command } = decodeOperationUndone(payload)
  const undone = operations.get(command)
  if (undone === undefined) return `undo of operation ${command}`
  const { before: from } = rangeOf(undone.row[1], undone.row[3], undone.row[4], undone.row[5])
  return `undo of ${describeUndone(session, operations, undone.row, from, undone.count)}`
}

const rangeOf = (type: EventType, payload: Uint8Array, first: number, last: number) => {
  if (type === "LibraryImported") return decodeLibraryImported(payload)
  if (type === "BackupRestored") return decodeBackupRestored(payload)
  if (type === "OperationUndone") return decodeOperationUndone(payload)
  return { before: first - 1, after: last }
}

/**
 * What can be taken back, newest first: operations of ours that were not undone, or whose undo was undone. Changes
 * of other programs are edits, not operations.
 */
export const operations = (session: Session, limit = 50): ReadonlyArray<Operation> => {
  const stored = session.db.rows<[...OperationRow, number]>(
    `SELECT c.number, e.type, e.entity_id, e.payload, c.first_position, c.last_position, c.actor, c.recorded_at,
       e.schema FROM event_log e JOIN command c ON c.number = e.command
     WHERE e.type IN (${undoable.map(() => "?").join(", ")}) AND c.actor <> 'external' ORDER BY e.position DESC`,
    ...undoable
  )
  const byCommand = new Map<number, { row: OperationRow; count: number }>()
  for (const [number, type, id, payload, first, last, actor, time, schema] of stored) {
    const newest = payloadOf(session.db, type, schema, payload)
    const row: OperationRow = [number, type, id, newest, first, last, actor, time]
    const known = byCommand.get(row[0])
    if (known === undefined) byCommand.set(row[0], { row, count: 1 })
    else known.count++
  }
  const undone = new Set<number>()
  const found: Array<Operation> = []
  for (const { row, count } of byCommand.values()) {
    const [number, type, , payload, first, last, actor, recordedAt] = row
    if (undone.has(number)) continue
    if (type === "OperationUndone") undone.add(decodeOperationUndone(payload).command)
    const { before, after } = rangeOf(type, payload, first, last)
    const what = whatOf[type]
    if (what === undefined) continue
    const description = describeUndone(session, byCommand, row, before, count)
    found.push({ command: number, what, description, actor, timestamp: new Date(recordedAt), before, after })
    if (found.length === limit) break
  }
  return found
}

/** @throws InvalidInput when nothing of that number can be undone */
export const findOperation = (session: Session, command: number | undefined): Operation => {
  const list = operations(session, Number.POSITIVE_INFINITY)
  // Undoing twice goes back twice; an undo is taken back by its number.
  const operation = list.find((candidate) =>
    command === undefined ? candidate.what !== "undo" : candidate.command === command
  )
  if (operation === undefined)
    throw new InvalidInput({
      field: command === undefined ? "undo" : `operation ${command}`,
      reason: command === undefined ? "there is nothing to take back" : "it is none that can be taken back"
    })
  return operation
}
