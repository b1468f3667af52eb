/** The request as Node has it: what only that tells. */
import { IncomingMessage } from "node:http"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import type { Desk } from "./Desk.js"
import { forwardedOf } from "./Forwarded.js"

/** The request of Node behind one of Effect; served by another, it is a mistake of the program. */
export const nodeRequest = ({ source }: HttpServerRequest): IncomingMessage => {
  if (source instanceof IncomingMessage) return source
  throw new Error("not served by Node")
}

const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/.test(address)

/** Whether it came from this machine, and no proxy of this machine brought it: behind one nothing is known to be local. */
export const isLocal = (request: IncomingMessage, { trustProxy }: Pick<Desk, "trustProxy">): boolean =>
  !trustProxy &&
  forwardedOf(request) === undefined &&
  isLoopback(request.socket.remoteAddress ?? "") &&
  !Object.keys(request.headers).some((name) => /^(?:x-forwarded-|forwarded$|via$)/.test(name))

/** From where a request comes. A proxy on this machine is believed, when the server was told so: the last it names. */
export const remoteOf = (request: IncomingMessage, { trustProxy }: Pick<Desk, "trustProxy">): string => {
  const forwarded = forwardedOf(request)
  if (forwarded !== undefined) return forwarded.remote
  const address = request.socket.remoteAddress ?? ""
  const named = request.headers["x-forwarded-for"]
  if (!trustProxy || !isLoopback(address) || typeof named !== "string") return address
  const last = named.split(",").at(-1)?.trim() ?? ""
  return /^[0-9a-fA-F.:]{2,45}$/.test(last) ? last : address
}

/** Whether a request calls the server by a name of its own: names that lead here from elsewhere are not answered. */
export const isForUs = (request: IncomingMessage, hosts: ReadonlySet<string>): boolean => {
  const host = request.headers.host ?? ""
  const found = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase()
  if (found === undefined) return false
  // The node that took it has looked.
  if (forwardedOf(request) !== undefined) return true
  if (hosts.has(found)) return true
  const local = (request.socket.localAddress ?? "").replace(/^::ffff:/, "")
  if (found === local || found === `[${local}]`) return true
  return found === "localhost" && isLoopback(local)
}
