/** Files of exports that took longer than somebody waited. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { runById } from "../control/Runs.js"
import { TheDesk } from "../http/Desk.js"
import { exportAt } from "../http/Exports.js"
import { exportAnswer } from "./exportAnswer.js"
import { failing } from "./failing.js"
import { fileIn } from "./RunText.js"
import { theCaller } from "./theCaller.js"

/** The file of an export that a run wrote, for as long as it is kept. */
const fileOf = (library: string, id: string) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    yield* libraryFor(yield* theCaller, library)
    const run = yield* runById(library, id)
    if (run === undefined) return yield* Effect.fail(problem("NotFound"))
    const kept = exportAt(desk, fileIn(run) ?? "", yield* Clock.currentTimeMillis)
    return kept === undefined ? yield* Effect.fail(problem("ExportGone")) : yield* exportAnswer(kept, false)
  }).pipe(failing)

export const runRoutes = HttpApiBuilder.group(api, "runs", (handlers) =>
  handlers.handleRaw("file", ({ path }) => fileOf(path.library, path.id))
)
