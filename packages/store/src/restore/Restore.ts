/**
 * Applying a restore plan: safety backup, one transaction, live rows verified against the plan before the commit.
 * Events are appended; a file is never swapped.
 */
import {
  type BackupInfo,
  type EntityKey,
  encodeBackupRestored,
  type OnProgress,
  type PlannedRestore,
  type PlanningOptions,
  type RestoreCommand,
  type RestoreOptions,
  type RestoreResult,
  type RestoreSource,
  savedPlan,
  withEachItem
} from "@white-room/core"
import { keptBackup } from "../backup/Catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { captureAll, takeOver } from "../capture/Capture.js"
import { Done, prepareAndCommit } from "../capture/Commit.js"
import { liveDifferences } from "../capture/LiveDifferences.js"
import { readHead } from "../log/EventTable.js"
import { Moved } from "../session/Moved.js"
import { readInfo, type Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { resolveState } from "../state/States.js"
import { applyPlan, type Mark, nothingToDo, type Origin, type PlanToApply, resultOf } from "./ApplyPlan.js"
import { type PackedPlan, planFrom, unpackedPlan } from "./PlanFrom.js"
import { type Asked, askedRestore, doneBefore } from "./Repeated.js"

const originOf = (source: State): Origin => ({
  id: source.backup?.backupId ?? source.origin ?? `@${source.position}`,
  label: source.label
})

export interface Prepared {
  readonly origin: Origin
  readonly backup: BackupInfo | undefined
  readonly plan: PlanToApply
  /** Where the log stood when the plan was made. */
  readonly position: number
}

/**
 * Takes over other programs' changes, and rows that differ from the log although nobody was seen writing them: a
 * plan compares what is there, so that a damaged row is put right too.
 */
const takeOverRows = (session: Session, only: ReadonlyArray<EntityKey> | undefined, now: number): void => {
  captureAll(session, now)
  takeOver(session, only ?? Array.from(liveDifferences(session), ({ kind, id }) => ({ kind, id })), now)
}

const prepare = (
  session: Session,
  reference: RestoreSource,
  options: RestoreOptions,
  now: number
): Prepared & { readonly plan: PackedPlan } => {
  if (!session.readonly) takeOverRows(session, options.only, now)
  return session.db.snapshot(() => {
    const source = resolveState(session, reference)
    const plan = planFrom(session, source, options)
    return { origin: originOf(source), backup: source.backup, plan, position: readHead(session.db).position }
  })
}

/** The plan of a restore. Takes over other programs' changes first, and writes nothing else. */
export const plannedRestore = (
  session: Session,
  reference: RestoreSource,
  options: PlanningOptions,
  now: number
): PlannedRestore => {
  const { origin, plan, position } = prepare(session, reference, options, now)
  const { libraryId } = readInfo(session.db)
  const unpacked = unpackedPlan(plan)
  const planned = {
    mode: plan.mode,
    counts: plan.counts,
    conflicts: plan.conflicts,
    objects: plan.objects,
    source: origin.label,
    get items() {
      return unpacked.items
    },
    get saved() {
      return savedPlan(unpacked, { libraryId, source: origin.label, backupId: origin.id, position })
    }
  }
  return withEachItem(planned, plan.items)
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

interface WithSafety extends Prepared {
  readonly safety: BackupInfo
}

/** A plan, and the safety backup that comes before it, unless the plan asks for nothing. */
const secured = (session: Session, prepared: Prepared, now: number): WithSafety | Done<RestoreResult> => {
  const nothing = nothingToDo(prepared.plan, prepared.origin)
  if (nothing !== undefined) return new Done(nothing)
  const description = `before restoring ${prepared.origin.label}`
  return { ...prepared, safety: createBackup(session, { trigger: "safety", description }, now) }
}

/**
 * Makes plans and applies them, until the library holds still in between. All or nothing; not again what was done before. What
 * another process did between this looking and this writing has moved the library, so it is looked at again.
 * @throws PlanOutdated | CommandReused
 */
export const applyWithSafety = (
  session: Session,
  planned: () => Prepared,
  now: number,
  asked: Asked,
  onProgress: OnProgress | undefined
): RestoreResult =>
  prepareAndCommit(
    session,
    { now, ...asked },
    () => {
      const before = doneBefore(session, asked)
      return before === undefined ? secured(session, planned(), now) : new Done(before)
    },
    (tx, { plan, origin, backup, position, safety }) => {
      // Another process may have expired it; from here on, under the lock, its documents stay.
      if (backup !== undefined) keptBackup(session.db, backup.backupId)
      const applied = applyPlan(tx, plan, position, restoredMark(origin, safety, plan.mode), onProgress)
      return applied instanceof Moved ? applied : resultOf(plan, origin, applied, safety)
    }
  )

/** Plans and restores; when the library moves on meanwhile, plans again. All or nothing. */
export const restoreFromBackup = (
  session: Session,
  reference: RestoreSource,
  options: RestoreOptions & RestoreCommand,
  now: number
): RestoreResult => {
  session.requireWritable()
  const asked = askedRestore(reference, options)
  return applyWithSafety(
    session,
    () => prepare(session, reference, options, now),
    now,
    asked,
    options.onProgress
  )
}
