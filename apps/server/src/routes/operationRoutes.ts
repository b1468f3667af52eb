/** What was done to a library that is written here, and taking it back. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { UndoWish } from "../api/Operations.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import type { RunResult } from "../http/Runs.js"
import { answer } from "./answer.js"
import { asRefused } from "./asRefused.js"
import { asRun } from "./asRun.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { commandOf, requiredKey } from "./Keys.js"
import { theCaller } from "./theCaller.js"
import { wishOf } from "./wishOf.js"

export const operationRoutes = HttpApiBuilder.group(api, "operations", (handlers) =>
  handlers
    .handleRaw("list", ({ path, urlParams: { limit = 100 }, headers }) =>
      answer({ ...path, ...headers, question: { _tag: "Operations", limit } })
    )
    .handleRaw("undo", ({ path, headers }) =>
      Effect.gen(function* () {
        const { onConflict } = yield* wishOf(UndoWish)
        const caller = yield* theCaller
        const library = yield* libraryFor(caller, path.library)
        if (library.home === "device") return yield* Effect.fail(problem("HomeElsewhere"))
        const key = yield* requiredKey(headers["idempotency-key"])
        const command = { commandId: commandOf(caller, key), actor: caller.name }
        const wish = { _tag: "Undo", operation: Number(path.id), onConflict, command } as const
        const work = Effect.mapBoth(homeChange(library, wish), {
          onFailure: (refused) =>
            refused.type === "InvalidRequest" ? problem("OperationNotFound") : refused,
          onSuccess: (undone): RunResult => ({ _tag: "TakenBack", undone })
        })
        const request = JSON.stringify([path.id, onConflict])
        const wanted = { activity: "undo" as const, library: path.library, caller, key, request }
        return yield* asRun({ ...wanted, prefer: headers.prefer }, work)
      }).pipe(failing, Effect.catchAll(asRefused))
    )
)
