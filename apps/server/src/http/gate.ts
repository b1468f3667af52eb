/**
 * What holds for every request: the name it calls the server by, how large it may be, that every answer is a problem or a
 * result, the headers that keep browsers from mischief, one line in the log.
 */
import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { errorCode } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isProblem, type Problem, problem, problemContent } from "../api/Problem.js"
import { atOwner } from "./atOwner.js"
import { corsHeaders, preflightOf } from "./Cors.js"
import { type Desk, TheDesk } from "./Desk.js"
import { harmless } from "./harmless.js"
import { isTooOld } from "./isTooOld.js"
import { isForUs, nodeRequest, remoteOf } from "./NodeRequest.js"
import { isOfAnotherUser } from "./PeerUser.js"
import { respond } from "./respond.js"
import { routeOf } from "./routeOf.js"
import { toldAgain } from "./TellAgain.js"

/** Bodies other than files are a few hundred bytes. */
const largestBody = 64 * 1024

const isUpload = ({ method, url = "" }: IncomingMessage): boolean =>
  method === "PUT" && /^\/v1\/libraries\/[^/?]+\/blobs\//.test(url)

/** What writes documents: its route looks at how large it is. */
const isDocument = ({ method, url = "" }: IncomingMessage): boolean =>
  (method === "PUT" && /^\/v1\/libraries\/[^/?]+\/(?:songs|performances|preferences)\//.test(url)) ||
  (method === "POST" && /^\/v1\/libraries\/[^/?]+\/(?:changes|imports)(?:\?|$)/.test(url))

/** A request that says twice what counts once: a proxy before the server may have gone by the other one. */
const isTwofold = ({ headersDistinct }: IncomingMessage): boolean =>
  ["host", "authorization"].some((name) => (headersDistinct[name] ?? []).length > 1)

/** Forms and what else the library under the API would read are not taken: a page of somebody else can send those unasked. */
const isJson = (type = "application/json"): boolean => /^application\/json(?:;|$)/i.test(type.trim())

/** What is wrong with a request before anybody looks at what it wants. */
const refusal = (request: IncomingMessage, desk: Desk): Problem | undefined => {
  const { headers } = request
  if (isTooOld(request)) return problem("ClientTooOld")
  if (!isForUs(request, desk.hosts)) return problem("HostRefused")
  if (isTwofold(request)) return problem("InvalidRequest")
  if (desk.onlyUser !== undefined && isOfAnotherUser(request, desk.onlyUser)) return problem("NotYours")
  if (headers["content-encoding"] !== undefined) return problem("EncodingRefused")
  if (isUpload(request)) return undefined
  if (headers["transfer-encoding"] !== undefined) return problem("LengthRequired")
  if (isDocument(request)) return undefined
  if (Number(headers["content-length"] ?? 0) > largestBody) return problem("TooLarge")
  return isJson(headers["content-type"]) ? undefined : problem("InvalidRequest")
}

/** A body that is no JSON, or that ended before it was whole. The library under the API takes that for a defect. */
const isUnread = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.failures(cause), ...Cause.defects(cause)].some(
    (error) => error instanceof HttpServerError.RequestError
  )

/** Arrays in arrays in arrays, as many as fit: the library under the API cannot even say what is wrong with them. */
const isTooDeep = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.defects(cause)].some(
    (error) => error instanceof RangeError && error.message === "Maximum call stack size exceeded"
  )

/** The problem that a failure is; one that is none of ours is a fault of the server, which is logged. */
const problemOf = (cause: Cause.Cause<unknown>): Problem => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (isProblem(error)) return error
  if (isUnread(cause) || isTooDeep(cause)) return problem("InvalidRequest")
  if (typeof error === "object" && error !== null && "_tag" in error && error._tag === "RouteNotFound")
    return problem("NotFound")
  return problem("InternalFault")
}

/** Whether the disk was full when the database was to be written; nothing of it was then. */
const isFull = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.failures(cause), ...Cause.defects(cause)].some(
    (error) => error instanceof SqlError && errorCode(error.cause) === "SQLITE_FULL"
  )

