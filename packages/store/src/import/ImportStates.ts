/**
 * Importing: staged states become backups of this library, and one of them is merged into what is there, by the plan
 * and the conflict rules of a restore. One transaction, one marker in the log; `undo` takes all of it back.
 */
import {
  type BackupInfo,
  createEmptyRestoreResult,
  encodeLibraryImported,
  lookup,
  planOf,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import { writeReconciled } from "../capture/WriteReconciled.js"
import { readHead } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { hasObject } from "../object/Objects.js"
import { applyPlan, label, resultOf, settle } from "../restore/ApplyPlan.js"
import { planFrom } from "../restore/PlanFrom.js"
import type { Session } from "../session/Session.js"
import type { StatesToImport } from "../staging/ImportSource.js"
import { recordBackup } from "../staging/recordBackup.js"
import { requireObjects, type StagedState } from "../staging/Stager.js"
import type { Source } from "../state/State.js"

export interface ImportResult extends RestoreResult {
  /** Backups that are new here. */
  readonly backups: ReadonlyArray<BackupInfo>
  /** What was not taken over into the live tables in full, and stays in the imported backup. */
  readonly notes: ReadonlyArray<string>
}

const notesOf = (plan: RestorePlan): ReadonlyArray<string> =>
  plan.items.flatMap((item) => item.notes.map((note) => `${label(item)}: ${note}`))

/** The objects of a library, and those that were staged beside it. */
export const objectsWith =
  (session: Session, beside: Session | undefined) =>
  (hash: Uint8Array): Uint8Array =>
    beside === undefined || hasObject(session.db, hash) ? session.reader.get(hash) : beside.reader.get(hash)

const foreignSource = (
  session: Session,
  { merge, base, source, beside }: StatesToImport
): Source | undefined => {
  if (merge === undefined) return undefined
  const content = objectsWith(session, beside)
  const nodes = { ...session.nodeStore(new Map()), get: content }
  return {
    label: source,
    position: 0,
    backup: undefined,
    record: (key) => lookup(merge.root, key, nodes),
    root: () => merge.root,
    nodes,
    base: base ?? (() => undefined),
    content,
    suffix: " (imported)"
  }
}

const nothingToDo = (merge: RestorePlan | undefined): boolean =>
  merge === undefined || merge.items.every(({ action }) => action === "keep")

const statesOf = ({ backups, merge }: StatesToImport): ReadonlyArray<StagedState> =>
  merge === undefined ? backups : [...backups, merge]

/**
 * The plan of an import: what merging its state would change. Writes nothing but what capture would.
 * @throws StagedObjectsGone
 */
export const planImport = (
  session: Session,
  states: StatesToImport,
  options: RestoreOptions,
  now: number
): { readonly plan: RestorePlan; readonly position: number } => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    requireObjects(session, statesOf(states), states.beside)
    const source = foreignSource(session, states)
    const plan = source === undefined ? planOf("merge", [], 0) : planFrom(session, source, options)
    return { plan, position: readHead(session.db).position }
  })
}

const isNew = (session: Session, id: string): boolean => {
  const known = backupById(session.db, id)
  return known === undefined || known.forgottenAt !== undefined
}

/**
 * Imports staged states; the same ones again change nothing.
 * @throws StagedObjectsGone when they must be staged again
 */
export const importStates = (
  session: Session,
  states: StatesToImport,
  options: RestoreOptions,
  now: number
): ImportResult => {
  session.requireWritable()
  let backups: ReadonlyArray<BackupInfo> = []
  let notes: ReadonlyArray<string> = []
  const origin = { id: "", label: states.source }
  const result = settle(
    () => planImport(session, states, options, now),
    ({ plan, position }) => {
      notes = notesOf(plan)
      if (nothingToDo(plan) && !states.backups.some(({ backup }) => isNew(session, backup.backupId)))
        return {
          ...createEmptyRestoreResult(origin.id, origin.label),
          plan: plan.counts,
          conflicts: plan.conflicts
        }
      const mark = (writer: EventWriter, before: number) => {
        backups = states.backups.flatMap((each) => recordBackup(session, writer, each, now))
        const payload = encodeLibraryImported({ source: states.source, before, after: writer.position })
        writer.mark("library", "", { type: "LibraryImported", payload })
      }
      const applied = writeReconciled(session, now, () => {
        requireObjects(session, statesOf(states))
        return applyPlan(session, plan, position, mark, now, options.onProgress)
      })
      return resultOf(plan, origin, applied, undefined)
    }
  )
  session.checkpoint()
  const errors = result.errors.filter((error) => !notes.includes(error))
  return { ...result, errors, isSuccess: errors.length === 0, backups, notes }
}
