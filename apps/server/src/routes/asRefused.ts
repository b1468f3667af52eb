import * as Effect from "effect/Effect"
import type { Problem } from "../api/Problem.js"
import type { Refused } from "../api/Reads.js"

/** Problems of a library as they stand in the document of the API; any other is the server's own. */
export const asRefused = (found: Problem): Effect.Effect<never, Refused> =>
  found.type === "InternalFault" ? Effect.die(found) : Effect.fail(found as Refused)
