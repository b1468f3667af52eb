/** Writing into a library whose home is the server. The bodies are read where the library is: here they only pass through. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { ExpectedVersion, Kind } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { api, type Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { libraryFor } from "../control/libraryFor.js"
import { withDocument } from "../http/withDocument.js"
import type { Command } from "../replica/Messages.js"
import { answer } from "./answer.js"
import { asRefused } from "./asRefused.js"
import { conditionOf } from "./conditionOf.js"
import { failing } from "./failing.js"
import { homeChange } from "./homeChange.js"
import { idOf } from "./idOf.js"
import { commandOf, isKey } from "./Keys.js"
import { theCaller } from "./theCaller.js"

interface Headers {
  readonly "if-match"?: string | undefined
  readonly "if-none-match"?: string | undefined
  readonly "idempotency-key"?: string | undefined
}

/** Which version somebody has seen. */
const expectedOf = (headers: Headers): Effect.Effect<ExpectedVersion, ProblemOf<"VersionRequired">> =>
  Effect.map(conditionOf(headers, /^(?:W\/)?"(\d{1,15})"$/), (version) =>
    version === undefined ? "NoEntity" : Number(version)
  )

/** By which name a write can be asked for again; without a key it cannot. */
const commandFor = (
  caller: Caller,
  key: string | undefined
): Effect.Effect<Command, ProblemOf<"InvalidRequest">> => {
  const { name: actor } = caller
  if (key === undefined) return Effect.succeed({ actor })
  return isKey(key)
    ? Effect.succeed({ actor, commandId: commandOf(caller, key) })
    : Effect.fail(problem("InvalidRequest"))
}

interface OfOne {
  readonly path: { readonly library: string; readonly id: string }
  readonly headers: Headers
}

const write = (kind: Kind, { path, headers }: OfOne, body: Uint8Array | undefined) =>
  Effect.gen(function* () {
    const who = yield* theCaller
    const library = yield* libraryFor(who, path.library)
    const expected = yield* expectedOf(headers)
    const command = yield* commandFor(who, headers["idempotency-key"])
    const wish = { _tag: "Write", kind, id: idOf(path.id), expected, body, command } as const
    const written = yield* Effect.catchAll(homeChange(library, wish, body?.length), asRefused)
    return HttpServerResponse.unsafeJson(written, {
      status: expected === "NoEntity" ? 201 : 200,
      headers: { etag: `"${written.version}"`, "whiteroom-position": String(written.position) }
    })
  })

const put = (kind: Kind) => (request: OfOne) =>
  Effect.flatMap(theCaller, ({ id }) => withDocument(id, (body) => write(kind, request, body))).pipe(failing)

const remove = (kind: Kind) => (request: OfOne) => failing(write(kind, request, undefined))

const writes = HttpApiBuilder.group(api, "writes", (handlers) =>
  handlers
    .handleRaw("song", put("song"))
    .handleRaw("deleteSong", remove("song"))
    .handleRaw("performance", put("performance"))
    .handleRaw("deletePerformance", remove("performance"))
    .handleRaw("preferences", put("preferences"))
    .handleRaw("deletePreferences", remove("preferences"))
)

const changes = HttpApiBuilder.group(api, "changes", (handlers) =>
  handlers
    .handleRaw("make", ({ path, headers }) =>
      Effect.gen(function* () {
        const who = yield* theCaller
        const library = yield* libraryFor(who, path.library)
        const key = headers["idempotency-key"]
        if (key === undefined) return yield* Effect.fail(problem("KeyRequired"))
        const command = yield* commandFor(who, key)
        const done = yield* withDocument(who.id, (body) =>
          Effect.catchAll(homeChange(library, { _tag: "WriteAll", body, command }, body.length), asRefused)
        )
        return HttpServerResponse.unsafeJson(done, {
          headers: { "whiteroom-position": String(done.position) }
        })
      }).pipe(failing)
    )
    .handleRaw("list", ({ path, urlParams: { since = 0, limit = 100 }, headers }) =>
      answer({ ...path, ...headers, question: { _tag: "Log", after: since, limit } })
    )
)

export const writeRoutes = Layer.mergeAll(writes, changes)
