import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type { RunResult } from "../http/Runs.js"
import { exportAnswer } from "./exportAnswer.js"

/** What some work came to, for who waited until then. */
export const resultAnswer = (result: RunResult) => {
  if (result._tag === "Exported") return exportAnswer(result.kept, true)
  return Effect.succeed(
    result._tag === "Imported"
      ? HttpServerResponse.unsafeJson(result.imported)
      : HttpServerResponse.unsafeJson(result.restore, {
          status: result.status,
          headers: { etag: `"${result.restore.revision}"` }
        })
  )
}
