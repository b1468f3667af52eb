import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { commitMark } from "../control/CommitMark.js"
import type { ControlAt } from "../control/Database.js"
import { type Known, makeKnown } from "../http/Known.js"

/** What a server may remember from one request to the next: a PostgreSQL cannot say as quickly whether it was written. */
export const knownOf = (at: ControlAt): Effect.Effect<Known, never, Scope.Scope> => {
  if (at._tag !== "File") return Effect.succeed(makeKnown(() => undefined))
  const mark = Effect.acquireRelease(
    Effect.sync(() => commitMark(at.file, "SELECT changes FROM access_mark")),
    ({ close }) => Effect.sync(close)
  )
  return Effect.map(mark, ({ now }) => makeKnown(now))
}
