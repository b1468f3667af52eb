/** What of ours can be taken back. */
import {
  type BackupInfo,
  betweenBackups,
  decodeBackupRestored,
  decodeLibraryImported,
  decodeLineMerged,
  decodeOperationUndone,
  type EventType,
  eventTypes,
  InvalidInput,
  nameOfRecord
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { type EventOfCommand, ownEventsOf } from "../log/Commands.js"
import { versionsOf } from "../log/EntityEvents.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { beforeLog, namesIn } from "../state/BeforeLog.js"

/** Something of ours that can be taken back. */
export interface Operation {
  /** Its number, for `undo`. */
  readonly command: number
  /** By which it was asked for: see `RestoreCommand`. */
  readonly commandId: string
  readonly what: "restore" | "import" | "delete" | "forget" | "pull" | "undo"
  readonly description: string
  readonly actor: string
  readonly timestamp: Date
  /** Positions before its first and after its last event. */
  readonly before: number
  readonly after: number
}

/** The event types that make their command one that can be taken back; the last one of a command describes it. */
const whatOf: Partial<Record<EventType, Operation["what"]>> = {
  SongDeleted: "delete",
  PerformanceDeleted: "delete",
  PreferencesDeleted: "delete",
  BackupForgotten: "forget",
  LibraryImported: "import",
  BackupRestored: "restore",
  LineMerged: "pull",
  OperationUndone: "undo"
}

const undoable = eventTypes.filter((type) => type in whatOf)

/** A command that can be taken back: the last of the events that make it so, and how many of them it has. */
interface Undoable extends EventOfCommand {
  readonly count: number
}

/** What was restored of an imported backup: one song by itself is told with what is known of when it was made. */
const describeRestored = (session: Session, backup: BackupInfo, payload: Uint8Array): string => {
  const { before, after } = decodeBackupRestored(payload)
  const changed = backup.trigger === "imported" ? changedEntities(session.db, before, after) : []
  const [only] = changed.length === 1 ? changed : []
  if (only === undefined) return `b${backup.number}`
  const firstEvent = versionsOf(session.db, only)[0]?.recordedAt
  const old = beforeLog(session, only, firstEvent).versions.findLast(({ firstIn = backup, value }) => {
    return value !== undefined && firstIn.timestamp <= backup.timestamp
  })
  if (old?.value === undefined) return `b${backup.number}`
  return `${nameOfRecord(only.kind, old.value) || only.id} as it was ${betweenBackups(namesIn(old))}`
}

const describe = (session: Session, { type, id, payload, first, count }: Undoable): string => {
  const more = count > 1 ? ` and ${count - 1} more` : ""
  if (type === "LibraryImported") return `import of ${decodeLibraryImported(payload).source}`
  if (type === "LineMerged") return `pull from ${decodeLineMerged(payload).device}`
  if (type === "BackupRestored") {
    const backup = backupById(session.db, id)
    return `restore of ${backup ? describeRestored(session, backup, payload) : id}`
  }
  if (type === "BackupForgotten") {
    const backup = backupById(session.db, id)
    return `forget ${backup ? `b${backup.number}` : id}${more}`
  }
  const kind = type === "SongDeleted" ? "song" : type === "PerformanceDeleted" ? "performance" : "preferences"
  const { record } = stateOf(session.db, { kind, id }, first - 1)
  const name = record ? nameOfRecord(kind, record) : ""
  return `delete ${kind} ${name === "" ? id : name}${more}`
}

/** An undo is described by what it took back. */
const describeUndone = (
  session: Session,
  all: ReadonlyMap<number, Undoable>,
  operation: Undoable
): string => {
  if (operation.type !== "OperationUndone") return describe(session, operation)
  const { command } = decodeOperationUndone(operation.payload)
  const undone = all.get(command)
  return undone === undefined
    ? `undo of operation ${command}`
    : `undo of ${describeUndone(session, all, undone)}`
}

const rangeOf = ({ type, payload, first, last }: Undoable) => {
  if (type === "LibraryImported") return decodeLibraryImported(payload)
  if (type === "BackupRestored") return decodeBackupRestored(payload)
  if (type === "OperationUndone") return decodeOperationUndone(payload)
  return { before: first - 1, after: last }
}

/** Everything of ours that could ever be taken back, newest first, and whether it was. */
function* everyOperation(
  session: Session
): Generator<{ readonly operation: Operation; readonly isUndone: boolean }, void> {
  const all = new Map<number, Undoable>()
  for (const event of ownEventsOf(session.db, undoable)) {
    const last = all.get(event.command) ?? { ...event, count: 0 }
    all.set(event.command, { ...last, count: last.count + 1 })
  }
  const undone = new Set<number>()
  for (const found of all.values()) {
    const { command, commandId, type, payload, actor, recordedAt } = found
    const isUndone = undone.has(command)
    if (!isUndone && type === "OperationUndone") undone.add(decodeOperationUndone(payload).command)
    const what = whatOf[type]
    if (what === undefined) continue
    const { before, after } = rangeOf(found)
    const description = describeUndone(session, all, found)
    const timestamp = new Date(recordedAt)
    yield {
      operation: { command, commandId, what, description, actor, timestamp, before, after },
      isUndone
    }
  }
}

/**
 * What can be taken back, newest first: operations of ours that were not undone, or whose undo was undone. Changes
 * of other programs are edits, not operations.
 */
export const operations = (session: Session, limit = 50): ReadonlyArray<Operation> => {
  const found: Array<Operation> = []
  for (const { operation, isUndone } of everyOperation(session)) {
    if (isUndone) continue
    found.push(operation)
    if (found.length === limit) break
  }
  return found
}

/** The operation of a number, whether or not it was taken back; `undefined` when there is none. */
export const operationOf = (session: Session, command: number): Operation | undefined => {
  for (const { operation } of everyOperation(session)) if (operation.command === command) return operation
  return undefined
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
      reason: command === undefined ? "there is nothing to take back" : "it cannot be taken back"
    })
  return operation
}
