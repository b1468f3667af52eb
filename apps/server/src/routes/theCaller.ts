import * as Effect from "effect/Effect"
import { CurrentCaller } from "../api/Api.js"
import { problem } from "../api/Problem.js"

/** Who asks, on a route about libraries: without an access there is nothing here. */
export const theCaller = Effect.flatMap(CurrentCaller, (found) =>
  found === undefined ? Effect.fail(problem("NotFound")) : Effect.succeed(found)
)
