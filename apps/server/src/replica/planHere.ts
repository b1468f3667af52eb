import { createHash } from "node:crypto"
import {
  type EntityKey,
  MomentNotFound,
  type PlanItem,
  type PlannedRestore,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Origin, PlannedHere, RestoreIntent } from "./Messages.js"
import { previewOf } from "./previewOf.js"
import { sourceOf } from "./sourceOf.js"

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

/** The plan of a restore, with what is told of it. Takes over what other programs wrote, and writes nothing else. */
export const planHere = (library: Library, intent: RestoreIntent): Effect.Effect<Planned, WhiteRoomError> =>
  Effect.gen(function* () {
    const { at = "latest", point, options, language } = intent
    const named = yield* sourceOf(library, point === undefined ? at : `@${point.position}`)
    const reference = named === "now" ? `@${(yield* library.log.head).position}` : named
    const plan = yield* library.backups.plan(reference, options)
    const { items } = plan
    const origin = yield* originOf(library, reference, intent, items)
    const preview = yield* previewOf(library, reference, plan, { ...options, language })
    return { plan, reference, origin, preview, digest: digestOf(plan) }
  })
