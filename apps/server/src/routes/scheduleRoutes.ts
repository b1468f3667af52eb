/** Profiles of the library on this computer: what its program knows and does, asked for over the API. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import type { ScheduleHere } from "../http/Desk.js"
import type { FailureHere } from "../replica/libraryHere.js"
import { askedHere } from "./askedHere.js"
import { idOf } from "./idOf.js"

const asked = <A>(library: string, ask: (schedule: ScheduleHere) => Effect.Effect<A, FailureHere>) =>
  askedHere(library, ({ schedule }) => schedule, ask)

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
