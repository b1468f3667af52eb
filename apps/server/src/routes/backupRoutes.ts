/** Backups of a library whose home is the server. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api, CurrentCaller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import type { Change } from "../replica/Messages.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"

type BackupChange = Extract<Change, { readonly _tag: "Take" | "Edit" | "Forget" | "Undelete" }>

/** Does it to a library that the caller may see. */
const change = (library: string, wanted: BackupChange) =>
  Effect.gen(function* () {
    const caller = yield* CurrentCaller
    if (caller === undefined) return yield* Effect.fail(problem("NotFound"))
    yield* libraryFor(caller, library)
    const { replicas } = yield* TheDesk
    if (replicas.home === "device") return yield* Effect.fail(problem("HomeElsewhere"))
    return yield* Effect.catchAll(replicas.change(wanted), asRefused)
  }).pipe(failing)

const isKey = /^[A-Za-z0-9._~-]{16,200}$/

export const backupRoutes = HttpApiBuilder.group(api, "backupChanges", (handlers) =>
  handlers
    .handle("take", ({ path, payload: options, headers }) => {
      const key = headers["idempotency-key"]
      return key === undefined || !isKey.test(key)
        ? Effect.fail(problem("KeyRequired"))
        : change(path.library, { _tag: "Take", options, commandId: key })
    })
    .handle("edit", ({ path, payload }) =>
      change(path.library, { _tag: "Edit", backup: path.id, change: payload })
    )
    .handle("forget", ({ path }) => change(path.library, { _tag: "Forget", backup: path.id }))
    .handle("undelete", ({ path }) => change(path.library, { _tag: "Undelete", backup: path.id }))
)
