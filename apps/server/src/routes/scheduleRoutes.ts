/** Profiles of the library on this computer: what its program knows and does, asked for over the API. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { type Problem, problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { type ScheduleHere, TheDesk } from "../http/Desk.js"
import type { FailureHere } from "../replica/libraryHere.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { idOf } from "./idOf.js"
import { theCaller } from "./theCaller.js"

const problemOf = ({ _tag: error, message: detail, recovery }: FailureHere): Problem =>
  problem(error === "InvalidInput" ? "InvalidRequest" : "LibraryFailed", { error, detail, recovery })

/** Asks the program that has the library, for those who may see it. */
const asked = <A>(library: string, ask: (schedule: ScheduleHere) => Effect.Effect<A, FailureHere>) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    yield* libraryFor(caller, library)
    const { schedule } = yield* TheDesk
    if (schedule === undefined) return yield* Effect.fail(problem("HomeElsewhere"))
    return yield* Effect.catchAll(ask(schedule), (failure) => asRefused(problemOf(failure)))
  }).pipe(failing)

export const scheduleRoutes = HttpApiBuilder.group(api, "schedule", (handlers) =>
  handlers
    .handle("list", ({ path }) =>
      asked(path.library, ({ list }) => Effect.map(list, (items) => ({ items, isLast: true })))
    )
    .handle("add", ({ path, payload }) => asked(path.library, ({ add }) => add(payload)))
    .handle("change", ({ path, payload }) =>
      asked(path.library, ({ change }) => change(idOf(path.id), payload))
    )
    .handle("run", ({ path }) => asked(path.library, ({ run }) => run(idOf(path.id))))
)
