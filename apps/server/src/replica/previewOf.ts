import {
  changesOf,
  changesOfItem,
  type EntityKey,
  type Part,
  type PlanItem,
  type PlannedRestore,
  type PlanningOptions,
  partsOfItem,
  type WhiteRoomError
} from "@white-room/core"
import { planItemJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { PlannedHere } from "./Messages.js"

/** Items that replace something, or could, whose changes are told in words; the others are named. */
const itemsInWords = 200

/** What of an item is told besides. */
interface Replacing {
  /** What replacing a conflict would change. */
  readonly replacing?: ReadonlyArray<string>
  readonly parts: ReadonlyArray<Part>
}

/** Of so many items the parts are told. */
const itemsInParts = 50

const isThere = ({ before, copyOf }: PlanItem): boolean => before !== undefined && copyOf === undefined

/** What replacing would change, of conflicts and of what was decided otherwise: from the plan that replaces them all. */
const replacingOf = (
  library: Library,
  reference: string,
  plan: PlannedRestore,
  { decisions = [], language }: PlanningOptions
) =>
  Effect.gen(function* () {
    const decided = new Set(decisions.map(({ kind, id }) => `${kind} ${id}`))
    const wanted = plan.items
      .filter((item) => isThere(item) && (item.conflict || decided.has(`${item.kind} ${item.id}`)))
      .slice(0, itemsInWords)
    const whole = plan.items
      .filter((item) => isThere(item) && item.action === "update" && !wanted.includes(item))
      .slice(0, itemsInParts)
    const found = new Map<string, Replacing>()
    for (const item of whole)
      found.set(`${item.kind} ${item.id}`, { parts: yield* partsOfItem(library, plan, item, language) })
    if (wanted.length === 0) return found
    const only = wanted.map(({ kind, id }): EntityKey => ({ kind, id }))
    const replacing = yield* library.backups
      .plan(reference, { only, onConflict: "replace" })
      .pipe(Effect.catchTag("EntityNotFound", () => Effect.succeed({ ...plan, items: [] })))
    for (const [index, item] of replacing.items.entries())
      found.set(`${item.kind} ${item.id}`, {
        replacing: yield* changesOfItem(library, replacing, item, language),
        parts: index < itemsInParts ? yield* partsOfItem(library, replacing, item, language) : []
      })
    return found
  })

const keyOf = ({ kind, id, copyOf }: PlanItem): string => `${kind} ${copyOf ?? id} ${copyOf !== undefined}`

/** The notes of a plan in another language: what is carried out has them in English, as its errors are. */
const notesOf = (library: Library, reference: string, plan: PlannedRestore, options: PlanningOptions) =>
  Effect.gen(function* () {
    const isTold = options.language === undefined || options.language === "en"
    if (isTold || plan.items.every(({ notes }) => notes.length === 0)) return new Map<string, never>()
    const again = yield* library.backups.plan(reference, options)
    return new Map(again.items.map((item) => [keyOf(item), item.notes]))
  })

/**
 * What is told of a plan: its items in words, with the parts that one can take of each. `options` are those it was made with, and the
 * language of the words.
 */
export const previewOf = (
  library: Library,
  reference: string,
  plan: PlannedRestore,
  options: PlanningOptions
): Effect.Effect<PlannedHere["preview"], WhiteRoomError> =>
  Effect.gen(function* () {
    const changes = yield* changesOf(library, plan, itemsInWords, options.language)
    const replacing = yield* replacingOf(library, reference, plan, options)
    const notes = yield* notesOf(library, reference, plan, options)
    return {
      ...{ mode: plan.mode, plan: plan.counts, conflicts: plan.conflicts },
      items: plan.items.map((item) => {
        const told = isThere(item) ? replacing.get(`${item.kind} ${item.id}`) : undefined
        return {
          ...planItemJson({ ...item, notes: notes.get(keyOf(item)) ?? item.notes }, changes),
          ...(told !== undefined && told.parts.length > 0 && { parts: told.parts }),
          ...(item.conflict && told?.replacing !== undefined && { replacing: told.replacing })
        }
      })
    }
  })
