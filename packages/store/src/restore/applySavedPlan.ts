/** Applying a plan that was made and kept earlier. */
import {
  decodeRecord,
  type EntityKey,
  equalBytes,
  InvalidInput,
  idOfCell,
  liveTables,
  MomentNotFound,
  ObjectRef,
  type OnProgress,
  type PlanItem,
  PlanOutdated,
  planOf,
  planOfSaved,
  type RestoreCommand,
  type RestorePlan,
  type RestoreResult,
  type SavedPlan
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { readHead, stateOf } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import { isKept } from "../object/Damaged.js"
import { readInfo, type Session } from "../session/Session.js"
import { label } from "./label.js"
import { askedPlan } from "./Repeated.js"
import { applyWithSafety, type Prepared } from "./Restore.js"

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
      if (!isKept(session.db, cell.hash))
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
  options: RestoreCommand & { readonly replan?: boolean; readonly onProgress?: OnProgress },
  now: number
): RestoreResult => {
  session.requireWritable()
  if (saved.libraryId !== readInfo(session.db).libraryId)
    throw new InvalidInput({ field: "plan", reason: "it was made for another library" })
  const origin = { id: saved.backupId, label: saved.source }
  const planned = (): Prepared => {
    captureAll(session, now)
    return session.db.snapshot(() => {
      const plan = planOfSaved(saved, sha256)
      for (const item of plan.items) checkItem(session, plan, item)
      const moved = movedItems(session, plan)
      if (moved.length > 0 && options.replan !== true)
        throw new PlanOutdated({
          detail: `${moved.length} of its entities changed since the plan was made`
        })
      return {
        origin,
        backup: undefined,
        plan: moved.length > 0 ? replanned(session, plan) : plan,
        position: readHead(session.db).position
      }
    })
  }
  return applyWithSafety(session, planned, now, askedPlan(saved, options), options.onProgress)
}
