/** When libraries that are written here are backed up by themselves. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import type { ProfileWish } from "../api/Profiles.js"
import { announce } from "../control/announce.js"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import { runJson } from "../replica/runJson.js"
import { answer } from "./answer.js"
import { askedHere } from "./askedHere.js"
import { asRefused } from "./asRefused.js"
import { conditionOf } from "./conditionOf.js"
import { countingBackups } from "./countingBackups.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { idOf } from "./idOf.js"
import { theCaller } from "./theCaller.js"

interface OfOne {
  readonly path: { readonly library: string; readonly id: string }
}

interface Seen extends OfOne {
  readonly headers: {
    readonly "if-match"?: string | undefined
    readonly "if-none-match"?: string | undefined
  }
}

/** How the version of a profile is told. */
const tagForm = /^(?:W\/)?"([0-9a-f]{16})"$/

const taken = (name: string) =>
  problem("ProfileChanged", {
    detail: `There is a profile ${name} already. Nothing was changed.`,
    recovery: "Choose another name, or read that one and send `If-Match` with its `ETag`."
  })

const save = (request: Seen, wish: typeof ProfileWish.Type | undefined) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const library = yield* libraryFor(caller, request.path.library)
    const name = idOf(request.path.id)
    const seen = yield* conditionOf(request.headers, tagForm)
    const change = { _tag: "Profile", name, seen, wish } as const
    const done = yield* Effect.catchAll(homeChange(library, change), asRefused)
    if (done._tag === "Missing") return yield* Effect.fail(problem("ProfileNotFound"))
    if (done._tag === "Changed")
      return yield* Effect.fail(seen === undefined ? taken(name) : problem("ProfileChanged"))
    return done
  }).pipe(failing)

const saved = (request: Seen, wish: typeof ProfileWish.Type) =>
  Effect.gen(function* () {
    const done = yield* save(request, wish)
    if (done._tag === "TooMany") return yield* Effect.fail(problem("TooManyProfiles"))
    if (done._tag !== "Saved") return yield* Effect.dieMessage("a profile was not saved")
    return HttpServerResponse.unsafeJson(done.profile, { headers: { etag: `"${done.tag}"` } })
  })

/** Runs a profile now: on this computer by the program that has the keys of its places. */
const run = ({ path }: OfOne) =>
  Effect.gen(function* () {
    const name = idOf(path.id)
    const { run: here } = yield* TheDesk
    if (here !== undefined) {
      const done = yield* askedHere(
        path.library,
        ({ run }) => run,
        (ask) => ask(name)
      )
      yield* announce("profile", path.library)
      return { runs: done.map(runJson) }
    }
    const caller = yield* theCaller
    const library = yield* libraryFor(caller, path.library)
    yield* countingBackups(caller, library)
    const done = yield* Effect.catchAll(homeChange(library, { _tag: "RunProfile", name }), asRefused)
    if (done._tag !== "Ran")
      return yield* Effect.fail(problem(done._tag === "Busy" ? "Busy" : "ProfileNotFound"))
    return { runs: done.runs }
  }).pipe(failing)

export const profileRoutes = HttpApiBuilder.group(api, "profiles", (handlers) =>
  handlers
    .handleRaw("list", ({ path, headers }) => answer({ ...path, ...headers, question: { _tag: "Profiles" } }))
    .handleRaw("read", ({ path: { library, id }, headers }) =>
      answer({ library, ...headers, question: { _tag: "Profile", name: idOf(id) } }).pipe(
        Effect.catchIf(
          ({ type }) => type === "EntityNotFound",
          () => Effect.fail(problem("ProfileNotFound"))
        )
      )
    )
    .handle("save", (request) => saved(request, request.payload))
    .handle("remove", (request) => Effect.asVoid(save(request, undefined)))
    .handle("run", run)
    .handleRaw("runs", ({ path, urlParams: { limit = 100 }, headers }) =>
      answer({ ...path, ...headers, question: { _tag: "Runs", limit } })
    )
)
