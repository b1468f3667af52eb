/** Files that are brought into a library that is written here. */

import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import type { RunResult } from "../http/Runs.js"
import { withUpload } from "../http/withUpload.js"
import { asRefused } from "./asRefused.js"
import { asRun } from "./asRun.js"
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
      return yield* withUpload(caller.id, folder, (sent) => {
        const request = createHash("sha256")
          .update(JSON.stringify([sent.sha256, wish]))
          .digest("hex")
        // The request that sent it may end before the import does: the file is the import's own then.
        const file = `${sent.path}.import`
        const work = Effect.map(
          homeChange(library, { _tag: "Import", file, wish, request, command }, sent.bytes),
          (imported): RunResult => ({ _tag: "Imported", imported })
        ).pipe(Effect.ensuring(Effect.sync(() => fs.rmSync(file, { force: true }))))
        const wanted = {
          ...{ activity: "import" as const, library: id, caller, key, request, prefer: headers.prefer },
          prepare: () => fs.renameSync(sent.path, file)
        }
        return failing(asRun(wanted, work))
      }).pipe(Effect.catchAll(asRefused))
    }).pipe(failing)
  )
)
