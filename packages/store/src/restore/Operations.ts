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
  type Kind,
  nameOfRecord
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { type EventOfCommand, ownEventsOf } from "../log/Commands.js"
import { versionsOf } from "../log/EntityEvents.js"
import { changedEntities, stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { beforeLog, namesIn } from "../state/BeforeLog.js"

/** What was done, for those who say it in words of their own. */
interface Deed {
  /** `undo` only where what it took back is not known. */
  readonly what: "restore" | "import" | "delete" | "forget" | "pull" | "undo"
  /** How often it was taken back, and that taken back: 1 is an undo of it. */
  readonly undone: number
  /** What of: a backup or a name that was restored, the source of an import, a device, what was deleted or forgotten. */
  readonly of: string
  /** Of what was deleted. */
  readonly kind?: Kind | undefined
  /** So many others were deleted or forgotten with it. */
  readonly more: number
  /** Of a song by its name that was restored from before the log: see `betweenBackups`. */
  readonly firstIn?: string | undefined
  readonly notIn?: string | undefined
}

/** Something of ours that can be taken back. */
export interface Operation {
  /** Its number, for `undo`. */
  readonly command: number
  /** By which it was asked for: see `RestoreCommand`. */
  readonly commandId: string
  readonly what: "restore" | "import" | "delete" | "forget" | "pull" | "undo"
  /** In English. */
  readonly description: string
  readonly deed: Deed
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
const restoredOf = (
  session: Session,
  backup: BackupInfo,
  payload: Uint8Array
): Pick<Deed, "of" | "firstIn" | "notIn"> => {
  const { before, after } = decodeBackupRestored(payload)
  const changed = backup.trigger === "imported" ? changedEntities(session.db, before, after) : []
  const [only] = changed.length === 1 ? changed : []
  if (only === undefined) return { of: `b${backup.number}` }
  const firstEvent = versionsOf(session.db, only)[0]?.recordedAt
  const old = beforeLog(session, only, firstEvent).versions.findLast(({ firstIn = backup, value }) => {
    return value !== undefined && firstIn.timestamp <= backup.timestamp
  })
  if (old?.value === undefined) return { of: `b${backup.number}` }
  return { of: nameOfRecord(only.kind, old.value) || only.id, ...namesIn(old) }
}

const deedOf = (session: Session, { type, id, payload, first, count }: Undoable): Deed => {
  const [undone, more] = [0, count - 1]
  if (type === "LibraryImported")
    return { what: "import", undone, of: decodeLibraryImported(payload).source, more: 0 }
  if (type === "LineMerged") return { what: "pull", undone, of: decodeLineMerged(payload).device, more: 0 }
  if (type === "BackupRestored") {
    const backup = backupById(session.db, id)
    const restored = backup ? restoredOf(session, backup, payload) : { of: id }
    return { what: "restore", undone, ...restored, more: 0 }
  }
  if (type === "BackupForgotten") {
    const backup = backupById(session.db, id)
    return { what: "forget", undone, of: backup ? `b${backup.number}` : id, more }
  }
  const kind = type === "SongDeleted" ? "song" : type === "PerformanceDeleted" ? "performance" : "preferences"
  const { record } = stateOf(session.db, { kind, id }, first - 1)
  const name = record ? nameOfRecord(kind, record) : ""
  return { what: "delete", undone, of: name === "" ? id : name, kind, more }
}

/** An undo is told by what it took back. */
const deedBehind = (session: Session, all: ReadonlyMap<number, Undoable>, operation: Undoable): Deed => {
  if (operation.type !== "OperationUndone") return deedOf(session, operation)
  const { command } = decodeOperationUndone(operation.payload)
  const found = all.get(command)
  if (found === undefined) return { what: "undo", undone: 0, of: String(command), more: 0 }
  const deed = deedBehind(session, all, found)
  return { ...deed, undone: deed.undone + 1 }
}

const describe = (deed: Deed): string => {
  const { what, undone, of, kind, more } = deed
  const between = betweenBackups(deed)
  const said: Readonly<Record<Deed["what"], string>> = {
    restore: `restore of ${of}${between === undefined ? "" : ` as it was ${between}`}`,
    import: `import of ${of}`,
    delete: `delete ${kind} ${of}`,
    forget: `forget ${of}`,
    pull: `pull from ${of}`,
    undo: `undo of operation ${of}`
  }
  return `${"undo of ".repeat(undone)}${said[what]}${more > 0 ? ` and ${more} more` : ""}`
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
    const deed = deedBehind(session, all, found)
    const timestamp = new Date(recordedAt)
    yield {
      operation: {
        ...{ command, commandId, what, description: describe(deed), deed },
        ...{ actor, timestamp, before, after }
      },
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
