/**
 * Applying a restore plan: safety backup, one transaction, live rows verified against the plan before the commit.
 * Events are appended; a file is never swapped.
 */
import { randomUUID } from "node:crypto"
import {
  type BackupInfo,
  changedInRecord,
  createEmptyRestoreResult,
  decodeRecord,
  type EntityKey,
  emptyRecord,
  encodeBackupRestored,
  encodeRecord,
  equalBytes,
  InvalidInput,
  idOfCell,
  isWhiteRoomError,
  type Kind,
  liveTables,
  MomentNotFound,
  ObjectRef,
  type OnProgress,
  type PlanItem,
  type PlannedRestore,
  PlanOutdated,
  planOf,
  planOfSaved,
  RestoreNotVerified,
  type RestoreOptions,
  type RestorePlan,
  type RestoreResult,
  type Row,
  rowOfRecord,
  type SavedPlan,
  savedPlan
} from "@white-room/core"
import { findBackup } from "../backup/catalog.js"
import { createBackup } from "../backup/createBackup.js"
import { readInfo, type Session } from "../library/Session.js"
import {
  captureAll,
  hasPending,
  keepLoose,
  liveDifferences,
  takeOver,
  writeReconciled
} from "../live/reconcile.js"
import { writeEntity } from "../log/entityWrites.js"
import { changedEntities, EventWriter, readHead, stateOf } from "../log/events.js"
import { sha256 } from "../object/compression.js"
import { inStorageOrder } from "../object/inStorageOrder.js"
import { planFrom } from "./plan.js"
import { resolveSource, type Source, type SourceReference } from "./source.js"

/** What is restored, as the log remembers it: a backup's id, or `@1234`. */
export interface Origin {
  readonly id: string
  readonly label: string
}

const originOf = (source: Source): Origin => ({
  id: source.backup?.backupId ?? source.origin ?? `@${source.position}`,
  label: source.label
})

interface Prepared {
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

/** Thrown inside the transaction when the library moved on after the plan was made: plan again. */
class PlanMoved extends Error {}

/** The cells of a plan item; documents are read only for columns that are written. */
const cellsOf =
  (session: Session, item: PlanItem) =>
  (columns: ReadonlyArray<string> | "all"): Row => {
    const record = decodeRecord(item.kind, item.after ?? emptyRecord)
    const wanted =
      columns === "all" ? record : new Map([...record].filter(([name]) => columns.includes(name)))
    return rowOfRecord(wanted, (ref) => session.reader.get(ref.hash))
  }

/** An item of a plan in words. */
export const label = (item: PlanItem): string =>
  `${item.kind} ${item.name === "" ? item.id : `${item.name} (${item.id})`}`

/** The live row must now be exactly the record of the plan. @throws RestoreNotVerified */
const verifyItem = (session: Session, item: PlanItem): void => {
  const row = session.tables[item.kind]?.get(item.id)
  const record = row && encodeRecord(item.kind, row, sha256).record
  const fits =
    item.action === "delete" ? record === undefined : record && item.after && equalBytes(record, item.after)
  if (fits === true) return
  const columns = record && item.after ? changedInRecord(item.kind, record, item.after) : []
  throw new RestoreNotVerified({ detail: `${label(item)} ${columns.join(", ")}`.trim() })
}

interface Applied {
  readonly done: ReadonlyArray<PlanItem>
  readonly errors: ReadonlyArray<string>
}

const applyItems = (
  session: Session,
  writer: EventWriter,
  items: ReadonlyArray<PlanItem>,
  onProgress: OnProgress | undefined
): Applied => {
  const done: Array<PlanItem> = []
  const errors: Array<string> = []
  for (const item of items) {
    try {
      const record = item.action === "delete" ? null : (item.after ?? null)
      writeEntity(session, writer, { kind: item.kind, id: item.id, record, cells: cellsOf(session, item) })
    } catch (error) {
      // One unreadable document must not cost the others; everything else undoes the whole restore.
      if (!isWhiteRoomError(error) || (error._tag !== "MalformedData" && error._tag !== "ContentReleased"))
        throw error
      errors.push(`${label(item)} could not be restored: ${error.message}`)
      continue
    }
    done.push(item)
    for (const note of item.notes) errors.push(`${label(item)}: ${note}`)
    onProgress?.({ done: done.length, total: items.length, step: "restore" })
  }
  return { done, errors }
}

/** How a finished application of a plan is marked in the log. */
export type Mark = (writer: EventWriter, before: number) => void

/**
 * Applies a plan inside a write transaction, on the very records it was made on.
 * @throws PlanMoved when an entity of the plan, or anything since `position`, changed
 */
export const applyPlan = (
  session: Session,
  plan: RestorePlan,
  position: number,
  mark: Mark,
  now: number,
  onProgress?: OnProgress
): Applied => {
  if (hasPending(session) || changedEntities(session.db, position, readHead(session.db).position).length > 0)
    throw new PlanMoved()
  keepLoose(session, plan.objects)
  const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: session.options.actor, now })
  const before = writer.position
  const applied = applyItems(
    session,
    writer,
    inStorageOrder(
      session.db,
      plan.items.filter((item) => item.action !== "keep"),
      (item) => item.after
    ),
    onProgress
  )
  for (const item of applied.done) verifyItem(session, item)
  mark(writer, before)
  writer.finish()
  return applied
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

