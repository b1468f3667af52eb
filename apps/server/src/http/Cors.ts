/**
 * Pages of others that may use the API: none, unless whoever runs the server names their origins, each as it is. They come with a
 * token of their own; the cookie of somebody who signed in here does not go there.
 */
import type { IncomingMessage } from "node:http"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { InvalidInput } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Desk } from "./Desk.js"

type Origins = Pick<Desk, "allowedOrigins">

/** Origins as they are written, to the letter: `https://app.example`. */
export const checkOrigins = (
  origins: ReadonlyArray<string>
): Effect.Effect<ReadonlySet<string>, InvalidInput> =>
  origins.every(
    (each) => /^https?:\/\/[^*]+$/.test(each) && URL.canParse(each) && new URL(each).origin === each
  )
    ? Effect.succeed(new Set(origins))
    : Effect.fail(
        new InvalidInput({ field: "origin", reason: "it is not an origin such as https://app.example" })
      )

/** The origin of a page that may ask; `undefined` for any other, and where no page asks. */
export const allowedOriginOf = (
  { headers: { origin } }: IncomingMessage,
  { allowedOrigins }: Origins
): string | undefined => (origin !== undefined && allowedOrigins.has(origin) ? origin : undefined)

const ofAnswers = {
  "access-control-expose-headers": "ETag, Location, Retry-After, Whiteroom-Line, X-Request-Id",
  vary: "Origin"
}

const ofQuestions = {
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, Content-Digest, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, Range",
  "access-control-max-age": "600"
}

/** What an answer to such a page says besides. Where some may ask, no cache takes one answer for another. */
export const corsHeaders = (request: IncomingMessage, desk: Origins): Readonly<Record<string, string>> => {
  const origin = allowedOriginOf(request, desk)
  if (origin !== undefined) return { ...ofAnswers, "access-control-allow-origin": origin }
  return desk.allowedOrigins.size > 0 ? { vary: "Origin" } : {}
}

/** The answer to a browser that asks whether a page may ask; `undefined` for everything else. */
export const preflightOf = (
  request: IncomingMessage,
  desk: Origins
): HttpServerResponse.HttpServerResponse | undefined =>
  request.method === "OPTIONS" &&
  request.headers["access-control-request-method"] !== undefined &&
  allowedOriginOf(request, desk) !== undefined
    ? HttpServerResponse.empty({ status: 204, headers: ofQuestions })
    : undefined
