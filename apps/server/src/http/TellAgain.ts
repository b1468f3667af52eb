/** Answers to reads that are told again, as bytes, for as long as nothing was written that they could depend on. */
import type { IncomingMessage } from "node:http"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { hashOfToken, isValid, type KnownAccess } from "../control/AccessList.js"
import type { KeptLibrary } from "../control/Libraries.js"
import type { Desk } from "./Desk.js"
import { harmless } from "./harmless.js"
import { isUnchanged } from "./isUnchanged.js"
import type { AnswerThen } from "./Known.js"
import { routeOf } from "./routeOf.js"
import { secretOf } from "./secretOf.js"

/** The last use of an access is noted once in so long: a write for each request would cost more than the request. */
const noteEveryMs = 60_000

/** Whether the use of an access is to be noted now. */
export const isUnnoted = ({ noted }: Pick<Desk, "noted">, access: string, now: number): boolean =>
  Math.abs(now - (noted.get(access) ?? 0)) >= noteEveryMs

/** What takes more is asked again each time. */
const mostBytes = 512 * 1024

/** What a remembered answer takes up besides its body. */
const aboutBytes = 1024

/** What of a server has a part in it. */
type Here = Pick<Desk, "known" | "noted" | "url"> & { readonly replicas: Pick<Desk["replicas"], "mark"> }

interface Visitor {
  readonly mark: string
  readonly access: KnownAccess
}

/** Who asks, when that is known as of now. */
const visitorOf = (request: IncomingMessage, desk: Here): Visitor | undefined => {
  const secret = secretOf(request, desk)
  const mark = secret === undefined ? undefined : desk.known.mark()
  if (secret === undefined || mark === undefined) return undefined
  const known = desk.known.accesses.get(hashOfToken(secret))
  return known?.mark === mark ? known : undefined
}

/** All that an answer depends on but for what is written: who asks, for what, and how long they would wait. */
const keyOf = ({ access }: Visitor, { url = "", headers }: IncomingMessage): string =>
  `${access.id} ${headers.prefer ?? ""} ${url}`

const isThere = ({ erase_at }: KeptLibrary, now: number): boolean => erase_at === 0 || now < erase_at

/**
 * What is answered to a request without asking anybody: an answer that this access was given, where neither the control database nor the
 * library was written since. `undefined` for all others, and where the use of the access is to be noted.
 */
export const toldAgain = (
  request: IncomingMessage,
  desk: Here,
  now: number
): Pick<AnswerThen, "route" | "response"> | undefined => {
  if (request.method !== "GET" || request.headers["content-length"] !== undefined) return undefined
  const visitor = visitorOf(request, desk)
  if (visitor === undefined || !isValid(visitor.access, now)) return undefined
  if (isUnnoted(desk, visitor.access.id, now)) return undefined
  const key = keyOf(visitor, request)
  const known = desk.known.answers.get(key)
  if (known === undefined) return undefined
  if (known.mark !== visitor.mark || known.libraryMark !== desk.replicas.mark(known.library)) {
    desk.known.answers.delete(key)
    return undefined
  }
  if (!isThere(known.library, now)) return undefined
  const isSeen = isUnchanged(request.headers["if-none-match"], known.response.headers.etag)
  return { route: known.route, response: isSeen ? known.unchanged : known.response }
}

/**
 * Remembers the answer to a request. Called before the library is looked up and asked; `undefined` where who asks is not known as of now.
 * What was written meanwhile makes the answer one that is not told again.
 */
export const remembering = (request: IncomingMessage, desk: Here) => {
  const visitor = request.method === "GET" ? visitorOf(request, desk) : undefined
  if (visitor === undefined) return undefined
  return (
    library: KeptLibrary,
    libraryMark: string,
    response: HttpServerResponse.HttpServerResponse,
    unchanged: HttpServerResponse.HttpServerResponse
  ): void => {
    const { body } = response
    if (response.status !== 200 || body._tag !== "Uint8Array" || body.body.byteLength > mostBytes) return
    if (desk.known.mark() !== visitor.mark) return
    const key = keyOf(visitor, request)
    const { mark } = visitor
    const answer: AnswerThen = {
      ...{ mark, library, libraryMark, route: routeOf(request) },
      ...{ response: harmless(response), unchanged: harmless(unchanged) }
    }
    desk.known.answers.set(key, answer, body.body.byteLength + key.length + aboutBytes)
  }
}