/** Answers that the library under the API made by itself: only their status is kept. */
const relabelled = (
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  const type = response.headers["content-type"] ?? ""
  if (response.status < 400 || type.startsWith(problemContent)) return response
  if (response.status === 404) return respond(problem("NotFound"))
  return respond(problem(response.status < 500 ? "InvalidRequest" : "InternalFault"))
}

const diskFull = {
  detail: "The disk of the server is full. Nothing was changed.",
  recovery: "Try again; tell the person who runs the server."
}

/** The text of what nobody foresaw, for the log: where it happened, without what was in it. */
const faultText = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause)
    .map(({ name, stack }) => `${name} ${(stack ?? "").split("\n").slice(1, 6).join(" ").trim()}`)
    .join("; ")
    .slice(0, 2000)

/** One request on its way through the gate. */
interface Passage {
  readonly desk: Desk
  readonly request: IncomingMessage
  readonly id: string
  readonly began: number
}

const logFault = ({ desk, request, id }: Passage, cause: Cause.Cause<unknown>): void =>
  desk.log({
    ...{ time: new Date().toISOString(), level: "error", event: "fault", id },
    ...{ method: request.method ?? "", route: routeOf(request), fault: faultText(cause) }
  })

/** Counts and logs what is answered, and says what every answer says. */
const leave = (
  { desk, request, id, began }: Passage,
  response: HttpServerResponse.HttpServerResponse,
  route = routeOf(request)
): HttpServerResponse.HttpServerResponse => {
  const { method = "" } = request
  const { status } = response
  // Whatever was asked for may be something that others wait for.
  if (method !== "GET" && method !== "HEAD") desk.hub.wake()
  desk.metrics.requests.inc({ method, route, status: String(status) })
  const ms = performance.now() - began
  desk.log({
    ...{ time: new Date().toISOString(), level: "info", event: "request", id, method, route, status },
    ...{ ms: Math.round(ms), from: remoteOf(request, desk) }
  })
  const { traceparent } = request.headers
  const parent = typeof traceparent === "string" ? traceparent : undefined
  desk.traces?.add({ id, method, route, status, ms, parent })
  return HttpServerResponse.setHeaders(response, {
    ...(status === 429 || status === 503 ? { "retry-after": response.headers["retry-after"] ?? "2" } : {}),
    ...corsHeaders(request, desk),
    "x-request-id": id,
    ...(desk.isStopping() ? { connection: "close" } : {})
  })
}

export const gate = Layer.scopedDiscard(
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const sql = yield* SqlClient.SqlClient
    const router = yield* HttpLayerRouter.HttpRouter
    yield* router.addGlobalMiddleware(
      (
        app
      ): Effect.Effect<
        HttpServerResponse.HttpServerResponse,
        HttpLayerRouter.unhandled,
        HttpServerRequest.HttpServerRequest
      > =>
        Effect.zipWith(HttpServerRequest.HttpServerRequest, Effect.clock, (asked, clock) => {
          const request = nodeRequest(asked)
          const passage = { desk, request, id: randomUUID(), began: performance.now() }
          const refused = refusal(request, desk)
          if (refused !== undefined)
            return Effect.succeed(
              leave(passage, harmless(HttpServerResponse.setHeader(respond(refused), "connection", "close")))
            )
          const preflight = preflightOf(request, desk)
          if (preflight !== undefined) return Effect.succeed(leave(passage, harmless(preflight)))
          const again = toldAgain(request, desk, clock.unsafeCurrentTimeMillis())
          if (again !== undefined) {
            desk.metrics.again.inc()
            return Effect.succeed(leave(passage, again.response, again.route))
          }
          return atOwner(request, Effect.map(app, relabelled)).pipe(
            Effect.provideService(TheDesk, desk),
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.catchAllCause((cause) => {
              // What is in reserve makes way: asked for again, it is done.
              if (isFull(cause)) return Effect.as(desk.room.tend, respond(problem("Full", diskFull)))
              const found = problemOf(cause)
              if (found.type === "InternalFault" && !Cause.isInterruptedOnly(cause)) logFault(passage, cause)
              return Effect.succeed(respond(found))
            }),
            Effect.map((response) => leave(passage, harmless(response)))
          )
        }).pipe(Effect.flatten)
    )
  })
)
