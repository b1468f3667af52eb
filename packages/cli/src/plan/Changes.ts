/** What the items of a plan change, in words of music. */
import {
  changedColumns,
  decodeRecord,
  diffRecords,
  emptyRecord,
  fromUtf8,
  ObjectRef,
  type PlanItem,
  type RestorePlan,
  toHex
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

export type Changes = ReadonlyMap<PlanItem, ReadonlyArray<string>>

/** Documents that differ between the two records of an item. What is no longer kept is told as such by the diff. */
const documentsOf = (library: Library, plan: RestorePlan, item: PlanItem) =>
  Effect.gen(function* () {
    const texts = new Map<string, string | undefined>(
      plan.objects.map(({ hash, bytes }) => [toHex(hash), fromUtf8(bytes)])
    )
    const [before, after] = [item.before, item.after].map((record) =>
      decodeRecord(item.kind, record ?? emptyRecord)
    )
    if (before === undefined || after === undefined) return texts
    for (const cell of changedColumns(before, after).flatMap((name) => [before.get(name), after.get(name)])) {
      if (!(cell instanceof ObjectRef) || texts.has(toHex(cell.hash))) continue
      const bytes = yield* library.objects
        .get(cell.hash)
        .pipe(Effect.catchTag("ContentReleased", () => Effect.succeed(undefined)))
      texts.set(toHex(cell.hash), bytes && fromUtf8(bytes))
    }
    return texts
  })

/** The words for one item that replaces something. */
export const changesOfItem = (library: Library, plan: RestorePlan, item: PlanItem) =>
  Effect.gen(function* () {
    const { kind, before, after } = item
    if (before === undefined || after === undefined) return []
    const texts = yield* documentsOf(library, plan, item)
    const content = (ref: ObjectRef) => texts.get(toHex(ref.hash))
    return diffRecords(kind, decodeRecord(kind, before), decodeRecord(kind, after), content).words
  })

/** The words for the first `limit` items that replace something. */
export const changesOf = (library: Library, plan: RestorePlan, limit: number) =>
  Effect.gen(function* () {
    const changes = new Map<PlanItem, ReadonlyArray<string>>()
    const replaced = plan.items.filter(({ action }) => action === "update")
    for (const item of replaced.slice(0, limit)) changes.set(item, yield* changesOfItem(library, plan, item))
    return changes
  })
