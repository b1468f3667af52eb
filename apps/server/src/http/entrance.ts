import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { accessByHash, callerOf, hashOfToken, isValid, noteUse } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { allowedOriginOf } from "./Cors.js"
import { type Desk, TheDesk } from "./Desk.js"
import { isLocal, nodeRequest, remoteOf } from "./NodeRequest.js"
import { judge } from "./Scopes.js"
import { cookieOf, isOwnOrigin } from "./SessionCookie.js"
import { secretOf } from "./secretOf.js"
import { noteEveryMs } from "./TellAgain.js"

/** Notes the use of an access, from time to time. Where it cannot be noted, as on a full disk, that is no reason not to answer. */
const note = (desk: Desk, id: string, now: number, from: string) =>
  Effect.suspend(() => {
    if (now - (desk.noted.get(id) ?? 0) < noteEveryMs) return Effect.void
    desk.noted.set(id, now)
    return Effect.ignore(noteUse(id, now, from))
  })

/** The access with this hash of a secret, looked up where it is not known as of now. */
const accessBy = ({ known }: Desk, hash: string) =>
  Effect.suspend(() => {
    const mark = known.mark()
    if (mark === undefined) return accessByHash(hash)
    const then = known.accesses.get(hash)
    if (then?.mark === mark) return Effect.succeed(then.access)
    return Effect.tap(accessByHash(hash), (access) => {
      if (access !== undefined) known.accesses.set(hash, { mark, access }, 1)
    })
  })

/** The access whose token or cookie came with a request, when it counts now. */
const callerOfRequest: Effect.Effect<
  Caller | undefined,
  ControlError,
  TheDesk | SqlClient.SqlClient | HttpServerRequest.HttpServerRequest
> = Effect.gen(function* () {
  const desk = yield* TheDesk
  const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
  const token = secretOf(request, desk)
  if (token === undefined) return undefined
  const access = yield* accessBy(desk, hashOfToken(token))
  const now = yield* Clock.currentTimeMillis
  if (access === undefined || !isValid(access, now)) return undefined
  yield* note(desk, access.id, now, remoteOf(request, desk))
  return callerOf(access)
})

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

/** Lets in whoever the route of a request is open to. What this machine asks of `/metrics` needs no token. */
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
  if (name === "GET /metrics" && isLocal(nodeRequest(request), yield* TheDesk)) return caller
  return yield* Effect.fail(problem(verdict))
})
