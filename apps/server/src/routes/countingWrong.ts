import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isProblem, problem } from "../api/Problem.js"
import { TheDesk } from "../http/Desk.js"
import { nodeRequest, remoteOf } from "../http/NodeRequest.js"

/** Each code is some work, so one is tried at a time: the others of a crowd wait, and are judged by what came of those before. */
const turn = Effect.unsafeMakeSemaphore(1)

/** Counts codes that opened nothing, by address: whoever guesses has to wait. */
export const countingWrong = <A, E, R>(opening: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const from = remoteOf(nodeRequest(yield* HttpServerRequest.HttpServerRequest), desk)
    const minute = Math.floor((yield* Clock.currentTimeMillis) / 60_000)
    const known = desk.wrongCodes.get(from)
    if (known?.minute === minute && known.count >= desk.limits.wrongCodes)
      return yield* Effect.fail(problem("TooMany"))
    return yield* Effect.tapError(opening, (error) =>
      Effect.sync(() => {
        if (!isProblem(error) || error.type !== "CodeNotFound") return
        for (const [address, each] of desk.wrongCodes)
          if (each.minute !== minute) desk.wrongCodes.delete(address)
        desk.wrongCodes.set(from, { minute, count: (desk.wrongCodes.get(from)?.count ?? 0) + 1 })
      })
    )
  }).pipe(turn.withPermits(1))
