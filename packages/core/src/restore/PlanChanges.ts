/** What the items of a plan change, in words of music. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { fromUtf8, toHex } from "../codec/Bytes.js"
import type { Part } from "../diff/Parts.js"
import { diffRecords } from "../diff/RecordDiff.js"
import type { WhiteRoomError } from "../errors/WhiteRoomError.js"
import { type EntityKey, keyString } from "../model/Entity.js"
import { changedColumns, decodeRecord, emptyRecord } from "../model/Record.js"
import { ObjectRef } from "../model/RecordCells.js"
import type { ObjectStore } from "../object/ObjectStore.js"
import type { LanguageTag } from "../words/Language.js"
import { eachItem, type PlanItem, type RestorePlan } from "./Plan.js"
import { partsOfRecords } from "./RecordParts.js"

/** The words for each item that replaces something, by `keyString`: so that no item of a large plan needs to be held. */
export type PlanChanges = ReadonlyMap<string, ReadonlyArray<string>>

const noWords: ReadonlyArray<string> = []

/** The words for an item of the plan; none for one that replaces nothing, or was not looked at. */
export const wordsFor = (changes: PlanChanges, { kind, id }: EntityKey): ReadonlyArray<string> =>
  changes.get(keyString(kind, id)) ?? noWords

/** Where the documents of the plan are: a library. */
interface WithObjects {
  readonly objects: Context.Tag.Service<typeof ObjectStore>
}

/** Documents that differ between the two records of an item. What is no longer kept is told as such by the diff. */
const documentsOf = ({ objects }: WithObjects, plan: RestorePlan, item: PlanItem) =>
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
      const bytes = yield* objects
        .get(cell.hash)
        .pipe(Effect.catchTag("ContentReleased", () => Effect.succeed(undefined)))
      texts.set(toHex(cell.hash), bytes && fromUtf8(bytes))
    }
    return texts
  })

/**
 * The words for one item that replaces something, in English unless `language` says otherwise; none for any other. Reads the
 * documents that differ.
 */
export const changesOfItem = (
  library: WithObjects,
  plan: RestorePlan,
  item: PlanItem,
  language?: LanguageTag
): Effect.Effect<ReadonlyArray<string>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { kind, before, after } = item
    if (before === undefined || after === undefined) return []
    const texts = yield* documentsOf(library, plan, item)
    const content = (ref: ObjectRef) => texts.get(toHex(ref.hash))
    return diffRecords(kind, decodeRecord(kind, before), decodeRecord(kind, after), content, language).words
  })

/**
 * The parts in which today's version of an item and the one of the plan differ, as `decisions` name them; none for one that is not
 * there on both sides. Reads the documents that differ.
 */
export const partsOfItem = (
  library: WithObjects,
  plan: RestorePlan,
  item: PlanItem,
  language?: LanguageTag
): Effect.Effect<ReadonlyArray<Part>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { kind, before: ours, after: theirs } = item
    if (ours === undefined || theirs === undefined) return []
    const texts = yield* documentsOf(library, plan, item)
    return partsOfRecords(kind, { ours, theirs }, (ref) => texts.get(toHex(ref.hash)), language)
  })

/** The words for the first `limit` items that replace something. */
export const changesOf = (
  library: WithObjects,
  plan: RestorePlan,
  limit: number,
  language?: LanguageTag
): Effect.Effect<PlanChanges, WhiteRoomError> =>
  Effect.gen(function* () {
    const changes = new Map<string, ReadonlyArray<string>>()
    if (plan.counts.update === 0) return changes
    for (const item of eachItem(plan)) {
      if (changes.size >= limit) break
      if (item.action === "update")
        changes.set(keyString(item.kind, item.id), yield* changesOfItem(library, plan, item, language))
    }
    return changes
  })
