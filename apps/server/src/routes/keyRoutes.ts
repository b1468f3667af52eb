/** Keys of the sealed vaults of the library on this computer: what its program knows and does, asked for over the API. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import type { KeysHere } from "../http/Desk.js"
import type { FailureHere } from "../replica/libraryHere.js"
import { askedHere } from "./askedHere.js"
import { idOf } from "./idOf.js"

const asked = <A>(library: string, ask: (keys: KeysHere) => Effect.Effect<A, FailureHere>) =>
  askedHere(library, ({ keys }) => keys, ask)

export const keyRoutes = HttpApiBuilder.group(api, "keys", (handlers) =>
  handlers
    .handle("list", ({ path }) =>
      asked(path.library, ({ list }) => Effect.map(list, (items) => ({ items, isLast: true })))
    )
    .handle("read", ({ path }) => asked(path.library, ({ read }) => read(idOf(path.id))))
    .handle("makeKit", ({ path }) => asked(path.library, ({ makeKit }) => makeKit(idOf(path.id))))
    .handle("testKit", ({ path, payload }) =>
      asked(path.library, ({ testKit }) => testKit(idOf(path.id), payload.kit))
    )
)
