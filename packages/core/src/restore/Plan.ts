/** What a restore plan is: items, each with the record of today and the one to have, and how many of each sort. */
import type { EntityKey } from "../model/Entity.js"
import type { NewObject } from "../model/Record.js"

/** `merge` puts back what the source has and deletes nothing; `exact` makes the library what the source is. */
export type RestoreMode = "merge" | "exact"

/**
 * What happens to an entity that changed after the source: `keep` today's, `replace` it with the source's, keep
 * `both` (the source's as a copy), or `combine` them: take back the change after the source, keep later ones.
 */
export type OnConflict = "keep" | "replace" | "both" | "combine"

/** What happens to one entity, and to single parts of it: `choice` is for those that are not named. */
export interface Decision {
  readonly choice: OnConflict
  /** By the names that `partsOfRecords` gives them, such as `track Lead`; today's song gets the parts that are chosen. */
  readonly parts?: ReadonlyArray<{ readonly name: string; readonly choice: OnConflict }> | undefined
}

export type PlanAction = "create" | "update" | "delete" | "keep"

export interface PlanItem extends EntityKey {
  readonly name: string
  readonly action: PlanAction
  /** True when the entity changed after the source and stays as it is today: the person may want to look. */
  readonly conflict: boolean
  /** The record of today, and the one to have; absent where there is none. */
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
  /**
   * What could not be taken over in full, in words: columns today's table lacks, parts that could not be combined. Of one that is
   * kept and is no conflict: why it has to stay, although it was to go or to change.
   */
  readonly notes: ReadonlyArray<string>
  /** The id this is a copy of. */
  readonly copyOf?: string
}

/** Whether an item stays because other tables of the app refer to it: `notes` say which. */
export const isHeld = ({ action, conflict, notes }: PlanItem): boolean =>
  action === "keep" && !conflict && notes.length > 0

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
  /** Documents that no version of the library has yet: what `combine` made. */
  readonly objects: ReadonlyArray<NewObject>
}

/** Where a plan whose list of items is made when it is asked for has them one by one: no copy and no message carries it along. */
const oneByOne = Symbol("oneByOne")

type Items = Pick<RestorePlan, "items">

/** The same plan, of which `eachItem` gives the items without their list. */
export const withEachItem = <P extends Items>(plan: P, items: Iterable<PlanItem>): P =>
  Object.defineProperty(plan, oneByOne, { value: items })

/** The items of a plan one by one, for those who hold none of them: all of a large library take more memory than all else. */
export const eachItem = (plan: Items & { readonly [oneByOne]?: Iterable<PlanItem> }): Iterable<PlanItem> =>
  plan[oneByOne] ?? plan.items

/** Everything of a plan but its items. */
export type PlanFacts = Omit<RestorePlan, "items">

/** Counts the items of a plan. */
export class PlanCounter {
  private readonly actions = { create: 0, update: 0, delete: 0, keep: 0 }
  private conflicts = 0

  /** Counts one more item. */
  add({ action, conflict }: PlanItem): void {
    this.actions[action]++
    if (conflict) this.conflicts++
  }

  /** What a plan of the counted items says beside them. */
  facts(mode: RestoreMode, unchanged: number, objects: ReadonlyArray<NewObject>): PlanFacts {
    return { mode, counts: { ...this.actions, unchanged }, conflicts: this.conflicts, objects }
  }
}

/** A plan of these items; `unchanged` entities were looked at and are as they should be. */
export const planOf = (
  mode: RestoreMode,
  items: ReadonlyArray<PlanItem>,
  unchanged: number,
  objects: ReadonlyArray<NewObject> = []
): RestorePlan => {
  const counter = new PlanCounter()
  for (const item of items) counter.add(item)
  return { ...counter.facts(mode, unchanged, objects), items }
}
