/** Copies of the library on this computer: what its program knows and does, asked for over the API. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { api } from "../api/Api.js"
import { askedHere } from "./askedHere.js"

export const copyRoutes = HttpApiBuilder.group(api, "copies", (handlers) =>
  handlers
    .handle("read", ({ path }) =>
      askedHere(
        path.library,
        ({ copies }) => copies,
        ({ read }) => read
      )
    )
    .handle("begin", ({ path, payload }) =>
      askedHere(
        path.library,
        ({ copies }) => copies,
        ({ begin }) => begin(payload.place)
      )
    )
)
