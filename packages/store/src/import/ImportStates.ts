/**
 * Importing: staged states become backups of this library, and one of them is merged into what is there, by the plan
 * and the conflict rules of a restore. One transaction, one marker in the log; `undo` takes all of it back.
 */
import {
  andMore,
  type BackupInfo,
  BoundedList,
  bounds,
  encodeLibraryImported,
  lookup,
  type OnProgress,
  planOf,
  type RestoreCommand,
  type RestoreOptions,
  type RestoreResult,
  shortened,
  toHex
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import { captureAll } from "../capture/Capture.js"
import { Done, prepareAndCommit, type Transaction } from "../capture/Commit.js"
import { readHead } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { hasObject } from "../object/Objects.js"
import { applyPlan, nothingToDo, type Origin, resultOf } from "../restore/ApplyPlan.js"
import { label } from "../restore/label.js"
import { PackedItems } from "../restore/PackedItems.js"
import { type PackedPlan, planFrom } from "../restore/PlanFrom.js"
import { type Asked, askedImport, backupsBefore, doneBefore } from "../restore/Repeated.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import type { StatesToImport } from "../staging/ImportSource.js"
import { recordBackup } from "../staging/recordBackup.js"
import { areStaged, type StagedState, stagedObjectsGone } from "../staging/Stager.js"

export interface ImportResult extends RestoreResult {
  /** Backups that are new here. */
  readonly backups: ReadonlyArray<BackupInfo>
  /** What was not taken over into the live tables in full, and stays in the imported backup. */
  readonly notes: ReadonlyArray<string>
}

const notesOf = ({ items }: PackedPlan): ReadonlyArray<string> => {
  const notes: Array<string> = []
  for (const item of items) for (const note of item.notes) notes.push(`${label(item)}: ${note}`)
  return notes
}

/** As many as a person reads, and how many more there are. */
const bounded = (texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const list = new BoundedList(andMore)
  for (const text of texts) list.add(shortened(text, bounds.shownReason))
  return list.items
}

/** The objects of a library, and those that were staged beside it. */
export const objectsWith =
  (session: Session, beside: Session | undefined) =>
  (hash: Uint8Array): Uint8Array =>
    beside === undefined || hasObject(session.db, hash) ? session.reader.get(hash) : beside.reader.get(hash)

const foreignState = (
  session: Session,
  { merge, base, source, beside }: StatesToImport
): State | undefined => {
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

const statesOf = ({ backups, merge }: StatesToImport): ReadonlyArray<StagedState> =>
  merge === undefined ? backups : [...backups, merge]

const nothing: PackedPlan = { ...planOf("merge", [], 0), items: new PackedItems() }

/** The plan of an import: what merging its state would change. Writes nothing but what capture would. */
export const planImport = (
  session: Session,
  states: StatesToImport,
  options: RestoreOptions,
  now: number
): { readonly plan: PackedPlan; readonly position: number } | Moved => {
  if (!session.readonly) captureAll(session, now)
  return session.db.snapshot(() => {
    if (!areStaged(session, statesOf(states), states.beside)) return stagedObjectsGone
    const source = foreignState(session, states)
    const plan = source === undefined ? nothing : planFrom(session, source, options)
    return { plan, position: readHead(session.db).position }
  })
}

/** True for a backup that an import would add, or take out of the trash. */
export const isNew = (session: Session, { backupId: id }: Pick<BackupInfo, "backupId">): boolean => {
  const known = backupById(session.db, id)
  return known === undefined || known.forgottenAt !== undefined
}

/** What an import takes in, and the plan of merging it. */
interface Planned {
  readonly states: StatesToImport
  readonly plan: PackedPlan
  readonly position: number
}

/** Plans are carried out as those of restores are; a person who waits is told what they asked for. */
const asImport = (onProgress: OnProgress | undefined): OnProgress | undefined =>
  onProgress && ((progress) => onProgress({ ...progress, step: "import" }))

const apply = (
  tx: Transaction,
  { states, plan, position }: Planned,
  options: RestoreOptions
): ImportResult | Moved => {
  const { session } = tx
  if (!areStaged(session, statesOf(states))) return stagedObjectsGone
  let backups: ReadonlyArray<BackupInfo> = []
  const mark = (writer: EventWriter, before: number) => {
    backups = states.backups.flatMap((each) => recordBackup(session, writer, each, states.source))
    const payload = encodeLibraryImported({ source: states.source, before, after: writer.position })
    writer.mark("library", "", { type: "LibraryImported", payload })
  }
  const applied = applyPlan(tx, plan, position, mark, asImport(options.onProgress))
  if (applied instanceof Moved) return applied
  const result = resultOf(plan, originOf(states), applied, undefined)
  const notes = new Set(notesOf(plan))
  const errors = result.errors.filter((error) => !notes.has(error))
  return {
    ...result,
    errors: bounded(errors),
    isSuccess: errors.length === 0,
    backups,
    notes: bounded([...notes])
  }
}

/** What is taken in, as a text: by it an import is told from another one. */
const contentOf = ({ source, backups, merge }: StatesToImport): string =>
  [
    source,
    ...backups.map(({ backup }) => backup.backupId),
    merge === undefined ? "" : toHex(merge.root)
  ].join("\n")

const originOf = ({ source }: StatesToImport): Origin => ({ id: "", label: source })

/** What an import did that was asked for before by its command. @throws CommandReused */
const importedBefore = (
  session: Session,
  asked: Asked,
  { source }: StatesToImport
): ImportResult | undefined => {
  const before = doneBefore(session, asked)
  if (before === undefined || asked.commandId === undefined) return undefined
  const backups = backupsBefore(session, asked.commandId).flatMap((id) => backupById(session.db, id) ?? [])
  return { ...before, source, backups, notes: [] }
}

/**
 * Imports staged states; the same ones again change nothing, and by the same command tell what was done. When a prune of another process took away what was staged,
 * it says so and has done nothing: they must be staged again.
 */
export const importStates = (
  session: Session,
  states: StatesToImport,
  options: RestoreOptions,
  now: number,
  command: RestoreCommand = {}
): ImportResult | Moved => {
  session.requireWritable()
  const asked = askedImport(contentOf(states), options, command)
  const result = prepareAndCommit(
    session,
    { now, ...asked },
    (): Planned | Done<ImportResult | Moved> => {
      const before = importedBefore(session, asked, states)
      if (before !== undefined) return new Done(before)
      const planned = planImport(session, states, options, now)
      if (planned instanceof Moved) return new Done(planned)
      const nothing = nothingToDo(planned.plan, originOf(states))
      return nothing !== undefined && !states.backups.some(({ backup }) => isNew(session, backup))
        ? new Done({ ...nothing, backups: [], notes: bounded(notesOf(planned.plan)) })
        : { ...planned, states }
    },
    (tx, planned) => apply(tx, planned, options)
  )
  if (!(result instanceof Moved)) session.checkpoint()
  return result
}