export const resultOf = (
  plan: RestorePlan,
  origin: Origin,
  applied: Applied,
  safety: BackupInfo | undefined
): RestoreResult => {
  const restored = (kind: Kind) => applied.done.filter((item) => item.kind === kind).length
  return {
    songsRestored: restored("song"),
    performancesRestored: restored("performance"),
    preferencesRestored: restored("preferences"),
    errors: applied.errors,
    isSuccess: applied.errors.length === 0,
    plan: plan.counts,
    conflicts: plan.conflicts,
    backupId: origin.id,
    source: origin.label,
    ...(safety && { safetyBackupId: safety.backupId })
  }
}

/** Prepares and applies until the library held still meanwhile. @throws PlanOutdated when it never does */
export const settle = <A>(prepareOnce: () => A, apply: (prepared: A) => RestoreResult): RestoreResult => {
  for (let tries = 1; tries <= 5; tries++) {
    const prepared = prepareOnce()
    try {
      return apply(prepared)
    } catch (error) {
      if (!(error instanceof PlanMoved)) throw error
    }
  }
  throw new PlanOutdated({ detail: "other programs kept writing to it" })
}

const applyWithSafety = (
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

/** A plan from a file may say anything: its records must be those of the entities it names, with documents that exist. */
const checkItem = (session: Session, plan: RestorePlan, item: PlanItem): void => {
  if (item.after === undefined) return
  const cells = decodeRecord(item.kind, item.after)
  const key = cells.get(liveTables[item.kind].idColumn)
  if (key === undefined || key instanceof ObjectRef || idOfCell(key) !== item.id)
    throw new InvalidInput({
      field: "plan",
      reason: `its record of ${item.kind} ${item.id} is that of another`
    })
  const brought = plan.objects
  for (const cell of cells.values())
    if (cell instanceof ObjectRef && !brought.some(({ hash }) => equalBytes(hash, cell.hash))) {
      const known = session.db.row("SELECT 1 FROM object WHERE hash = ?", cell.hash)
      if (known === undefined)
        throw new MomentNotFound({
          moment: label(item),
          reason: "the plan needs a document that is no longer kept",
          near: []
        })
    }
}

const movedItems = (session: Session, plan: RestorePlan): ReadonlyArray<EntityKey> =>
  plan.items.filter(({ kind, id, before }) => {
    const { record } = stateOf(session.db, { kind, id })
    return !(record === undefined ? before === undefined : before !== undefined && equalBytes(record, before))
  })

/** Items whose entity changed since: their goal stays, their starting point is today's. */
const replanned = (session: Session, plan: RestorePlan): RestorePlan => {
  const items = plan.items.flatMap((item): ReadonlyArray<PlanItem> => {
    const before = stateOf(session.db, item).record
    if (item.action === "keep") return [{ ...item, before, after: before }]
    if (item.action === "delete") return before === undefined ? [] : [{ ...item, before }]
    if (before !== undefined && item.after !== undefined && equalBytes(before, item.after)) return []
    return [{ ...item, before, action: before === undefined ? "create" : "update" }]
  })
  return planOf(plan.mode, items, plan.counts.unchanged + plan.items.length - items.length, plan.objects)
}

/** Applies a plan that was made earlier. @throws PlanOutdated when an entity changed since and `replan` is not given */
export const applySavedPlan = (
  session: Session,
  saved: SavedPlan,
  options: { readonly replan?: boolean; readonly onProgress?: OnProgress },
  now: number
): RestoreResult => {
  session.requireWritable()
  if (saved.libraryId !== readInfo(session.db).libraryId)
    throw new InvalidInput({ field: "plan", reason: "it was made for another library" })
  const origin = { id: saved.backupId, label: saved.source }
  return settle(
    () => {
      captureAll(session, now)
      return session.db.snapshot((): Prepared => {
        const plan = planOfSaved(saved, sha256)
        for (const item of plan.items) checkItem(session, plan, item)
        const moved = movedItems(session, plan)
        if (moved.length > 0 && options.replan !== true)
          throw new PlanOutdated({
            detail: `${moved.length} of its entities changed since the plan was made`
          })
        const position = readHead(session.db).position
        return {
          origin,
          backup: undefined,
          plan: moved.length > 0 ? replanned(session, plan) : plan,
          position
        }
      })
    },
    (prepared) => applyWithSafety(session, prepared, now, options.onProgress)
  )
}
