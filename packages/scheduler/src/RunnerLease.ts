/**
 * The lease that runs and alerts are under: one process at a time looks after a library. Its token is checked wherever
 * anything is written, so a process that slept through the end of its lease writes nothing.
 */
import { hostname } from "node:os"
import { type Lease, minute, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

export const leaseName = "runner"

/** A process that died blocks the others no longer than this. */
export const leaseTime = 2 * minute

/** This process, for others to see. */
export const defaultHolder = `${hostname()}:${process.pid}`

/** Who else runs backups of this library at the moment. */
export interface Busy {
  readonly heldBy: string
  readonly until: Date
}

/**
 * Does the work under the lease, and gives it back; says who has it when another process does. When that one took it over
 * meanwhile, the work ends there and counts for nothing: what was to be done is done by the other.
 */
export const underLease = <A, R>(
  library: Library,
  holder: string,
  work: (lease: Lease) => Effect.Effect<ReadonlyArray<A>, WhiteRoomError, R>
): Effect.Effect<ReadonlyArray<A> | Busy, WhiteRoomError, R> =>
  Effect.gen(function* () {
    const lease = yield* library.schedule.acquireLease(leaseName, holder, leaseTime)
    if ("heldBy" in lease) return lease
    return yield* work(lease).pipe(
      Effect.catchTag("LeaseLost", () => Effect.succeed<ReadonlyArray<A>>([])),
      Effect.ensuring(Effect.ignore(library.schedule.releaseLease(lease)))
    )
  })

/** Keeps the lease while the work lasts, however long that is; work whose lease is lost is given up. */
export const renewing = <A, E, R>(
  library: Library,
  lease: Lease,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E | WhiteRoomError, R> =>
  Effect.raceFirst(
    work,
    library.schedule.renewLease(lease, leaseTime).pipe(
      Effect.delay(leaseTime / 4),
      // A library that is locked at the moment is asked again; what is lost is lost.
      Effect.catchIf(
        (error) => error._tag !== "LeaseLost",
        () => Effect.void
      ),
      Effect.forever
    )
  )
