import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { feedHead } from "../control/Feed.js"
import type { Desk } from "../http/Desk.js"

const interval = "500 millis"

/** Wakes those who look at what other nodes do: what happened anywhere is in the feed. While nobody looks, nothing is asked. */
export const followFeed = ({
  hub
}: Pick<Desk, "hub">): Effect.Effect<void, never, Scope.Scope | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    let seen = 0
    const look = Effect.gen(function* () {
      if (hub.streams.size === 0) return
      const { last } = yield* feedHead
      if (last !== seen) hub.wake()
      seen = last
    }).pipe(Effect.ignore)
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sleep(interval), look)))
  })
