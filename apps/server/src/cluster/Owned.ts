/** The libraries that this node looks after: since when, and what is being done in them. */
import { SqlClient } from "@effect/sql/SqlClient"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { type Problem, problem } from "../api/Problem.js"
import { setUsed } from "../control/Libraries.js"
import { beginFence, type Standing, standingOf } from "../control/Ownership.js"
import type { Owners } from "../http/Owners.js"
import type { Shelf } from "../library/Shelf.js"
import type { Homes } from "../replica/Homes.js"
import type { Replicas } from "../replica/Replicas.js"

/** What is being done when a library goes to another node has so long to end. */
const lastMs = 1500

/** While the control database is away, a library that is to be owned waits for it. */
const againMs = 200

/** What a node does with the libraries that it owns. */
export interface Owning {
  readonly epoch: string
  /** The epoch has ended: a server that is alone goes on with this control database. */
  readonly onSuperseded: () => void
  readonly shelf: Pick<Shelf, "measure">
  readonly replicas: Pick<Replicas, "changed">
  readonly homes: Pick<Homes, "forget">
  /** Goes on with what the node before it had begun in a library. */
  readonly goOn: (library: string) => Effect.Effect<void>
}

interface One {
  readonly fence: number | undefined
  uses: number
  /** There when it is given up: done when nobody uses it any more. */
  ending: Deferred.Deferred<void> | undefined
}

export interface Owned extends Pick<Owners, "held" | "check" | "rightTo"> {
  /** Owns a library until the scope ends. */
  readonly begin: (library: string) => Effect.Effect<void, never, Scope.Scope>
  readonly has: (library: string) => boolean
}

export const makeOwned = ({
  epoch,
  onSuperseded,
  shelf,
  replicas,
  homes,
  goOn
}: Owning): Effect.Effect<Owned, never, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const all = new Map<string, One>()

    const begin: Owned["begin"] = (library) =>
      Effect.gen(function* () {
        // What was open may be what another node has gone on from.
        yield* homes.forget(library)
        replicas.changed(library)
        // By itself: the library under this tries again later and later, up to ten seconds.
        const begun = yield* Effect.orDie(Effect.retry(beginFence(library), Schedule.spaced(againMs)))
        // Uploads that the node before did not end; those of this one have not begun. A bucket that is away is not waited for.
        if (begun !== undefined && begun.reserved !== 0)
          yield* shelf.measure(library).pipe(
            Effect.flatMap((bytes) => setUsed(library, bytes)),
            Effect.interruptible,
            Effect.timeout(lastMs),
            Effect.ignore
          )
        const one: One = { fence: begun?.fence, uses: 0, ending: undefined }
        all.set(library, one)
        yield* Effect.addFinalizer(() =>
          Effect.gen(function* () {
            one.ending = yield* Deferred.make<void>()
            // What ends a scope cannot be interrupted, and so waits without end unless it says that it can.
            if (one.uses > 0)
              yield* Effect.timeoutOption(Effect.interruptible(Deferred.await(one.ending)), lastMs)
            if (all.get(library) === one) all.delete(library)
            yield* homes.forget(library)
          })
        )
        if (begun !== undefined) yield* Effect.forkScoped(goOn(library))
      }).pipe(Effect.provideService(SqlClient, sql))

    const rightTo: Owned["rightTo"] = (library) => {
      const fence = all.get(library)?.fence
      return fence === undefined ? undefined : { epoch, fence }
    }

    const use: (library: string) => Effect.Effect<One, Problem> = (library) =>
      Effect.suspend(() => {
        const one = all.get(library)
        if (one === undefined || one.ending !== undefined) return Effect.fail(problem("Moving"))
        one.uses++
        return Effect.succeed(one)
      })

    const leave = (one: One) =>
      Effect.sync(() => {
        one.uses--
        if (one.uses === 0 && one.ending !== undefined) Deferred.unsafeDone(one.ending, Effect.void)
      })

    return {
      begin,
      rightTo,
      has: (library) => all.has(library),
      held: (library, work) => Effect.acquireUseRelease(use(library), () => work, leave),
      check: (library) =>
        Effect.gen(function* () {
          const one = all.get(library)
          const standing: Standing =
            one === undefined ? "fence" : yield* standingOf(library, { epoch, fence: one.fence })
          if (standing === "epoch") onSuperseded()
          if (standing !== "held") return yield* Effect.fail(problem("Moving"))
        })
    }
  })
