/** A request on its way through the server: what is said of it when it leaves. */
import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { corsHeaders } from "./Cors.js"
import type { Desk } from "./Desk.js"
import { remoteOf } from "./NodeRequest.js"
import { routeOf } from "./routeOf.js"

export interface Passage {
  readonly desk: Desk
  readonly request: IncomingMessage
  readonly id: string
  readonly began: number
}

export const passageOf = (desk: Desk, request: IncomingMessage): Passage => ({
  ...{ desk, request, id: randomUUID(), began: performance.now() }
})

/** Counts and logs what is answered, and says what every answer says. */
export const leave = (
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
