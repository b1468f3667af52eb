import { createHash } from "node:crypto"
import {
  changesOf,
  changesOfItem,
  type EntityKey,
  MomentNotFound,
  type Part,
  type PlanItem,
  type PlannedRestore,
  partsOfItem,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { planItemJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Origin, PlannedHere, RestoreIntent } from "./Messages.js"
import { sourceOf } from "./sourceOf.js"

/** Items that replace something, or could, whose changes are told in words; the others are named. */
const itemsInWords = 200

/** A plan, what it is restored from as the library takes it, and all that is told of it. */
export interface Planned extends PlannedHere {
  readonly plan: PlannedRestore
  readonly reference: string
}

/** What an item does. The ids of copies are new in every plan. */
const deedOf = ({ kind, id, copyOf, action, conflict, name, before, after, notes }: PlanItem) => [
  ...[kind, copyOf ?? id, action, conflict, name, notes, before && toHex(sha256(before))],
  copyOf === undefined ? after && toHex(sha256(after)) : ""
]

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest()

const digestOf = ({ items, mode }: PlannedRestore): string =>
  createHash("sha256")
    .update(JSON.stringify([mode, items.map(deedOf)]))
    .digest("hex")

/** Where the source stands in the log. What was imported stands in no log of its own. */
const originOf = (
  library: Library,
  reference: string,
  { point, options }: RestoreIntent,
  items: PlannedRestore["items"]
) =>
  Effect.gen(function* () {
    const backup = reference.startsWith("@") ? undefined : yield* library.backups.find(reference)
    const position = backup?.position ?? Number(reference.slice(1))
    const isHere = backup?.trigger !== "imported" && position > 0
    const hash = isHere ? yield* lookAt(library, ({ chainHashAt }) => chainHashAt(position)) : undefined
    const chainHash = hash === undefined ? "" : toHex(hash)
    if (point !== undefined && point.chainHash !== chainHash)
      return yield* new MomentNotFound({
        moment: reference,
        reason: "the log has another event there",
        near: []
      })
    const [event] = backup === undefined ? yield* library.log.read({ after: position - 1, limit: 1 }) : []
    const nameOf = (key: EntityKey): string =>
      items.find(({ kind, id, copyOf }) => kind === key.kind && (copyOf ?? id) === key.id)?.name ?? ""
    const origin: Origin = {
      ...{ position, chainHash, source: backup === undefined ? reference : `b${backup.number}` },
      savedAt: backup?.timestamp.getTime() ?? event?.recordedAt ?? 0,
      entities: (options.only ?? []).map(({ kind, id }) => ({ kind, id, name: nameOf({ kind, id }) }))
    }
    return origin
  })

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
  decisions: RestoreIntent["options"]["decisions"] = []
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
      found.set(`${item.kind} ${item.id}`, { parts: yield* partsOfItem(library, plan, item) })
    if (wanted.length === 0) return found
    const only = wanted.map(({ kind, id }): EntityKey => ({ kind, id }))
    const replacing = yield* library.backups
      .plan(reference, { only, onConflict: "replace" })
      .pipe(Effect.catchTag("EntityNotFound", () => Effect.succeed({ ...plan, items: [] })))
    for (const [index, item] of replacing.items.entries())
      found.set(`${item.kind} ${item.id}`, {
        replacing: yield* changesOfItem(library, replacing, item),
        parts: index < itemsInParts ? yield* partsOfItem(library, replacing, item) : []
      })
    return found
  })

/** The plan of a restore, with what is told of it. Takes over what other programs wrote, and writes nothing else. */
export const planHere = (library: Library, intent: RestoreIntent): Effect.Effect<Planned, WhiteRoomError> =>
  Effect.gen(function* () {
    const { at = "latest", point, options } = intent
    const named = yield* sourceOf(library, point === undefined ? at : `@${point.position}`)
    const reference = named === "now" ? `@${(yield* library.log.head).position}` : named
    const plan = yield* library.backups.plan(reference, options)
    const { items } = plan
    const origin = yield* originOf(library, reference, intent, items)
    const changes = yield* changesOf(library, plan, itemsInWords)
    const replacing = yield* replacingOf(library, reference, plan, options.decisions)
    const preview = {
      ...{ mode: plan.mode, plan: plan.counts, conflicts: plan.conflicts },
      items: items.map((item) => {
        const told = isThere(item) ? replacing.get(`${item.kind} ${item.id}`) : undefined
        return {
          ...planItemJson(item, changes),
          ...(told !== undefined && told.parts.length > 0 && { parts: told.parts }),
          ...(item.conflict && told?.replacing !== undefined && { replacing: told.replacing })
        }
      })
    }
    return { plan, reference, origin, preview, digest: digestOf(plan) }
  })
