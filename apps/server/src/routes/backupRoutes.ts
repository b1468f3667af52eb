/** Backups of a library whose home is the server. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api, type Caller } from "../api/Api.js"
import type { BackupWish } from "../api/Backups.js"
import { libraryFor } from "../control/libraryFor.js"
import type { Change } from "../replica/Messages.js"
import { asRefused } from "./asRefused.js"
import { countingBackups } from "./countingBackups.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { commandOf, requiredKey } from "./Keys.js"
import { theCaller } from "./theCaller.js"

type BackupChange = Extract<Change, { readonly _tag: "Take" | "Edit" | "Forget" | "Undelete" }>

/** Does it to a library that the caller may see. */
const change = (id: string, wanted: (caller: Caller) => BackupChange) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const library = yield* libraryFor(caller, id)
    return yield* Effect.catchAll(homeChange(library, wanted(caller)), asRefused)
  }).pipe(failing)

/** Takes a backup, unless the caller asked for too many today. A library of this computer is its owner's. */
const take = (id: string, options: BackupWish, key: string) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    yield* countingBackups(caller, yield* libraryFor(caller, id))
    return yield* change(id, ({ name: actor }) => ({
      ...{ _tag: "Take", options, commandId: commandOf(caller, key), actor }
    }))
  }).pipe(failing)

export const backupRoutes = HttpApiBuilder.group(api, "backupChanges", (handlers) =>
  handlers
    .handle("take", ({ path, payload: options, headers }) =>
      Effect.flatMap(requiredKey(headers["idempotency-key"]), (key) => take(path.library, options, key))
    )
    .handle("edit", ({ path, payload }) =>
      change(path.library, ({ name: actor }) => ({ _tag: "Edit", backup: path.id, change: payload, actor }))
    )
    .handle("forget", ({ path }) =>
      change(path.library, ({ name: actor }) => ({ _tag: "Forget", backup: path.id, actor }))
    )
    .handle("undelete", ({ path }) =>
      change(path.library, ({ name: actor }) => ({ _tag: "Undelete", backup: path.id, actor }))
    )
)
