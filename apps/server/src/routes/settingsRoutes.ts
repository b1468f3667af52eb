/** How the server is looked after: told and changed by who is admin of it. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { changeSettings, readSettings } from "../digest/Settings.js"
import { TheDesk } from "../http/Desk.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

const read = Effect.flatMap(TheDesk, ({ data }) =>
  Effect.catchTag(readSettings(data), "StorageFailed", Effect.die)
)

export const settingsRoutes = HttpApiBuilder.group(api, "settings", (handlers) =>
  handlers
    .handle("read", () => failing(read))
    .handle("change", ({ payload }) =>
      Effect.gen(function* () {
        const { data } = yield* TheDesk
        const { id } = yield* Effect.orDie(theCaller)
        yield* changeSettings(data, payload, id).pipe(
          Effect.catchTag("StorageFailed", Effect.die),
          Effect.catchTag("InvalidInput", ({ field, reason }) =>
            Effect.fail(problem("InvalidRequest", { detail: `${field}: ${reason}. Nothing was changed.` }))
          )
        )
        return yield* read
      }).pipe(failing)
    )
)
