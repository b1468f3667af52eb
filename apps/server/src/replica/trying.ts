import { isWhiteRoomError, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"

/** What refuses by throwing one of our errors, as an Effect that fails with it; all else is a defect. */
export const trying = <A>(read: () => A): Effect.Effect<A, WhiteRoomError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(read())
    } catch (error) {
      return isWhiteRoomError(error) ? Effect.fail(error) : Effect.die(error)
    }
  })
