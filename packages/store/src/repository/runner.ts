/** From synchronous store code to Effects: the one place where exceptions become typed errors. */
import type { WhiteRoomError } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { storageError } from "../db/Database.js"

/** Runs store code with the present time; errors of ours and of the disk are failures, all else is a defect. */
export const attempt = <A>(path: string, name: string, body: (now: number) => A): Effect.Effect<A, WhiteRoomError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(body(now))
      } catch (error) {
        const known = storageError(error, path)
        return known === undefined ? Effect.die(error) : Effect.fail(known)
      }
    })
  ).pipe(Effect.withSpan(`whiteroom.${name}`))
