import * as Effect from "effect/Effect"
import { type ProblemOf, problem } from "../api/Problem.js"

interface Conditions {
  readonly "if-match"?: string | undefined
  readonly "if-none-match"?: string | undefined
}

/**
 * The tag that somebody has seen, of such a form; `undefined` where nothing is to be there yet (`If-None-Match: *`). Of two
 * conditions none is meant, and "whatever is there" is none.
 */
export const conditionOf = (
  { "if-match": match, "if-none-match": none }: Conditions,
  form: RegExp
): Effect.Effect<string | undefined, ProblemOf<"VersionRequired">> => {
  const [, tag] = form.exec(match ?? "") ?? []
  if (tag !== undefined && none === undefined) return Effect.succeed(tag)
  return match === undefined && none === "*"
    ? Effect.succeed(undefined)
    : Effect.fail(problem("VersionRequired"))
}
