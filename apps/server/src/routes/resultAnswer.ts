import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type { RunResult } from "../http/Runs.js"
import { exportAnswer } from "./exportAnswer.js"
import { restoreAnswer } from "./restoreAnswer.js"

/** What some work came to, for who waited until then. */
export const resultAnswer = (result: RunResult) => {
  if (result._tag === "Exported") return exportAnswer(result.kept, true)
  if (result._tag === "Imported") return Effect.succeed(HttpServerResponse.unsafeJson(result.imported))
  if (result._tag === "TakenBack") return Effect.succeed(HttpServerResponse.unsafeJson(result.undone))
  return Effect.succeed(restoreAnswer(result.status, result.restore))
}
