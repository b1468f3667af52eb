/**
 * What holds for every request: the name it calls the server by, how large it may be, that every answer is a problem or a
 * result, the headers that keep browsers from mischief, one line in the log.
 */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerError from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { errorCode } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Problem, problem, problemContent } from "../api/Problem.js"
import { holdsNul } from "../control/holdsNul.js"
import { isAway } from "../control/isAway.js"
import { atOwner } from "./atOwner.js"
import { preflightOf } from "./Cors.js"
import { TheDesk } from "./Desk.js"
import { errorsIn } from "./errorsIn.js"
import { faultText } from "./faultText.js"
import { harmless } from "./harmless.js"
import { nodeRequest } from "./NodeRequest.js"
import { leave, type Passage, passageOf } from "./Passage.js"
import { problemIn } from "./problemIn.js"
import { refusalOf } from "./refusalOf.js"
import { respond } from "./respond.js"
import { routeOf } from "./routeOf.js"

/** A body that is no JSON, or that ended before it was whole. The library under the API takes that for a defect. */
const isUnread = (cause: Cause.Cause<unknown>): boolean =>
  errorsIn(cause).some((error) => error instanceof HttpServerError.RequestError)

/** Arrays in arrays in arrays, as many as fit: the library under the API cannot even say what is wrong with them. */
const isTooDeep = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.defects(cause)].some(
    (error) => error instanceof RangeError && error.message === "Maximum call stack size exceeded"
  )

/** The problem that a failure is; one that is none of ours is a fault of the server, which is logged. */
const problemOf = (cause: Cause.Cause<unknown>): Problem => {
  const found = problemIn(cause)
  if (found.type !== "InternalFault") return found
  if (isUnread(cause) || isTooDeep(cause) || errorsIn(cause).some(holdsNul)) return problem("InvalidRequest")
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  const isLost =
    typeof error === "object" && error !== null && "_tag" in error && error._tag === "RouteNotFound"
  return isLost ? problem("NotFound") : found
}

/** Whether the disk was full when the database was to be written; nothing of it was then. */
const isFull = (cause: Cause.Cause<unknown>): boolean =>
  errorsIn(cause).some((error) => error instanceof SqlError && errorCode(error.cause) === "SQLITE_FULL")

/** Whether the database could not be reached, or the way to it was lost: there is nothing wrong with what was said to it. */
const isDatabaseAway = (cause: Cause.Cause<unknown>): boolean => errorsIn(cause).some(isAway)

const logFault = ({ desk, request, id }: Passage, fault: string): void =>
  desk.log({
    ...{ time: new Date().toISOString(), level: "error", event: "fault", id },
    ...{ method: request.method ?? "", route: routeOf(request), fault }
  })

/** Answers that the library under the API made by itself: only their status is kept. */
const relabelled =
  (passage: Passage) =>
  (response: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
    const type = response.headers["content-type"] ?? ""
    if (response.status < 400 || type.startsWith(problemContent)) return response
    if (response.status === 404) return respond(problem("NotFound"))
    if (response.status < 500) return respond(problem("InvalidRequest"))
    logFault(passage, `the library under the API answered ${response.status}`)
    return respond(problem("InternalFault"))
  }

const diskFull = {
  detail: "The disk of the server is full. Nothing was changed.",
  recovery: "Try again; tell the person who runs the server."
}

export const gate = Layer.scopedDiscard(
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const sql = yield* SqlClient.SqlClient
    const router = yield* HttpLayerRouter.HttpRouter
    yield* router.addGlobalMiddleware(
      (
        app
      ): Effect.Effect<
        HttpServerResponse.HttpServerResponse,
        HttpLayerRouter.unhandled,
        HttpServerRequest.HttpServerRequest
      > =>
        Effect.flatMap(HttpServerRequest.HttpServerRequest, (asked) => {
          const request = nodeRequest(asked)
          const passage = passageOf(desk, request)
          const refused = refusalOf(request, desk)
          if (refused !== undefined)
            return Effect.succeed(
              leave(passage, harmless(HttpServerResponse.setHeader(respond(refused), "connection", "close")))
            )
          const preflight = preflightOf(request, desk)
          if (preflight !== undefined) return Effect.succeed(leave(passage, harmless(preflight)))
          return atOwner(request, Effect.map(app, relabelled(passage))).pipe(
            Effect.provideService(TheDesk, desk),
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.catchAllCause((cause) => {
              // What is in reserve makes way: asked for again, it is done.
              if (isFull(cause)) return Effect.as(desk.room.tend, respond(problem("Full", diskFull)))
              if (isDatabaseAway(cause)) return Effect.succeed(respond(problem("DatabaseAway")))
              const found = problemOf(cause)
              if (found.type === "InternalFault") logFault(passage, faultText(cause))
              return Effect.succeed(respond(found))
            }),
            Effect.map((response) => leave(passage, harmless(response))),
            // Nobody is told of spans, of which each statement would make one.
            Effect.withTracerEnabled(false)
          )
        })
    )
  })
)
