/** `undo`: takes back a restore, an import, a deletion or a forget, from what the log remembers; also an undo. */
import {
  BackupNotFound,
  type EntityKey,
  type EventType,
  encodeOperationUndone,
  equalBytes,
  noPayload,
  type OnConflict,
  type RestorePlan,
  type RestoreResult,
  type TreeDifference
} from "@white-room/core"
import { backupById, recordBackupEvent } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import { prepareAndCommit } from "../capture/Commit.js"
import { changedEntities, readHead, stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { applyPlan, resultOf } from "./ApplyPlan.js"
import { findOperation, type Operation } from "./Operations.js"
import { planDifferences } from "./PlanFrom.js"

export interface UndoOptions {
  /** Number of the command, as `operations` lists it. Default: the newest that is no undo. */
  readonly command?: number
  /** What happens to entities that were edited since. Default: their edits stay. */
  readonly onConflict?: OnConflict
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
    const payload = opposite === "BackupForgotten" ? new Uint8Array([0]) : noPayload
    recordBackupEvent(session.db, writer, id, { type: opposite, payload, recordedAt: now })
  }
}

/** The plan of an undo; writes nothing but what capture would. */
export const plannedUndo = (session: Session, options: UndoOptions, now: number) => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    const operation = findOperation(session, options.command)
    const plan = planUndo(session, operation, options.onConflict ?? "keep")
    return { operation, plan, position: readHead(session.db).position }
  })
}

/** Takes an operation back in one transaction. Needs no safety backup: the log has everything, and it can be undone. */
export const undo = (
  session: Session,
  options: UndoOptions,
  now: number
): RestoreResult & { readonly operation: Operation } => {
  session.requireWritable()
  return prepareAndCommit(
    session,
    { now },
    () => plannedUndo(session, options, now),
    (tx, { operation, plan, position }) => {
      const mark = (writer: EventWriter, before: number) => {
        flipBackups(session, writer, operation, now)
        const payload = encodeOperationUndone({ command: operation.command, before, after: writer.position })
        writer.mark("library", "", { type: "OperationUndone", payload })
      }
      const applied = applyPlan(tx, plan, position, mark)
      if (applied instanceof Moved) return applied
      const origin = { id: `@${operation.before}`, label: operation.description }
      return { ...resultOf(plan, origin, applied, undefined), operation }
    }
  )
}
