import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { librariesHere, settleWritten } from "../control/Libraries.js"
import type { Desk } from "../http/Desk.js"
import { machineTime } from "../http/Waits.js"
import type { Homes } from "../replica/Homes.js"

/** A library of which nothing was due for so long is asked again: its profiles may be others. */
const longestMs = 10 * 60_000

/**
 * Runs the profiles of libraries that are written here, by the runner of the scheduler: what is due is asked of each library and of
 * the clock, so that what a server slept through is caught up. The first look comes when it has run for that long: whoever
 * writes at once after a start is not held up.
 */
export const runProfiles = (
  { hub, log, owners }: Pick<Desk, "hub" | "log" | "owners">,
  homes: Homes,
  everyMs: number
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const known = new Map<string, { readonly nextAt: number; readonly changes: number }>()
    const look = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const library of yield* librariesHere) {
        const { id, erase_at } = library
        const { nextAt, changes } = known.get(id) ?? { nextAt: 0, changes: -1 }
        if (!owners().isMine(id) || erase_at !== 0 || (nextAt > now && changes === homes.changesOf(id)))
          continue
        const ran = yield* Effect.either(owners().held(id, homes.runDue(library)))
        const next = ran._tag === "Right" ? (ran.right.nextAt ?? now + longestMs) : now
        known.set(id, { nextAt: Math.min(now + longestMs, next), changes: homes.changesOf(id) })
        if (ran._tag === "Left") {
          const time = new Date(now).toISOString()
          log({
            time,
            level: "error",
            event: "fault",
            fault: `${id}: what was due did not run: ${ran.left.type}`
          })
        } else if (ran.right.taken > 0) {
          homes.noticed(id)
          yield* settleWritten(id, 0, { position: ran.right.position, hasBackup: true })
          hub.wake()
        }
      }
    }).pipe(Effect.catchAllCause((cause) => Effect.logError(`profiles: ${cause.toString().slice(0, 200)}`)))
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(machineTime(everyMs), look)))
  })
