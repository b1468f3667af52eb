import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import { isProblem, problem } from "../api/Problem.js"
import { noteWrongCode, wrongCodesOf } from "../control/WrongCodes.js"
import { TheDesk } from "../http/Desk.js"
import { nodeRequest, remoteOf } from "../http/NodeRequest.js"

/** Each code is some work, so one is tried at a time: the others of a crowd wait, and are judged by what came of those before. */
const turn = Effect.unsafeMakeSemaphore(1)

/** Counts codes that opened nothing, by address: whoever guesses has to wait. */
export const countingWrong = <A, E, R>(opening: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const { wrongCodes, limits } = desk
    const from = remoteOf(nodeRequest(yield* HttpServerRequest.HttpServerRequest), desk)
    if ((yield* wrongCodesOf(wrongCodes, from)) >= limits.wrongCodes)
      return yield* Effect.fail(problem("TooMany"))
    return yield* Effect.tapError(opening, (error) =>
      isProblem(error) && error.type === "CodeNotFound" ? noteWrongCode(wrongCodes, from) : Effect.void
    )
  }).pipe(turn.withPermits(1))
