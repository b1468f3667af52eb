/** One address for several servers: each connection goes to the next of them, or to another where that one does not take it. */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** The address; `addresses` is asked for each connection, as a server that was started again has another. */
export const inTurns = (addresses: () => ReadonlyArray<string>): Effect.Effect<string, never, Scope.Scope> =>
  Effect.gen(function* () {
    let turn = 0
    const sockets = new Set<Socket>()
    const server = createServer({ allowHalfOpen: true }, (client) => {
      sockets.add(client)
      client.on("error", () => {})
      client.once("close", () => sockets.delete(client))
      const attempt = (left: number): void => {
        const all = addresses()
        const address = all[turn++ % all.length]
        if (left === 0 || address === undefined) return void client.destroy()
        const { hostname, port } = new URL(address)
        const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
        let isOpen = false
        upstream.once("connect", () => {
          isOpen = true
          client.pipe(upstream).pipe(client)
        })
        upstream.on("error", () => (isOpen ? client.destroy() : attempt(left - 1)))
        upstream.once("close", () => isOpen && client.destroy())
        client.once("close", () => upstream.destroy())
      }
      attempt(addresses().length)
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        })
    )
    const address = server.address()
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
  })
