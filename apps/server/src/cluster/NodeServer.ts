/**
 * Where a node is reached by the others: on an address of their own network, which is not the one that people ask. What comes has the secret of
 * this node, or is not looked at: requests that others took go to the same routes as those that this node takes.
 */
import type * as http from "node:http"
import type { AddressInfo } from "node:net"
import { ServerNotStarted } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { isFromNode, noteArrival } from "../http/Forwarded.js"
import { nodeServer } from "../http/nodeServer.js"

/** The path of the messages between nodes; requests that are sent on have that of who asked. */
export const messagePath = "/nodes"

export interface NodeServer {
  readonly host: string
  readonly port: number
  /** Takes the messages between nodes from now on. */
  readonly takeMessages: (handler: http.RequestListener) => void
}

interface Options {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly secret: string
  /** The server that people ask: what is sent on is answered as it would. */
  readonly server: http.Server
  readonly graceMs: number
  readonly stallMs: number
}

export const listenToNodes = ({
  data,
  host,
  port,
  secret,
  server,
  graceMs,
  stallMs
}: Options): Effect.Effect<NodeServer, ServerNotStarted, Scope.Scope> =>
  Effect.gen(function* () {
    let messages: http.RequestListener | undefined
    const inner = nodeServer(undefined, graceMs, stallMs)
    inner.on("request", (request, response) => {
      const refuse = (status: number) => {
        response.writeHead(status, { connection: "close" }).end()
      }
      if (!isFromNode(request, secret)) return refuse(403)
      if (request.url?.startsWith(messagePath) === true)
        return messages === undefined ? refuse(503) : messages(request, response)
      if (!noteArrival(request)) return refuse(400)
      server.emit("request", request, response)
    })
    yield* Effect.acquireRelease(
      Effect.async<void, ServerNotStarted>((resume) => {
        inner.once("error", () =>
          resume(
            new ServerNotStarted({
              data,
              reason: `nothing can listen on ${host}:${port} for other nodes`,
              advice: "CLUSTER takes an address of this machine that the other nodes reach, with a free port."
            })
          )
        )
        inner.listen(port, host, () => resume(Effect.void))
      }),
      () => Effect.sync(() => inner.close())
    )
    return {
      host,
      port: (inner.address() as AddressInfo).port,
      takeMessages: (handler) => {
        messages = handler
      }
    }
  })
