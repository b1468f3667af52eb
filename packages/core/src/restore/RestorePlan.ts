/**
 * A restore plan: the list of differences a restore would make. It is made by a pure function of two trees and is
 * shown before anything is written.
 */
import { equalBytes } from "../codec/Bytes.js"
import type { Cell, EntityKey, Kind } from "../model/Entity.js"
import { decodeRecord, encodeCells, fitRecord, nameOfRecord } from "../model/Record.js"
import type { TreeDifference } from "../tree/Tree.js"

/** `merge` puts back what the source has and deletes nothing; `exact` makes the library what the source is. */
export type RestoreMode = "merge" | "exact"

/** What a whole-library merge does with an entity that changed after the source. */
export type OnConflict = "keep" | "replace"

export type PlanAction = "create" | "update" | "delete" | "keep"

export interface PlanItem extends EntityKey {
  readonly name: string
  readonly action: PlanAction
  /** True when the entity changed after the source and the merge keeps it: the person may want to look. */
  readonly conflict: boolean
  /** The record of today, and the one to have; absent where there is none. */
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
  /** Columns of the source that the table of today does not have. */
  readonly dropped: ReadonlyArray<string>
}

export interface PlanCounts {
  readonly create: number
  readonly update: number
  readonly delete: number
  readonly keep: number
  readonly unchanged: number
}

export interface RestorePlan {
  readonly mode: RestoreMode
  readonly items: ReadonlyArray<PlanItem>
  readonly counts: PlanCounts
  /** Entities that changed after the source and are kept: the restore was done in part. */
  readonly conflicts: number
}

export interface PlanOptions {
  readonly mode: RestoreMode
  readonly onConflict: OnConflict
  /** True when the person named what to restore: then a change after the source is the reason, not a conflict. */
  readonly named: boolean
  /** Columns of today's tables, each with its default. */
  readonly columns: Readonly<Record<Kind, ReadonlyMap<string, Cell>>>
  /** Entities in scope, changed or not. */
  readonly scope: number
}

const fitted = (difference: TreeDifference, options: PlanOptions) => {
  if (difference.after === undefined) return { after: undefined, dropped: [] }
  const current = difference.before && decodeRecord(difference.kind, difference.before)
  const fit = fitRecord(
    decodeRecord(difference.kind, difference.after),
    options.columns[difference.kind],
    current
  )
  return { after: encodeCells(difference.kind, fit.cells), dropped: fit.dropped }
}

const planItem = (difference: TreeDifference, options: PlanOptions): PlanItem | undefined => {
  const { kind, id, before } = difference
  const { after, dropped } = fitted(difference, options)
  if (before !== undefined && after !== undefined && equalBytes(before, after)) return undefined
  const conflict =
    before !== undefined &&
    after !== undefined &&
    !options.named &&
    options.mode === "merge" &&
    options.onConflict === "keep"
  const gone = after === undefined
  const action: PlanAction = gone
    ? options.mode === "exact"
      ? "delete"
      : "keep"
    : conflict
      ? "keep"
      : before === undefined
        ? "create"
        : "update"
  return {
    kind,
    id,
    name: nameOfRecord(kind, after ?? before ?? new Uint8Array([0])),
    action,
    conflict,
    before,
    after,
    dropped
  }
}

/**
 * The plan that takes today's library (`before` of each difference) to the source (`after`). A bad edit is not a
 * conflict, it is the reason for the restore: named entities and `exact` replace; a whole-library `merge` keeps
 * what changed after the source, unless told to replace, and counts it.
 */
export const planRestore = (differences: Iterable<TreeDifference>, options: PlanOptions): RestorePlan => {
  const items: Array<PlanItem> = []
  for (const difference of differences) {
    const item = planItem(difference, options)
    if (item !== undefined) items.push(item)
  }
  const count = (action: PlanAction) => items.filter((item) => item.action === action).length
  const counts = {
    create: count("create"),
    update: count("update"),
    delete: count("delete"),
    keep: count("keep")
  }
  const touched = items.filter((item) => item.after !== undefined).length
  return {
    mode: options.mode,
    items,
    counts: { ...counts, unchanged: Math.max(0, options.scope - touched) },
    conflicts: items.filter((item) => item.conflict).length
  }
}
