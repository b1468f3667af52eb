/** Backups of a library whose home is the server. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api, type Caller, CurrentCaller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import type { Change } from "../replica/Messages.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { commandOf, isKey } from "./Keys.js"

type BackupChange = Extract<Change, { readonly _tag: "Take" | "Edit" | "Forget" | "Undelete" }>

/** Does it to a library that the caller may see. */
const change = (id: string, wanted: (caller: Caller) => BackupChange) =>
  Effect.gen(function* () {
    const caller = yield* CurrentCaller
    if (caller === undefined) return yield* Effect.fail(problem("NotFound"))
    const library = yield* libraryFor(caller, id)
    return yield* Effect.catchAll(homeChange(library, wanted(caller)), asRefused)
  }).pipe(failing)

export const backupRoutes = HttpApiBuilder.group(api, "backupChanges", (handlers) =>
  handlers
    .handle("take", ({ path, payload: options, headers }) => {
      const key = headers["idempotency-key"]
      return key === undefined || !isKey(key)
        ? Effect.fail(problem("KeyRequired"))
        : change(path.library, (caller) => ({ _tag: "Take", options, commandId: commandOf(caller, key) }))
    })
    .handle("edit", ({ path, payload }) =>
      change(path.library, () => ({ _tag: "Edit", backup: path.id, change: payload }))
    )
    .handle("forget", ({ path }) => change(path.library, () => ({ _tag: "Forget", backup: path.id })))
    .handle("undelete", ({ path }) => change(path.library, () => ({ _tag: "Undelete", backup: path.id })))
)
