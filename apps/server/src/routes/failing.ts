import * as Effect from "effect/Effect"
import type { ControlError } from "../control/Database.js"

/** A database that fails is a fault of the server, which the gate tells and logs. */
export const failing = <A, E, R>(effect: Effect.Effect<A, E | ControlError, R>) =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | ControlError, ControlError> =>
      typeof error === "object" && error !== null && "_tag" in error && error._tag === "SqlError",
    Effect.die
  )
