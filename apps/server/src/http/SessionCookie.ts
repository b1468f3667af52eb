/**
 * What people are known by who signed in: a cookie that no script can read and that goes to this server alone. Over TLS, here or at
 * the proxy, it is `__Host-whiteroom`, which browsers take with `Secure`, for the whole host and no other. On plain HTTP of
 * this machine no browser is bound to keep such a one: there it has the port in its name, since cookies know no ports. That is the one of
 * the address that people are told, which is the same for all nodes of a cluster.
 */
import type { IncomingMessage } from "node:http"
import type { Desk } from "./Desk.js"
import { isEncrypted } from "./Forwarded.js"

export const sessionDays = 30

const isSecure = (request: IncomingMessage, desk: Pick<Desk, "url">): boolean =>
  isEncrypted(request) || desk.url().startsWith("https:")

const nameOf = (request: IncomingMessage, desk: Pick<Desk, "url">): string =>
  isSecure(request, desk) ? "__Host-whiteroom" : `whiteroom-${new URL(desk.url()).port || "80"}`

/** The secret that came as a cookie. */
export const cookieOf = (request: IncomingMessage, desk: Pick<Desk, "url">): string | undefined => {
  const name = nameOf(request, desk)
  for (const each of (request.headers.cookie ?? "").split(";")) {
    const [, found, value] = /^\s*([^=\s]+)=([A-Za-z0-9_-]{43})\s*$/.exec(each) ?? []
    if (found === name) return value
  }
  return undefined
}

/** `Set-Cookie` for a secret; without one the cookie goes. */
export const setCookie = (
  request: IncomingMessage,
  desk: Pick<Desk, "url">,
  secret: string | undefined
): string =>
  [
    `${nameOf(request, desk)}=${secret ?? ""}`,
    "Path=/",
    `Max-Age=${secret === undefined ? 0 : sessionDays * 24 * 60 * 60}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(isSecure(request, desk) ? ["Secure"] : [])
  ].join("; ")

/** Whether a page of this server asks: what `Origin` says, which no page can forge. */
export const isOwnOrigin = (request: IncomingMessage, desk: Pick<Desk, "url">): boolean => {
  const { origin, host } = request.headers
  if (origin === undefined || origin === "null") return false
  if (origin === `${isEncrypted(request) ? "https" : "http"}://${host}`) return true
  return URL.canParse(desk.url()) && new URL(desk.url()).origin === origin
}
