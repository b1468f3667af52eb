import { hostname } from "node:os"
import { minute, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

/** A process that died keeps the others waiting no longer than this. */
const leaseTime = minute

/**
 * Adds a vault to a library while no other process does: two that each made one would leave two in a folder, of which the
 * library knows one. Waits for its turn; interrupting it gives the turn back.
 */
export const oneAtATime = <A>(
  library: Library,
  work: Effect.Effect<A, WhiteRoomError>
): Effect.Effect<A, WhiteRoomError> => {
  const acquire = library.schedule.acquireLease("vaults", `${hostname()}:${process.pid}`, leaseTime)
  const turn = Effect.gen(function* () {
    for (;;) {
      const lease = yield* acquire
      if (!("heldBy" in lease)) return lease
      yield* Effect.sleep("50 millis")
    }
  })
  return Effect.acquireUseRelease(
    Effect.interruptible(turn),
    () => work,
    (lease) => Effect.ignore(library.schedule.releaseLease(lease))
  )
}
