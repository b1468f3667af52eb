/** Files that are brought into a library that is written here. */

import { createHash } from "node:crypto"
import * as path from "node:path"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import { withUpload } from "../http/withUpload.js"
import { asRefused } from "./asRefused.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { commandOf, requiredKey } from "./Keys.js"
import { theCaller } from "./theCaller.js"

export const importRoutes = HttpApiBuilder.group(api, "imports", (handlers) =>
  handlers.handleRaw("bring", ({ path: { library: id }, urlParams: wish, headers }) =>
    Effect.gen(function* () {
      const caller = yield* theCaller
      const { data } = yield* TheDesk
      const library = yield* libraryFor(caller, id)
      if (library.home === "device") return yield* Effect.fail(problem("HomeElsewhere"))
      const key = yield* requiredKey(headers["idempotency-key"])
      const command = { commandId: commandOf(caller, key), actor: caller.name }
      const folder = path.join(data, "homes", id, "imports")
      const imported = yield* withUpload(caller.id, folder, ({ path: file, bytes, sha256 }) => {
        const request = createHash("sha256")
          .update(JSON.stringify([sha256, wish]))
          .digest("hex")
        const change = { _tag: "Import", file, wish, request, command } as const
        return Effect.catchAll(homeChange(library, change, bytes), asRefused)
      })
      return HttpServerResponse.unsafeJson(imported)
    }).pipe(failing)
  )
)
