import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import { isProblem, type ProblemOf, problem } from "../api/Problem.js"
import { bodyOf } from "./bodyOf.js"
import { TheDesk } from "./Desk.js"
import { nodeRequest } from "./NodeRequest.js"
import { oneUpload } from "./oneUpload.js"

const isTooMany = (error: unknown): error is ProblemOf<"TooMany"> =>
  isProblem(error) && error.type === "TooMany"

type Refusal = ProblemOf<"LengthRequired" | "TooLarge" | "TooMany" | "InvalidRequest">

/** What one access may have of all of it. */
const share = 1 / 2

/**
 * Does something with the body of a request, whole in memory: one is no larger than `documentBytes`, and all that are on their way
 * or at work are no larger than `documentsBytes`; those of one access no larger than half of that. What has come counts, and not what is
 * announced: who sends slowly takes no room of others.
 */
export const withDocument = <A, E, R>(access: string, use: (body: Uint8Array) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const request = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
    const { documents, limits } = desk
    const length = request.headers["content-length"] ?? ""
    if (!/^\d{1,15}$/.test(length)) return yield* Effect.fail<Refusal>(problem("LengthRequired"))
    const bytes = Number(length)
    if (bytes > limits.documentBytes) return yield* Effect.fail<Refusal>(problem("TooLarge"))
    const ownOf = () => documents.of.get(access) ?? 0
    const hasRoom = (more: number): boolean =>
      documents.bytes + more <= limits.documentsBytes && ownOf() + more <= limits.documentsBytes * share
    const take = (more: number): void => {
      documents.bytes += more
      documents.of.set(access, ownOf() + more)
    }
    const read = (taken: { bytes: number }) =>
      Effect.tryPromise({
        try: async () => {
          const parts: Array<Uint8Array> = []
          for await (const part of bodyOf(request, limits)) {
            if (!hasRoom(part.length)) throw problem("TooMany")
            take(part.length)
            taken.bytes += part.length
            parts.push(part)
          }
          return new Uint8Array(Buffer.concat(parts))
        },
        // It was left, or too slow: nobody reads the answer.
        catch: (error): Refusal => (isTooMany(error) ? error : problem("InvalidRequest"))
      })
    const held = Effect.acquireUseRelease(
      Effect.suspend(() => (hasRoom(bytes) ? Effect.succeed({ bytes: 0 }) : Effect.fail(problem("TooMany")))),
      (taken) => Effect.flatMap(read(taken), use),
      (taken) =>
        Effect.sync(() => {
          take(-taken.bytes)
          if (ownOf() === 0) documents.of.delete(access)
        })
    )
    return yield* oneUpload(desk, access, held)
  })
