import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import { type ProblemOf, problem } from "../api/Problem.js"
import { bodyOf } from "./bodyOf.js"
import { TheDesk } from "./Desk.js"
import { nodeRequest } from "./NodeRequest.js"
import { oneUpload } from "./oneUpload.js"

type Refusal = ProblemOf<"LengthRequired" | "TooLarge" | "TooMany" | "InvalidRequest">

/**
 * Does something with the body of a request, whole in memory: one is no larger than `documentBytes`, and all that are on their way
 * or at work are no larger than `documentsBytes`.
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
    const read = Effect.tryPromise({
      try: async () => {
        const parts: Array<Uint8Array> = []
        for await (const part of bodyOf(request, limits)) parts.push(part)
        return new Uint8Array(Buffer.concat(parts))
      },
      // It was left, or too slow: nobody reads the answer.
      catch: (): Refusal => problem("InvalidRequest")
    })
    const held = Effect.acquireUseRelease(
      Effect.suspend(() => {
        if (documents.bytes + bytes > limits.documentsBytes) return Effect.fail<Refusal>(problem("TooMany"))
        documents.bytes += bytes
        return Effect.void
      }),
      () => Effect.flatMap(read, use),
      () =>
        Effect.sync(() => {
          documents.bytes -= bytes
        })
    )
    return yield* oneUpload(desk, access, held)
  })
