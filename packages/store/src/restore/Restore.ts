/**
 * Applying a restore plan: safety backup, one transaction, live rows verified against the plan before the commit.
 * Events are appended; a file is never swapped.
 */
import {
  type BackupInfo,
  createEmptyRestoreResult,
  type EntityKey,
  encodeBackupRestored,
  type OnProgress,
  type PlannedRestore,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult,
  savedPlan
} from "@white-room/core"
import { findBackup } from "../backup/Catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { captureAll, takeOver } from "../capture/Capture.js"
import { liveDifferences } from "../capture/LiveDifferences.js"
import { writeReconciled } from "../capture/WriteReconciled.js"
import { readHead } from "../log/EventTable.js"
import { readInfo, type Session } from "../session/Session.js"
import { resolveSource, type Source, type SourceReference } from "../state/State.js"
import { applyPlan, type Mark, type Origin, resultOf, settle } from "./ApplyPlan.js"
import { planFrom } from "./PlanFrom.js"

const originOf = (source: Source): Origin => ({
  id: source.backup?.backupId ?? source.origin ?? `@${source.position}`,
  label: source.label
})

export interface Prepared {
  readonly origin: Origin
  readonly backup: BackupInfo | undefined
  readonly plan: RestorePlan
  /** Where the log stood when the plan was made. */
  readonly position: number
}

/**
 * Takes over other programs' changes, and rows that differ from the log although nobody was seen writing them: a
 * plan compares what is there, so that a damaged row is put right too.
 */
const takeOverRows = (session: Session, only: ReadonlyArray<EntityKey> | undefined, now: number): void => {
  captureAll(session, now)
  takeOver(session, only ?? [...liveDifferences(session)], now)
}

const prepare = (
  session: Session,
  reference: SourceReference,
  options: RestoreOptions,
  now: number
): Prepared => {
  if (!session.readonly) takeOverRows(session, options.only, now)
  return session.db.snapshot(() => {
    const source = resolveSource(session, reference)
    const plan = planFrom(session, source, options)
    return { origin: originOf(source), backup: source.backup, plan, position: readHead(session.db).position }
  })
}

/** The plan of a restore. Takes over other programs' changes first, and writes nothing else. */
export const plannedRestore = (
  session: Session,
  reference: SourceReference,
  options: RestoreOptions,
  now: number
): PlannedRestore => {
  const { origin, plan, position } = prepare(session, reference, options, now)
  const { libraryId } = readInfo(session.db)
  const saved = savedPlan(plan, { libraryId, source: origin.label, backupId: origin.id, position })
  return { ...plan, source: origin.label, saved }
}

const restoredMark =
  (origin: Origin, safety: BackupInfo, mode: string): Mark =>
  (writer, before) => {
    const payload = encodeBackupRestored({
      backupId: origin.id,
      safetyBackupId: safety.backupId,
      mode,
      before,
      after: writer.position
    })
    writer.mark("backup", origin.id, { type: "BackupRestored", payload })
  }

export const applyWithSafety = (
  session: Session,
  prepared: Prepared,
  now: number,
  onProgress: OnProgress | undefined
): RestoreResult => {
  const { plan, origin } = prepared
  if (plan.items.every((item) => item.action === "keep"))
    return {
      ...createEmptyRestoreResult(origin.id, origin.label),
      plan: plan.counts,
      conflicts: plan.conflicts
    }
  const description = `before restoring ${origin.label}`
  const safety = createBackup(session, { trigger: "safety", description }, now)
  const mark = restoredMark(origin, safety, plan.mode)
  const applied = writeReconciled(session, now, () => {
    // Another process may have expired it; from here on, under the lock, its documents stay.
    if (prepared.backup !== undefined) findBackup(session.db, prepared.backup.backupId)
    return applyPlan(session, plan, prepared.position, mark, now, onProgress)
  })
  return resultOf(plan, origin, applied, safety)
}

/** Plans and restores; when the library moves on meanwhile, plans again. All or nothing. */
export const restoreFromBackup = (
  session: Session,
  reference: SourceReference,
  options: RestoreOptions,
  now: number
): RestoreResult => {
  session.requireWritable()
  return settle(
    () => prepare(session, reference, options, now),
    (prepared) => applyWithSafety(session, prepared, now, options.onProgress)
  )
}
