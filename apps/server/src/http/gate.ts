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
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isProblem, type Problem, problem, problemContent } from "../api/Problem.js"
import { corsHeaders, preflightOf } from "./Cors.js"
import { type Desk, TheDesk } from "./Desk.js"
import { isForUs, nodeRequest, remoteOf } from "./NodeRequest.js"
import { isOfAnotherUser } from "./PeerUser.js"
import { respond } from "./respond.js"
import { scopes } from "./Scopes.js"

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

const patterns = Object.keys(scopes).map((key) => {
  const [method = "", path = ""] = key.split(" ")
  const source = path.replace(/:[a-z]+/g, "[^/]+").replace(/\*$/, ".*")
  return { method, path, pattern: new RegExp(`^${source}$`) }
})

/** The route that an address means, for counts and the log: what else stands in it may be anything. */
const routeOf = ({ method, url = "" }: IncomingMessage): string => {
  const [path = ""] = url.split("?")
  const wanted = method === "HEAD" ? "GET" : method
  return patterns.find((each) => each.method === wanted && each.pattern.test(path))?.path ?? "other"
}

/** A body that is no JSON, or that ended before it was whole. The library under the API takes that for a defect. */
const isUnread = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.failures(cause), ...Cause.defects(cause)].some(
    (error) => error instanceof HttpServerError.RequestError
  )

/** The problem that a failure is; one that is none of ours is a fault of the server, which is logged. */
const problemOf = (cause: Cause.Cause<unknown>): Problem => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (isProblem(error)) return error
  if (isUnread(cause)) return problem("InvalidRequest")
  if (typeof error === "object" && error !== null && "_tag" in error && error._tag === "RouteNotFound")
    return problem("NotFound")
  return problem("InternalFault")
}

/** Answers that the library under the API made by itself: only their status is kept. */
const relabelled = (
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  const type = response.headers["content-type"] ?? ""
  if (response.status < 400 || type.startsWith(problemContent)) return response
  if (response.status === 404) return respond(problem("NotFound"))
  return respond(problem(response.status < 500 ? "InvalidRequest" : "InternalFault"))
}

const harmless = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cache-control": "no-store"
}

/** The text of what nobody foresaw, for the log: where it happened, without what was in it. */
const faultText = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause)
    .map(({ name, stack }) => `${name} ${(stack ?? "").split("\n").slice(1, 6).join(" ").trim()}`)
    .join("; ")
    .slice(0, 2000)

export const gate = Layer.scopedDiscard(
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const router = yield* HttpLayerRouter.HttpRouter
    yield* router.addGlobalMiddleware(
      (
        app
      ): Effect.Effect<
        HttpServerResponse.HttpServerResponse,
        HttpLayerRouter.unhandled,
        HttpServerRequest.HttpServerRequest
      > =>
        Effect.gen(function* () {
          const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
          const id = randomUUID()
          const began = performance.now()
          const route = routeOf(request)
          const method = request.method ?? ""
          const refused = refusal(request, desk)
          const preflight = refused === undefined ? preflightOf(request, desk) : undefined
          const answer =
            preflight !== undefined
              ? Effect.succeed(preflight)
              : refused === undefined
                ? app.pipe(
                    Effect.map(relabelled),
                    Effect.catchAllCause((cause) => {
                      const found = problemOf(cause)
                      if (found.type === "InternalFault" && !Cause.isInterruptedOnly(cause))
                        desk.log({
                          time: new Date().toISOString(),
                          level: "error",
                          event: "fault",
                          id,
                          method,
                          route,
                          fault: faultText(cause)
                        })
                      return Effect.succeed(respond(found))
                    })
                  )
                : Effect.succeed(HttpServerResponse.setHeader(respond(refused), "connection", "close"))
          const response = yield* answer
          const status = response.status
          // Whatever was asked for may be something that others wait for.
          if (method !== "GET" && method !== "HEAD") desk.hub.wake()
          desk.metrics.requests.inc({ method, route, status: String(status) })
          desk.log({
            time: new Date().toISOString(),
            level: "info",
            event: "request",
            id,
            method,
            route,
            status,
            ms: Math.round(performance.now() - began),
            from: remoteOf(request, desk)
          })
          return HttpServerResponse.setHeaders(response, {
            ...harmless,
            ...(status === 429 || status === 503 ? { "retry-after": "2" } : {}),
            ...response.headers,
            ...corsHeaders(request, desk),
            "x-request-id": id,
            ...(desk.isStopping() ? { connection: "close" } : {})
          })
        })
    )
  })
)
