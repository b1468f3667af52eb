import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { type Problem, problemContent } from "../api/Problem.js"

/** A problem as an answer. */
export const respond = (problem: Problem): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(JSON.stringify(problem), {
    status: problem.status,
    contentType: problemContent,
    headers: {
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {})
    }
  })
