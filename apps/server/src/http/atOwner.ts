import type { IncomingMessage } from "node:http"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import { isServerAdmin } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { callerOfRequest } from "./callerOfRequest.js"
import { TheDesk } from "./Desk.js"
import { forwardedOf } from "./Forwarded.js"
import { FoundCaller } from "./FoundCaller.js"

/** What is below a library is asked of who looks after it; the library itself is a row of the control database. */
const below = /^\/v1\/libraries\/([a-z0-9][a-z0-9-]{0,62})\/([a-z]+)/

type Answer<E, R> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/**
 * Answers a request about a library where that is looked after, by `here` on this server or by the node that it is sent on to. Who may not see
 * the library is answered here, as where there is none: no other node is troubled for somebody who has no access.
 */
export const atOwner = <E, R>(
  request: IncomingMessage,
  here: Answer<E, R>
): Answer<
  E | Problem | ControlError,
  R | TheDesk | SqlClient.SqlClient | HttpServerRequest.HttpServerRequest
> =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const owners = desk.owners()
    const [, library, what] = below.exec(request.url ?? "") ?? []
    if (library === undefined) return yield* here
    // Files are in the bucket, which is never old.
    const checked = what === "blobs" ? here : Effect.zipRight(owners.check(library), here)
    if (!owners.areSeveral) return yield* checked
    const caller = yield* callerOfRequest
    // Looked up once for a request: whoever lets it in asks for it too.
    const known = Effect.provideService(FoundCaller, { caller })
    if (caller === undefined || !(caller.libraries.includes(library) || isServerAdmin(caller)))
      return yield* known(here)
    const where = yield* owners.whereIs(library)
    if (where._tag === "Here") return yield* owners.held(library, known(checked))
    // Sent on once: the node that did so asks again.
    if (forwardedOf(request) !== undefined) return yield* Effect.fail(problem("Moving"))
    return yield* where.forward(request)
  })
