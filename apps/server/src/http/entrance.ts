import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import { allowedOriginOf } from "./Cors.js"
import { callerOfRequest } from "./callerOfRequest.js"
import { TheDesk } from "./Desk.js"
import { isLocal, nodeRequest } from "./NodeRequest.js"
import { judge } from "./Scopes.js"
import { cookieOf, isOwnOrigin } from "./SessionCookie.js"

/**
 * A change that a page asks for comes from a page of this server: what says that it comes from elsewhere is refused, and what
 * comes with a cookie must say where from.
 */
const checkOrigin: Effect.Effect<
  void,
  ProblemOf<"OriginRefused">,
  TheDesk | HttpServerRequest.HttpServerRequest
> = Effect.gen(function* () {
  const desk = yield* TheDesk
  const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
  const { authorization, origin } = request.headers
  if (request.method === "GET" || request.method === "HEAD") return
  const byCookie = authorization === undefined && cookieOf(request, desk) !== undefined
  if (!byCookie && allowedOriginOf(request, desk) !== undefined) return
  if ((byCookie || origin !== undefined) && !isOwnOrigin(request, desk))
    yield* Effect.fail(problem("OriginRefused"))
})

/** Lets in whoever the route of a request is open to. What this machine asks of `/metrics` and `/docs` needs no token. */
export const entrance: Effect.Effect<
  Caller | undefined,
  ProblemOf<"NotSignedIn"> | ProblemOf<"NotAllowed"> | ProblemOf<"OriginRefused"> | ControlError,
  TheDesk | SqlClient.SqlClient | HttpServerRequest.HttpServerRequest | HttpRouter.RouteContext
> = Effect.gen(function* () {
  const { route } = yield* HttpRouter.RouteContext
  const name = `${route.method} ${route.path}`
  yield* checkOrigin
  const caller = yield* callerOfRequest
  const verdict = judge(name, caller)
  if (verdict === "enter") return caller
  const request = yield* HttpServerRequest.HttpServerRequest
  if ((name === "GET /metrics" || name === "GET /docs") && isLocal(nodeRequest(request), yield* TheDesk))
    return caller
  return yield* Effect.fail(problem(verdict))
})
