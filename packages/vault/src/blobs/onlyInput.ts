import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"

/** What checks its input by throwing fails with that alone; anything else that it throws is a bug. */
export const onlyInput = <A>(effect: Effect.Effect<A, unknown>): Effect.Effect<A, InvalidInput> =>
  Effect.catchAll(effect, (error) => (error instanceof InvalidInput ? Effect.fail(error) : Effect.die(error)))
