import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { isServerAdmin } from "../control/AccessList.js"
import { deedsToday } from "../control/Audit.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { TheDesk } from "../http/Desk.js"
import { untilTomorrow } from "./untilTomorrow.js"

const tooMany = {
  detail: "This access did that to this library as often as one may in a day. Nothing was changed.",
  recovery: "Go on when Retry-After says so."
}

/**
 * Fails with `TooManyToday` when an access did one of these to a library often enough today: each is an entry of the audit log, which
 * nobody fills with a token of little worth.
 */
export const boundingDeeds = (
  caller: Caller,
  { id }: Pick<KeptLibrary, "id">,
  actions: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const { limits } = yield* TheDesk
    if (isServerAdmin(caller) || (yield* deedsToday(caller.id, id, actions)) < limits.deedsADay) return
    yield* untilTomorrow
    yield* Effect.fail(problem("TooManyToday", tooMany))
  })
