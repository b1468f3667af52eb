/** What was done to a library that is written here, and taking it back. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { answer } from "./answer.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { commandOf, requiredKey } from "./Keys.js"
import { theCaller } from "./theCaller.js"

export const operationRoutes = HttpApiBuilder.group(api, "operations", (handlers) =>
  handlers
    .handleRaw("list", ({ path, urlParams: { limit = 100 }, headers }) =>
      answer({ ...path, ...headers, question: { _tag: "Operations", limit } })
    )
    .handle("undo", ({ path, payload: { onConflict }, headers }) =>
      Effect.gen(function* () {
        const caller = yield* theCaller
        const library = yield* libraryFor(caller, path.library)
        const key = yield* requiredKey(headers["idempotency-key"])
        const command = { commandId: commandOf(caller, key), actor: caller.name }
        const wish = { _tag: "Undo", operation: Number(path.id), onConflict, command } as const
        return yield* homeChange(library, wish).pipe(
          Effect.catchIf(
            ({ type }) => type === "InvalidRequest",
            () => Effect.fail(problem("OperationNotFound"))
          ),
          Effect.catchAll(asRefused)
        )
      }).pipe(failing)
    )
)
