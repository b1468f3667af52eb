/**
 * Importing: staged states become backups of this library, and one of them is merged into what is there, by the plan
 * and the conflict rules of a restore. One transaction, one marker in the log; `undo` takes all of it back.
 */
import {
  type BackupInfo,
  createEmptyRestoreResult,
  type EntityKey,
  encodeBackupTaken,
  encodeLibraryImported,
  lookup,
  noPayload,
  planOf,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult,
  rootOf
} from "@white-room/core"
import { backupById, nextNumber, recordBackupEvent } from "../backup/catalog.js"
import { countNewBytes } from "../backup/createBackup.js"
import type { Session } from "../library/Session.js"
import { captureAll, writeReconciled } from "../live/reconcile.js"
import { type EventWriter, readHead } from "../log/events.js"
import { hasObject } from "../object/objects.js"
import { planFrom } from "../restore/plan.js"
import { applyPlan, label, resultOf, settle } from "../restore/restore.js"
import type { Source } from "../restore/source.js"
import type { StagedState } from "./Stager.js"

/** What a backup from elsewhere keeps of itself. */
export interface ForeignBackup {
  readonly backupId: string
  readonly timestamp: Date
  readonly description: string
  readonly tags: ReadonlyArray<string>
  readonly pinned: boolean
  readonly version: string
}

export interface StatesToImport {
  /** Where they come from, for the log. */
  readonly source: string
  /** Oldest first. One whose id the library has is not taken again, only out of the trash. */
  readonly backups: ReadonlyArray<StagedState & { readonly backup: ForeignBackup }>
  /** The state that is merged into the live library, if any. */
  readonly merge?: StagedState
  /** The version of an entity that both sides come from, for `combine`. */
  readonly base?: (key: EntityKey) => Uint8Array | undefined
  /** For a dry run: another library that has the objects which were staged. */
  readonly beside?: Session
}

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

/** A prune took staged objects away before they were kept: stage again. */
export class StagedObjectsGone extends Error {}

/** @throws StagedObjectsGone */
export const requireObjects = (
  session: Session,
  states: ReadonlyArray<StagedState>,
  beside?: Session
): void => {
  const isThere = (hash: Uint8Array): boolean =>
    hasObject(session.db, hash) || (beside !== undefined && hasObject(beside.db, hash))
  for (const { needs } of states) for (const hash of needs) if (!isThere(hash)) throw new StagedObjectsGone()
}

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

/** Adds a staged state as a backup, inside a write transaction; none when the library has it already. */
export const recordBackup = (
  session: Session,
  writer: EventWriter,
  { root, backup }: StatesToImport["backups"][number],
  now: number
): ReadonlyArray<BackupInfo> => {
  const known = backupById(session.db, backup.backupId)
  if (known !== undefined) {
    if (known.forgottenAt !== undefined)
      recordBackupEvent(session.db, writer, backup.backupId, {
        type: "BackupUndeleted",
        payload: noPayload,
        recordedAt: now
      })
    return []
  }
  const tries = rootOf(root, session.nodeStore(new Map()))
  const payload = encodeBackupTaken({
    backupId: backup.backupId,
    number: nextNumber(session.db),
    root,
    position: writer.position,
    time: backup.timestamp.getTime(),
    description: backup.description,
    tags: backup.tags,
    pinned: backup.pinned,
    trigger: "imported",
    profile: "",
    version: backup.version,
    songs: tries.song.count,
    performances: tries.performance.count,
    preferences: tries.preferences.count,
    size: tries.song.bytes + tries.performance.bytes + tries.preferences.bytes,
    newBytes: countNewBytes(session.db)
  })
  const taken = recordBackupEvent(session.db, writer, backup.backupId, {
    type: "BackupTaken",
    payload,
    recordedAt: now
  })
  return taken === undefined ? [] : [taken]
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
