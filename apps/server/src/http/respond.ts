import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { About } from "../api/PassingTexts.js"
import { type Problem, problemContent } from "../api/Problem.js"
import { about } from "../api/ProblemTexts.js"

/** A problem as an answer. */
export const respond = (problem: Problem): HttpServerResponse.HttpServerResponse => {
  const { retryAfter }: About = about[problem.type]
  return HttpServerResponse.text(JSON.stringify(problem), {
    status: problem.status,
    contentType: problemContent,
    headers: {
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(problem.status === 426 ? { upgrade: "whiteroom" } : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) })
    }
  })
}
