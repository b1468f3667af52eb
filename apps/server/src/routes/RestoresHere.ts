/** Restores of a library whose home is the server: it plans, applies and takes back by itself, as its devices would. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Caller } from "../api/Api.js"
import { type Problem, type ProblemOf, problem } from "../api/Problem.js"
import { RestoreWish } from "../api/Restores.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { type KeptRestore, restoreById } from "../control/Restores.js"
import { applied, carriedOut, insertPlan, newPlan, undone } from "../control/RestoresHere.js"
import { restoreJson } from "../control/restoreJson.js"
import type { RestoreIntent } from "../replica/Messages.js"
import { asRefused } from "./asRefused.js"
import { homeChange } from "./homeChange.js"

const decodeWish = Schema.decodeUnknownSync(Schema.parseJson(RestoreWish))

/** What is asked of the library. Who asks for copies says of what; a device, a sealed library and a line are of elsewhere. */
const intentOf = (wish: RestoreWish): Effect.Effect<RestoreIntent, ProblemOf<"InvalidRequest">> => {
  const { at, position, chainHash, only, mode, exact, onConflict, decisions, language } = wish
  const point = position === undefined || chainHash === undefined ? undefined : { position, chainHash }
  const isCopy = mode === "copy"
  const isOdd =
    wish.device !== undefined ||
    (at === undefined) === (point === undefined) ||
    (isCopy && (only === undefined || exact === true))
  if (isOdd) return Effect.fail(problem("InvalidRequest"))
  const options = {
    ...{ mode: exact === true ? ("exact" as const) : ("merge" as const), only, onConflict, decisions },
    asCopy: isCopy
  }
  return Effect.succeed({ at, point, options, language })
}

interface Asked {
  readonly key: string
  readonly request_hash: string
}

/** What the API has no name for is a fault of the server. */
const refusing = <A, R>(doing: Effect.Effect<A, Problem, R>) => Effect.catchAll(doing, asRefused)

export const tooManyPlans = {
  detail: "200 restores of this library were planned in a day. Nothing was planned.",
  recovery: "Try again tomorrow. What is sent to a device without planning it first is counted by itself."
}

/** A plan that is kept, so that it can be looked at and applied. */
export const planHere = (library: KeptLibrary, wish: RestoreWish, who: Caller, asked: Asked) =>
  Effect.gen(function* () {
    const intent = yield* intentOf(wish)
    const planned = yield* refusing(homeChange(library, { _tag: "Plan", intent }))
    const plan = { library: library.id, mode: wish.mode, wish: JSON.stringify(wish), planned, ...asked }
    const id = yield* insertPlan(plan, who)
    return id ?? (yield* Effect.fail(problem("TooManyToday", tooManyPlans)))
  })

/** Carries out the plan that was seen. Fails with `PlanOutdated`, and has a new plan then, where the library has changed. */
export const applyHere = (library: KeptLibrary, seen: KeptRestore, { id: actor, name }: Caller) =>
  Effect.gen(function* () {
    const intent = yield* Effect.orDie(intentOf(decodeWish(seen.wish)))
    const command = { commandId: seen.id, actor: name }
    let isOutdated = false
    const work = Effect.map(
      refusing(homeChange(library, { _tag: "Restore", intent, digest: seen.digest, command })),
      (result) => {
        isOutdated = result._tag === "Outdated"
        return result._tag === "Outdated"
          ? newPlan(result.planned)
          : applied(result.outcome, result.operation)
      }
    )
    const notChanged = yield* carriedOut(seen, actor, "planned", work)
    const now = yield* restoreById(seen.library, seen.id)
    if (isOutdated && now !== undefined)
      return yield* Effect.fail(problem("PlanOutdated", { restore: restoreJson(now) }))
    return notChanged
  })

/** Takes back what was applied; what was edited since stays. */
export const undoHere = (library: KeptLibrary, seen: KeptRestore, { id: actor, name }: Caller) =>
  Effect.gen(function* () {
    if (seen.operation === 0) return "moved" as const
    const command = { commandId: `${seen.id}/undo`, actor: name }
    const change = { _tag: "Undo", operation: seen.operation, command } as const
    const work = Effect.map(refusing(homeChange(library, change)), ({ outcome }) => undone(outcome))
    return yield* carriedOut(seen, actor, "applied", work)
  })
