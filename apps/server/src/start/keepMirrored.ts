import * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Mirror } from "../mirror/Mirror.js"

/** The last look, when the server ends, takes no longer. */
const lastMs = 2000

/**
 * Brings files to the mirror as they come, and everything every so often, until the scope ends; then once more. A database
 * that cannot be read is no reason to stop: the next time it may be.
 */
export const keepMirrored = (
  mirror: Mirror,
  everyMs: number
): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const last = mirror.turn.pipe(
      Effect.disconnect,
      Effect.timeout(lastMs),
      Effect.withClock(Clock.make()),
      Effect.ignore,
      Effect.provideService(SqlClient.SqlClient, sql)
    )
    yield* Effect.addFinalizer(() => last)
    for (const each of [mirror.next, Effect.zipRight(Effect.sleep(everyMs), mirror.turn)])
      yield* Effect.forkScoped(Effect.forever(Effect.ignore(each)))
    yield* Effect.forkScoped(Effect.ignore(mirror.turn))
  })
