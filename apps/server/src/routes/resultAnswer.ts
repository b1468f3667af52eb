import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { RunResult } from "../http/Runs.js"

/** What some work came to, for who waited until then. */
export const resultAnswer = (result: RunResult): HttpServerResponse.HttpServerResponse =>
  result._tag === "Imported"
    ? HttpServerResponse.unsafeJson(result.imported)
    : HttpServerResponse.unsafeJson(result.restore, {
        status: result.status,
        headers: { etag: `"${result.restore.revision}"` }
      })
