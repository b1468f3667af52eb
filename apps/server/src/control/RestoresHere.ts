/** Restores of a library whose home is the server: planned, applied, taken back. Each step is a change of the one table of restores. */
import { randomBytes } from "node:crypto"
import type * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import type { RestoredEntity, RestoreOutcome, RestorePreview } from "@white-room/core/output"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import type { ControlError } from "./Database.js"
import { changeRestore, insertRow, type KeptRestore } from "./Restores.js"

/** What is kept of a plan. */
export interface PlanToKeep {
  readonly origin: {
    readonly position: number
    readonly chainHash: string
    readonly source: string
    readonly savedAt: number
    readonly entities: ReadonlyArray<typeof RestoredEntity.Type>
  }
  readonly preview: typeof RestorePreview.Type
  readonly digest: string
}

interface NewPlan {
  readonly library: string
  readonly mode: KeptRestore["mode"]
  /** JSON of what was asked for. */
  readonly wish: string
  readonly planned: PlanToKeep
  readonly key: string
  readonly request_hash: string
}

/** Keeps a plan, and gives its id; `undefined` when too many were planned today. */
export const insertPlan = (
  { planned, key, ...rest }: NewPlan,
  sender: Caller
): Effect.Effect<string | undefined, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const id = `r-${randomBytes(12).toString("hex")}`
    const { position, chainHash, source, savedAt, entities } = planned.origin
    const row = {
      ...{ ...rest, id, revision: 1, state: "planned" as const, source, position, chain_hash: chainHash },
      ...{ saved_at: savedAt, entities: JSON.stringify(entities), device: "", begun: 0, reason: "" },
      ...{ sender: sender.id, sender_name: sender.name, created_at: now, changed_at: now, sent_at: 0 },
      ...{ expires_at: now + day, outcome: "", request_key: key },
      ...{ plan: JSON.stringify(planned.preview), digest: planned.digest }
    }
    return yield* insertRow(row)
  })

/** The restore as it is once this step was taken; the next names that revision. */
const step = (
  seen: KeptRestore,
  actor: string,
  action: string,
  from: KeptRestore["state"],
  set: Parameters<typeof changeRestore>[1]["set"]
) => changeRestore(seen, { actor, action, from: [from], set })

const after = (seen: KeptRestore): KeptRestore => ({ ...seen, revision: seen.revision + 1 })

/** What became of the work that was begun. */
type Ended = Parameters<typeof changeRestore>[1]["set"]

/**
 * Begins to apply a plan or to take it back, does it, and notes what became of it; nobody who leaves in the middle stops it.
 * Of two who begin at once, one does. What was begun and not noted, by a server that was killed, is gone on with: the library does
 * each of them once.
 */
export const carriedOut = <E, R>(
  seen: KeptRestore,
  actor: string,
  from: "planned" | "applied",
  work: Effect.Effect<Ended, E, R>
) =>
  Effect.gen(function* () {
    const what = from === "planned" ? "restore" : "undo"
    const isBegun = seen.begun !== 0
    const begun = isBegun ? undefined : yield* step(seen, actor, `${what} begun`, from, { begun: 1 })
    if (begun !== undefined) return begun
    const mine = isBegun ? seen : after(seen)
    const set = yield* Effect.tapError(work, () => step(mine, actor, `${what} failed`, from, { begun: 0 }))
    const action = set.state === undefined ? `${what} planned again` : `restore ${set.state}`
    return yield* step(mine, actor, action, from, { ...set, begun: 0 })
  }).pipe(Effect.uninterruptible)

/** A plan in the place of the one that is out of date. */
export const newPlan = ({ origin, preview, digest }: PlanToKeep): Ended => ({
  ...{ plan: JSON.stringify(preview), digest },
  ...{ position: origin.position, chain_hash: origin.chainHash, saved_at: origin.savedAt }
})

/** What was applied. */
export const applied = (outcome: typeof RestoreOutcome.Type, operation: number): Ended => ({
  ...{ state: "applied", outcome: JSON.stringify(outcome), operation }
})

/** What was taken back. */
export const undone = (outcome: typeof RestoreOutcome.Type): Ended => ({
  ...{ state: "undone", undone: JSON.stringify(outcome) }
})
