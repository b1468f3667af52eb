import * as Effect from "effect/Effect"
import { problem } from "../api/Problem.js"
import { TheDesk } from "../http/Desk.js"

/** What takes something away is told the mirror before it is said to be done. */
export const alsoInMirror = Effect.gen(function* () {
  const { mirror } = yield* TheDesk
  if (mirror !== undefined && !(yield* mirror.keepControl)) yield* Effect.fail(problem("MirrorBehind"))
})
