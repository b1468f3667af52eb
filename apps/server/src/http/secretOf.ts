import type { IncomingMessage } from "node:http"
import type { Desk } from "./Desk.js"
import { cookieOf } from "./SessionCookie.js"

/** The secret that came with a request: in the header, under its scheme, or as the cookie of a page, and nowhere else. */
export const secretOf = (request: IncomingMessage, desk: Pick<Desk, "url">): string | undefined => {
  const { authorization } = request.headers
  return authorization === undefined
    ? cookieOf(request, desk)
    : /^Bearer ([A-Za-z0-9_-]{20,200})$/i.exec(authorization)?.[1]
}
