import type * as http from "node:http"
import type { Duplex } from "node:stream"
import { askFirst } from "./askFirst.js"

/** So many requests of one connection are at work: browsers, proxies and our clients ask for the next when one was answered. */
const most = 8

/**
 * Ends a connection on which much is asked for before anything is answered, and begins nothing more of it: one packet has room for
 * hundreds of requests, and a few hundred connections for more than a server can hold in memory.
 */
export const boundPipelining = (server: http.Server): void => {
  const atWork = new WeakMap<Duplex, number>()
  askFirst(server, ({ socket }, response) => {
    const count = (atWork.get(socket) ?? 0) + 1
    if (count > most) socket.destroy()
    // Of what came in one packet the rest is read all the same.
    if (socket.destroyed) return true
    atWork.set(socket, count)
    response.once("close", () => atWork.set(socket, (atWork.get(socket) ?? 1) - 1))
    return false
  })
}
