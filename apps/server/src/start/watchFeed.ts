import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { feedHead } from "../control/Feed.js"
import type { Hub } from "../http/Hub.js"
import { machineTime } from "../http/Waits.js"

/** Other programs write too, as one at the server's own terminal that takes an access away, and other nodes: so often it is looked. */
const lookMs = 1000

/**
 * Wakes those who look when another program wrote what they are told, within a second: one look for all of them. While nobody looks, nothing is
 * asked. What cannot be read now may be the next time.
 */
export const watchFeed = (hub: Hub): Effect.Effect<never, never, SqlClient> =>
  Effect.gen(function* () {
    // Unknown to who has just begun to look, so that nothing is missed that was written meanwhile.
    let seen: number | undefined
    for (;;) {
      const count = hub.count()
      if (hub.streams.size === 0) {
        seen = undefined
        yield* hub.after(count)
        continue
      }
      const before = seen
      seen = yield* Effect.orElseSucceed(
        Effect.map(feedHead, ({ last }) => last),
        () => before
      )
      if (seen !== before) hub.wake()
      yield* machineTime(lookMs)
    }
  })
