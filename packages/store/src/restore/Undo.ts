/** `undo`: takes back a restore, an import, a deletion or a forget, from what the log remembers; also an undo. */
import {
  BackupNotFound,
  encodeOperationUndone,
  encodeReason,
  equalBytes,
  noPayload,
  type OnConflict,
  planOf,
  type RestoreCommand,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult,
  type TreeDifference
} from "@white-room/core"
import { backupById, recordBackupEvent } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import { Done, prepareAndCommit } from "../capture/Commit.js"
import { changedEntities, readHead, stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { backupsMovedIn } from "../log/Markers.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { applyPlan, resultOf } from "./ApplyPlan.js"
import { findOperation, type Operation, operationOf } from "./Operations.js"
import { planDifferences } from "./PlanFrom.js"
import { type Asked, askedUndo, doneBefore, undoneBefore } from "./Repeated.js"

export interface UndoOptions extends RestoreCommand {
  /** Number of the command, as `operations` lists it. Default: the newest that is not an undo. */
  readonly command?: number
  /** What happens to entities that were edited or deleted since. Default: they stay as they are today. */
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
  const planned = (differences: ReadonlyArray<TreeDifference>, options: RestoreOptions) =>
    planDifferences(session, differences, options, {
      named: false,
      scope: differences.length,
      label: "undo",
      keepsDeletions: true,
      base: (key) => stateOf(session.db, key, operation.after).record
    })
  const back = planned(clean, { mode: "exact" })
  const kept = planned(edited, { mode: onConflict === "replace" ? "exact" : "merge", onConflict })
  const unchanged = back.counts.unchanged + kept.counts.unchanged
  const plan = planOf("exact", [...back.items, ...kept.items], unchanged, [...back.objects, ...kept.objects])
  return { ...plan, conflicts: onConflict === "replace" ? 0 : kept.conflicts }
}

/** Backups that the operation changed come back out of the trash, or go into it again; imported ones go into it. */
const flipBackups = (session: Session, writer: EventWriter, { before, after }: Operation): void => {
  for (const { backupId, type } of backupsMovedIn(session.db, before, after)) {
    const backup = backupById(session.db, backupId)
    if (backup === undefined) throw new BackupNotFound({ backup: backupId })
    const opposite = type === "BackupForgotten" ? "BackupUndeleted" : "BackupForgotten"
    if ((backup.forgottenAt !== undefined) === (opposite === "BackupForgotten")) continue
    const payload = opposite === "BackupForgotten" ? encodeReason("") : noPayload
    recordBackupEvent(session.db, writer, backupId, { type: opposite, payload })
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

/** What an undo did that was asked for before by its command. @throws CommandReused */
const repeatedUndo = (session: Session, asked: Asked) => {
  const result = doneBefore(session, asked)
  const command = asked.commandId === undefined ? undefined : undoneBefore(session, asked.commandId)
  const operation = command === undefined ? undefined : operationOf(session, command)
  if (result === undefined || operation === undefined) return undefined
  return new Done({ ...result, operation })
}

/** Takes an operation back in one transaction. Needs no safety backup: the log has everything, and it can be undone. */
export const undo = (
  session: Session,
  options: UndoOptions,
  now: number
): RestoreResult & { readonly operation: Operation } => {
  session.requireWritable()
  const asked = askedUndo(options.command, options.onConflict, options)
  return prepareAndCommit(
    session,
    { now, ...asked },
    () => repeatedUndo(session, asked) ?? plannedUndo(session, options, now),
    (tx, { operation, plan, position }) => {
      const mark = (writer: EventWriter, before: number) => {
        flipBackups(session, writer, operation)
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
