/** When libraries that are written here are backed up by themselves. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import type { ProfileWish } from "../api/Profiles.js"
import { libraryFor } from "../control/libraryFor.js"
import { answer } from "./answer.js"
import { asRefused } from "./asRefused.js"
import { conditionOf } from "./conditionOf.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { theCaller } from "./theCaller.js"

interface OfOne {
  readonly path: { readonly library: string; readonly id: string }
  readonly headers: {
    readonly "if-match"?: string | undefined
    readonly "if-none-match"?: string | undefined
  }
}

/** How the version of a profile is told. */
const tagForm = /^(?:W\/)?"([0-9a-f]{16})"$/

const save = (request: OfOne, wish: typeof ProfileWish.Type | undefined) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const { library: id, id: name } = request.path
    const library = yield* libraryFor(caller, id)
    const seen = yield* conditionOf(request.headers, tagForm)
    const change = { _tag: "Profile", name, seen, wish } as const
    const done = yield* Effect.catchAll(homeChange(library, change), asRefused)
    if (done._tag === "Missing") return yield* Effect.fail(problem("ProfileNotFound"))
    if (done._tag === "Changed") return yield* Effect.fail(problem("ProfileChanged"))
    return done
  }).pipe(failing)

export const profileRoutes = HttpApiBuilder.group(api, "profiles", (handlers) =>
  handlers
    .handleRaw("list", ({ path, headers }) => answer({ ...path, ...headers, question: { _tag: "Profiles" } }))
    .handleRaw("read", ({ path: { library, id: name }, headers }) =>
      answer({ library, ...headers, question: { _tag: "Profile", name } }).pipe(
        Effect.catchIf(
          ({ type }) => type === "EntityNotFound",
          () => Effect.fail(problem("ProfileNotFound"))
        )
      )
    )
    .handle("save", (request) =>
      Effect.flatMap(save(request, request.payload), (done) =>
        done._tag === "Saved"
          ? Effect.succeed(
              HttpServerResponse.unsafeJson(done.profile, { headers: { etag: `"${done.tag}"` } })
            )
          : Effect.dieMessage("a profile was not saved")
      )
    )
    .handle("remove", (request) => Effect.asVoid(save(request, undefined)))
    .handleRaw("runs", ({ path, urlParams: { limit = 100 }, headers }) =>
      answer({ ...path, ...headers, question: { _tag: "Runs", limit } })
    )
)
