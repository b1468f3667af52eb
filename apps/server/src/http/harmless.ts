import * as HttpServerResponse from "@effect/platform/HttpServerResponse"

const headers = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cache-control": "no-store"
}

/** An answer with the headers that keep browsers from mischief, but for those that it has itself. */
export const harmless = (
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.setHeaders(response, { ...headers, ...response.headers })
