/** `undo`: takes back a restore, an import, a deletion or a forget, from what the log remembers; also an undo. */
import {
  BackupNotFound,
  decodeBackupRestored,
  decodeLibraryImported,
  decodeOperationUndone,
  type EntityKey,
  type EventType,
  encodeOperationUndone,
  encodeReason,
  equalBytes,
  InvalidInput,
  nameOfRecord,
  noPayload,
  type OnConflict,
  PlanOutdated,
  type RestorePlan,
  type RestoreResult,
  type TreeDifference
} from "@white-room/core"
import { backupById, recordBackupEvent } from "../backup/catalog.js"
import type { Operation, UndoOptions } from "../Library.js"
import type { Session } from "../library/Session.js"
import { captureAll, writeReconciled } from "../live/reconcile.js"
import { changedEntities, type EventWriter, payloadOf, readHead, stateOf } from "../log/events.js"
import { planDifferences } from "./plan.js"
import { applyPlan, resultOf, settle } from "./restore.js"

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
const findOperation = (session: Session, command: number | undefined): Operation => {
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

const sameRecord = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b)

/** Each entity of the operation: today's state and the one before it. Those edited since are told apart. */
const differencesOf = (session: Session, { before, after }: Operation) => {
  const clean: Array<TreeDifference> = []
  const edited: Array<TreeDifference> = []
  for (const { kind, id, record } of changedEntities(session.db, before, after)) {
    const now = stateOf(session.db, { kind, id }).record
    const difference = { kind, id, before: now, after: stateOf(session.db, { kind, id }, before).record }
    if (sameRecord(now, difference.after)) continue
    const untouched = sameRecord(now, record ?? undefined)
    ;(untouched ? clean : edited).push(difference)
  }
  return { clean, edited }
}

/** Untouched entities go back; those with later edits keep them, unless told otherwise. */
const planUndo = (session: Session, operation: Operation, onConflict: OnConflict): RestorePlan => {
  const { clean, edited } = differencesOf(session, operation)
  const facts = {
    scope: clean.length + edited.length,
    label: "undo",
    base: (key: EntityKey) => stateOf(session.db, key, operation.after).record
  }
  const back = planDifferences(
    session,
    clean,
    { mode: "exact" },
    { ...facts, named: false, scope: clean.length }
  )
  const mode = onConflict === "replace" ? "exact" : "merge"
  const kept = planDifferences(
    session,
    edited,
    { mode, onConflict },
    { ...facts, named: false, scope: edited.length }
  )
  const counts = {
    create: back.counts.create + kept.counts.create,
    update: back.counts.update + kept.counts.update,
    delete: back.counts.delete + kept.counts.delete,
    keep: back.counts.keep + kept.counts.keep,
    unchanged: back.counts.unchanged + kept.counts.unchanged
  }
  const objects = [...back.objects, ...kept.objects]
  return {
    mode: "exact",
    items: [...back.items, ...kept.items],
    counts,
    conflicts: onConflict === "replace" ? 0 : kept.conflicts,
    objects
  }
}

/** Backups that the operation changed come back out of the trash, or go into it again; imported ones go into it. */
const flipBackups = (
  session: Session,
  writer: EventWriter,
  { before, after }: Operation,
  now: number
): void => {
  const rows = session.db.rows<[string, EventType]>(
    `SELECT entity_id, type FROM event_log WHERE position > ? AND position <= ? AND subject = 4
     AND type IN ('BackupForgotten', 'BackupUndeleted', 'BackupTaken')`,
    before,
    after
  )
  for (const [id, type] of rows) {
    const backup = backupById(session.db, id)
    if (backup === undefined) throw new BackupNotFound({ backup: id })
    const opposite = type === "BackupForgotten" ? "BackupUndeleted" : "BackupForgotten"
    if ((backup.forgottenAt !== undefined) === (opposite === "BackupForgotten")) continue
    const payload = opposite === "BackupForgotten" ? encodeReason("") : noPayload
    recordBackupEvent(session.db, writer, id, { type: opposite, payload, recordedAt: now })
  }
}

/** The plan of an undo; writes nothing but what capture would. */
export const plannedUndo = (session: Session, options: UndoOptions, now: number) => {
  if (!session.readonly) captureAll(session, now)
  const operation = findOperation(session, options.command)
  return { operation, plan: planUndo(session, operation, options.onConflict ?? "keep") }
}

/** Takes an operation back in one transaction. Needs no safety backup: the log has everything, and it can be undone. */
export const undo = (
  session: Session,
  options: UndoOptions,
  now: number
): RestoreResult & { readonly operation: Operation } => {
  session.requireWritable()
  let undone: Operation | undefined
  const result = settle(
    () => ({ ...plannedUndo(session, options, now), position: readHead(session.db).position }),
    ({ operation, plan, position }) => {
      undone = operation
      const mark = (writer: EventWriter, before: number) => {
        flipBackups(session, writer, operation, now)
        const payload = encodeOperationUndone({ command: operation.command, before, after: writer.position })
        writer.mark("library", "", { type: "OperationUndone", payload })
      }
      const applied = writeReconciled(session, now, () => applyPlan(session, plan, position, mark, now))
      return resultOf(plan, { id: `@${operation.before}`, label: operation.description }, applied, undefined)
    }
  )
  if (undone === undefined) throw new PlanOutdated({ detail: "nothing was undone" })
  return { ...result, operation: undone }
}
