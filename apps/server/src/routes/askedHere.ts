import * as Effect from "effect/Effect"
import { type Problem, problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import type { FailureHere } from "../replica/libraryHere.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

const problemOf = ({ _tag: error, message: detail, recovery }: FailureHere): Problem =>
  problem(error === "InvalidInput" ? "InvalidRequest" : "LibraryFailed", { error, detail, recovery })

/** Asks the program that has the library on this computer, for those who may see it. `of`: what of it is asked. */
export const askedHere = <Part, A>(
  library: string,
  of: (desk: Desk) => Part | undefined,
  ask: (part: Part) => Effect.Effect<A, FailureHere>
) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    yield* libraryFor(caller, library)
    const part = of(yield* TheDesk)
    if (part === undefined) return yield* Effect.fail(problem("HomeElsewhere"))
    return yield* Effect.catchAll(ask(part), (failure) => asRefused(problemOf(failure)))
  }).pipe(failing)
