/** What requests are known by that may be asked for again. */
import * as Effect from "effect/Effect"
import type { Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"

const form = /^[A-Za-z0-9._~-]{16,200}$/

/** Whether a text may be an `Idempotency-Key`. */
export const isKey = (text: string): boolean => form.test(text)

/** By which name a library knows a command: the key belongs to who sent it, so that nobody meets the keys of others. */
export const commandOf = ({ id }: Caller, key: string): string => `${id}/${key}`

/** The `Idempotency-Key` of a request that must have one. */
export const requiredKey = (key: string | undefined): Effect.Effect<string, ProblemOf<"KeyRequired">> =>
  key === undefined || !isKey(key) ? Effect.fail(problem("KeyRequired")) : Effect.succeed(key)
