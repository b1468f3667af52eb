import type { EntityKey } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { ProblemOf } from "../api/Problem.js"
import { problem } from "../api/Problem.js"
import type { Refused } from "../api/Reads.js"
import type { RestoreWish } from "../api/Restores.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { TheDesk } from "../http/Desk.js"
import type { Origin } from "../replica/Messages.js"
import { asRefused } from "./asRefused.js"
import { waitOf } from "./waitOf.js"

/** Whether what is decided is about what is named. */
const areOf = (only: ReadonlyArray<EntityKey>, decisions: ReadonlyArray<EntityKey>): boolean =>
  decisions.every((one) => only.some(({ kind, id }) => kind === one.kind && id === one.id))

/** A device is told of many restores at once: what each says is bounded. */
const longestDecisions = 100_000

const invalid = () => Effect.fail(problem("InvalidRequest"))

/**
 * What a restore that is sent comes from. A library that can be read is looked into; of a sealed one the sender must say it,
 * and its device finds out whether it is so.
 */
export const originFor = (
  library: KeptLibrary,
  wish: RestoreWish,
  prefer: string | undefined
): Effect.Effect<Origin, Refused | ProblemOf<"InvalidRequest">, TheDesk> =>
  Effect.gen(function* () {
    const { at, line, position, chainHash, only, mode, decisions } = wish
    const point = position === undefined || chainHash === undefined ? undefined : { position, chainHash }
    // A device is sent what is named, and makes the plan itself.
    const isForServer = (wish.exact ?? wish.onConflict) !== undefined
    if (only === undefined || isForServer || (at === undefined) === (point === undefined))
      return yield* invalid()
    if (decisions !== undefined && (mode === "copy" || !areOf(only, decisions))) return yield* invalid()
    if (JSON.stringify(decisions ?? []).length > longestDecisions) return yield* invalid()
    if (library.sealed === 1) {
      if (point === undefined) return yield* Effect.fail(problem("Sealed"))
      const entities = only.map((key) => ({ ...key, name: "" }))
      return { ...point, source: `@${point.position}`, savedAt: 0, seen: wish.seen ?? point, entities }
    }
    const { replicas } = yield* TheDesk
    const preview =
      wish.dryRun === true ? { asCopy: mode === "copy", decisions, language: wish.language } : undefined
    const question = { _tag: "Origin", at, point, only, preview } as const
    const asking = { library, question, line, waitMs: waitOf(prefer), proven: null }
    const { body } = yield* Effect.catchAll(replicas.ask(asking), asRefused)
    const origin = JSON.parse(Buffer.from(body).toString("utf8")) as Origin
    return { ...origin, seen: wish.seen ?? origin.seen }
  })
