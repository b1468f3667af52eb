import type { IncomingMessage, ServerResponse } from "node:http"
import type { Desk } from "./Desk.js"
import { leave, passageOf } from "./Passage.js"
import { refusalOf } from "./refusalOf.js"
import { toldAgain } from "./TellAgain.js"

/** What was answered before, where it holds and nothing is to be said against the request. What cannot be looked at now fails where a failure is told: on the way through the routes. */
const found = (request: IncomingMessage, desk: Desk, now: number) => {
  try {
    const again = toldAgain(request, desk, now)
    return again === undefined || refusalOf(request, desk) !== undefined ? undefined : again
  } catch {
    return undefined
  }
}

/**
 * Answers a request as one before it was, where nothing has changed that the answer depends on; false where somebody has to be asked. It
 * writes to Node itself: the way through the routes takes longer than all that is looked at here.
 */
export const answerAgain =
  (desk: Desk, now: () => number) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const again = found(request, desk, now())
    if (again === undefined) return false
    desk.metrics.again.inc()
    const { status, headers, body } = leave(passageOf(desk, request), again.response, again.route)
    response.writeHead(status, headers)
    response.end(body._tag === "Uint8Array" ? body.body : undefined)
    return true
  }
