import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type KeptLibrary, librariesDue, noteLook } from "../control/Libraries.js"
import { settleWritten } from "../control/settleWritten.js"
import type { Desk } from "../http/Desk.js"
import { machineTime } from "../http/Waits.js"
import type { Homes } from "../replica/Homes.js"

/**
 * Runs the profiles of libraries that are written here, by the runner of the scheduler: what is due is asked of each library and of
 * the clock, so that what a server slept through is caught up. When it is to be asked again stands in the control database: a library in which
 * nothing is due and nothing was done is not opened, also by a server that has just started. `longestMs`: a library in which nothing is due is
 * asked again after that all the same. The first look comes when it has run for that long: whoever writes at once after a start is not held up.
 */
export const runProfiles = (
  { hub, log, owners }: Pick<Desk, "hub" | "log" | "owners">,
  homes: Homes,
  { everyMs, longestMs }: { readonly everyMs: number; readonly longestMs: number }
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const run = (library: KeptLibrary, now: number) =>
      Effect.gen(function* () {
        const { id } = library
        const changes = homes.changesOf(id)
        const ran = yield* Effect.either(owners().held(id, homes.runDue(library)))
        if (ran._tag === "Left") {
          const fault = `${id}: what was due did not run: ${ran.left.type}`
          // Another node has it by now, which looks itself.
          if (ran.left.type !== "Moving")
            log({ time: new Date(now).toISOString(), level: "error", event: "fault", fault })
          return
        }
        const { taken, runs, position, nextAt = now + longestMs } = ran.right
        const hasChanged = homes.changesOf(id) !== changes
        // That it ran is known to who goes on with the library.
        if (runs > 0) homes.noticed(id)
        if (taken > 0) {
          yield* settleWritten(id, 0, { position, hasBackup: true, hasProfile: true })
          hub.wake()
        }
        if (!hasChanged) yield* noteLook(id, Math.min(now + longestMs, nextAt))
      })
    const look = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      for (const library of yield* librariesDue(now))
        if (owners().isMine(library.id)) yield* run(library, now)
    }).pipe(Effect.catchAllCause((cause) => Effect.logError(`profiles: ${cause.toString().slice(0, 200)}`)))
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(machineTime(everyMs), look)))
  })
