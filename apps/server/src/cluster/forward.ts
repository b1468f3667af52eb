import * as http from "node:http"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import { arrivalHeader, encodeArrival, isEncrypted, portOf, secretHeader } from "../http/Forwarded.js"

/** A node, as another reaches it. */
export interface Neighbour {
  readonly host: string
  readonly port: number
  readonly secret: string
  /** Calls back once when the node is gone; the result ends the waiting. */
  readonly whileThere: (onGone: () => void) => () => void
}

/** What is of one connection is not sent on to the next. */
const ofConnection = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"],
  ...["transfer-encoding", "upgrade", "expect", arrivalHeader, secretHeader]
])

const passedOn = (headers: http.IncomingHttpHeaders): Record<string, string | Array<string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) ? [] : [[name, value]]
    )
  )

/** Connections to other nodes are kept for the next request. */
const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 64 })

/**
 * Sends a request on to another node and answers as that does, both bodies as they come. Fails with `Moving` when the node cannot be reached
 * or is gone before it answers; whether it did something is not known then. An answer that has begun ends early when the node is gone.
 */
export const forward = (
  request: http.IncomingMessage,
  { host, port, secret, whileThere }: Neighbour,
  remote: string
): Effect.Effect<HttpServerResponse.HttpServerResponse, Problem> =>
  Effect.async((resume) => {
    const arrival = encodeArrival({ remote, isEncrypted: isEncrypted(request), port: portOf(request) ?? 0 })
    const onward = http.request({
      ...{ host, port, agent, method: request.method ?? "GET", path: request.url ?? "/" },
      headers: { ...passedOn(request.headers), [arrivalHeader]: arrival, [secretHeader]: secret }
    })
    const done = whileThere(() => onward.destroy(new Error("the node is gone")))
    onward.once("close", done)
    onward.once("response", (response) => {
      resume(
        Effect.succeed(
          HttpServerResponse.raw(response, {
            status: response.statusCode ?? 502,
            headers: passedOn(response.headers)
          })
        )
      )
    })
    // Afterwards it is the answer that ends early.
    onward.on("error", () => resume(Effect.fail(problem("Moving"))))
    // Who asks has gone: so does what asks for them.
    request.once("aborted", () => onward.destroy())
    request.pipe(onward)
    return Effect.sync(() => onward.destroy())
  })
