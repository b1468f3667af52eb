/** Restores for devices: who sends one says what, and from when; who has the library says what became of it. */

import { createHash } from "node:crypto"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { api, type Caller } from "../api/Api.js"
import { type ProblemOf, problem } from "../api/Problem.js"
import { RestoreWish } from "../api/Restores.js"
import { accessById, isValid } from "../control/AccessList.js"
import { type KeptLibrary, ownerOf } from "../control/Libraries.js"
import { libraryFor } from "../control/libraryFor.js"
import { afterRestore, listRestores, restoresOnTheirWay } from "../control/RestoreLists.js"
import {
  changeRestore,
  inboxOf,
  insertRestore,
  type KeptRestore,
  type NotChanged,
  noteReport,
  restoreById,
  restoreByKey,
  sendPlanned
} from "../control/Restores.js"
import { restoreJson } from "../control/restoreJson.js"
import { eventStream, eventText, wantsStream } from "./EventStream.js"
import { failing } from "./failing.js"
import { requiredKey } from "./Keys.js"
import { originFor } from "./originFor.js"
import { applyHere, planHere, undoHere } from "./RestoresHere.js"
import { theCaller } from "./theCaller.js"

/** A restore of a library that the caller may see. A device sees those that are for it. */
const visible = (library: string, id: string) =>
  Effect.gen(function* () {
    const who = yield* theCaller
    yield* libraryFor(who, library)
    const found = yield* restoreById(library, id)
    const isForAnother =
      who.role === "device" &&
      found !== undefined &&
      (found.state === "planned" || ![who.id, ""].includes(found.device))
    return found === undefined || isForAnother ? yield* Effect.fail(problem("NotFound")) : found
  })

const ofRestore = ({
  path: { library, id }
}: {
  readonly path: { readonly library: string; readonly id: string }
}) =>
  Effect.map(
    Effect.flatMap(restoreById(library, id), (found) =>
      found === undefined ? Effect.fail(problem("NotFound")) : Effect.succeed(found)
    ),
    restoreJson
  )

interface OfOne {
  readonly path: { readonly library: string; readonly id: string }
  readonly headers: { readonly "if-match"?: string | undefined }
}

/** The restore in the revision that was seen. */
const seen = ({ path, headers }: OfOne) =>
  Effect.gen(function* () {
    const found = yield* visible(path.library, path.id)
    const [, revision] = /^"(\d{1,9})"$/.exec(headers["if-match"] ?? "") ?? []
    if (revision === undefined) return yield* Effect.fail(problem("RevisionRequired"))
    if (Number(revision) !== found.revision)
      return yield* Effect.fail(problem("RevisionOutdated", { restore: restoreJson(found) }))
    return found
  })

/** A change of a restore, and the restore after it. */
const changed = <E, R>(
  request: OfOne,
  change: (found: KeptRestore, who: Caller) => Effect.Effect<NotChanged | undefined, E, R>
) =>
  Effect.gen(function* () {
    const found = yield* seen(request)
    const outcome = yield* change(found, yield* theCaller)
    const now = yield* ofRestore(request)
    if (outcome === "too many") return yield* Effect.fail(problem("TooManyToday"))
    if (outcome === undefined) return now
    return yield* Effect.fail(
      problem(now.revision === found.revision ? "RestoreOver" : "RevisionOutdated", { restore: now })
    )
  })

/** Where only what is sent is counted. */
const uncounted = <A, E, R>(effect: Effect.Effect<A, E | ProblemOf<"TooManyToday">, R>) =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E | ProblemOf<"TooManyToday">, ProblemOf<"TooManyToday">> =>
      typeof error === "object" && error !== null && "type" in error && error.type === "TooManyToday",
    Effect.die
  )

/** The access of the device that is meant: by its id, or by its line. Empty when none is. */
const deviceFor = (library: string, wanted: string | undefined) =>
  Effect.gen(function* () {
    if (wanted === undefined) return ""
    const id = (yield* ownerOf(library, wanted)) ?? wanted
    const access = yield* accessById(id)
    const isOne =
      access?.role === "device" && access.libraries.includes(library) && isValid(access, Date.now())
    return isOne ? id : yield* Effect.fail(problem("DeviceNotFound"))
  })

const hashOf = (library: string, wish: RestoreWish): string =>
  createHash("sha256")
    .update(JSON.stringify([library, wish]))
    .digest("hex")

/** Asked for again by its key, it is answered as it is now. */
const repeated = (who: Caller, key: string, hash: string) =>
  Effect.gen(function* () {
    const found = yield* restoreByKey(who.id, key)
    if (found === undefined || found.request_hash === hash) return found
    return yield* Effect.fail(problem("KeyReused"))
  })

/** What is asked for. Not taken by the route itself, which then could give one status alone. */
const wishOf = Effect.mapError(HttpServerRequest.schemaBodyJson(RestoreWish), () => problem("InvalidRequest"))

/** A restore of a library whose home is the server: planned, and unless that is all that was asked for, applied. */
const here = (
  library: KeptLibrary,
  wish: RestoreWish,
  who: Caller,
  before: KeptRestore | undefined,
  asked: { readonly key: string; readonly request_hash: string }
) =>
  Effect.gen(function* () {
    const planned = before ?? (yield* kept(library.id, yield* planHere(library, wish, who, asked)))
    if (wish.dryRun === true || planned.state !== "planned") return planned
    yield* applyHere(library, planned, who)
    return yield* kept(library.id, planned.id)
  })

/** A restore that was just there. */
const kept = (library: string, id: string) =>
  Effect.flatMap(restoreById(library, id), (found) =>
    found === undefined ? Effect.dieMessage("a restore is gone") : Effect.succeed(found)
  )

const send = (id: string, wish: RestoreWish, given: string | undefined, prefer: string | undefined) =>
  Effect.gen(function* () {
    const who = yield* theCaller
    const library = yield* libraryFor(who, id)
    const key = yield* requiredKey(given)
    const request_hash = hashOf(id, wish)
    const before = yield* repeated(who, key, request_hash)
    if (library.home === "server") return yield* here(library, wish, who, before, { key, request_hash })
    if (before !== undefined) return before
    if (library.erase_at !== 0) return yield* Effect.fail(problem("Leaving"))
    const device = yield* deviceFor(id, wish.device)
    const {
      position,
      chainHash,
      source,
      savedAt,
      seen: head = { position, chainHash },
      entities,
      preview
    } = yield* originFor(library, wish, prefer)
    const restore = {
      ...{ library: id, mode: wish.mode, source, position, chain_hash: chainHash, saved_at: savedAt },
      ...{ seen_position: head.position, seen_hash: head.chainHash },
      ...{ entities, device, isPlanOnly: wish.dryRun === true, key, request_hash },
      ...{ wish: JSON.stringify(wish), plan: preview === undefined ? "" : JSON.stringify(preview) }
    }
    const made = yield* insertRestore(restore, who).pipe(
      // Two at once with one key: the other one was first.
      Effect.catchTag("SqlError", (error) =>
        Effect.flatMap(repeated(who, key, request_hash), (found) =>
          found === undefined ? Effect.fail(error) : Effect.succeed(found.id)
        )
      )
    )
    if (made === undefined) return yield* Effect.fail(problem("TooManyToday"))
    return yield* kept(id, made)
  })

/** Looked at; done; on its way. */
const statusOf = ({ state, digest }: KeptRestore): number =>
  state === "planned" ? 200 : digest === "" ? 202 : 201

const answered = (status: number, restore: ReturnType<typeof restoreJson>) =>
  HttpServerResponse.unsafeJson(restore, { status, headers: { etag: `"${restore.revision}"` } })

/** In a list, without the plan: one that is looked at is read by itself. */
const listed = (restore: KeptRestore) => restoreJson({ ...restore, plan: "" })

/** A page of what was found, of which there is one more where it goes on. */
const pageOf = (found: ReadonlyArray<KeptRestore>, limit: number) => {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isLast = found.length <= limit
  return { items: items.map(listed), isLast, ...(!isLast && last && { next: afterRestore(last) }) }
}

const restores = HttpApiBuilder.group(api, "restores", (handlers) =>
  handlers
    .handle("onTheirWay", ({ urlParams: { after = "", limit = 100 } }) =>
      Effect.gen(function* () {
        return pageOf(yield* restoresOnTheirWay(yield* Effect.orDie(theCaller), after, limit + 1), limit)
      }).pipe(failing)
    )
    .handle("list", ({ path: { library }, urlParams: { after = "", limit = 100, state } }) =>
      Effect.gen(function* () {
        yield* libraryFor(yield* theCaller, library)
        return pageOf(yield* listRestores(library, state, after, limit + 1), limit)
      }).pipe(failing)
    )
    .handleRaw("create", ({ path, headers }) =>
      Effect.gen(function* () {
        const wish = yield* wishOf
        const restore = yield* send(path.library, wish, headers["idempotency-key"], headers.prefer)
        return answered(statusOf(restore), restoreJson(restore))
      }).pipe(failing)
    )
    .handleRaw("read", ({ path }) =>
      Effect.map(visible(path.library, path.id), (found) => answered(200, restoreJson(found))).pipe(failing)
    )
    .handle("report", (request) =>
      uncounted(changed(request, (found, who) => noteReport(found, who, request.payload))).pipe(failing)
    )
    .handleRaw("apply", (request) =>
      Effect.map(
        changed(request, (found, who) =>
          found.digest === ""
            ? sendPlanned(found, who.id)
            : Effect.flatMap(libraryFor(who, found.library), (library) => applyHere(library, found, who))
        ),
        (restore) => answered(restore.home === "server" ? 200 : 202, restore)
      ).pipe(failing)
    )
    .handle("cancel", (request) =>
      uncounted(
        changed(request, (found, who) =>
          found.begun === 1
            ? Effect.succeed("moved" as const)
            : changeRestore(found, {
                ...{ actor: who.id, action: "restore cancelled", from: ["planned", "waiting", "heard"] },
                set: { state: "cancelled" }
              })
        )
      ).pipe(failing)
    )
    .handle("undo", (request) =>
      uncounted(
        changed(request, (found, who) =>
          Effect.gen(function* () {
            if (found.digest === "") return yield* Effect.fail(problem("HomeElsewhere"))
            return yield* undoHere(yield* libraryFor(who, found.library), found, who)
          })
        )
      ).pipe(failing)
    )
)

/** So many are told at once; the rest when these have ended. */
const mostInInbox = 100

const inboxPage = (caller: Caller) =>
  Effect.map(inboxOf(caller, mostInInbox + 1), (found) => ({
    items: found.slice(0, mostInInbox).map(restoreJson),
    isLast: found.length <= mostInInbox
  }))

const inbox = HttpApiBuilder.group(api, "inbox", (handlers) =>
  handlers.handleRaw("list", ({ headers }) =>
    Effect.gen(function* () {
      const caller = yield* Effect.orDie(theCaller)
      if (!wantsStream(headers.accept)) return HttpServerResponse.unsafeJson(yield* inboxPage(caller))
      // All of it, now and whenever it is another than was told.
      return yield* eventStream(caller, "", "", (told) =>
        Effect.map(inboxPage(caller), (page) => {
          const text = eventText("inbox", page)
          return text === told ? undefined : { text, at: text }
        })
      )
    }).pipe(failing)
  )
)

/** Restores for devices, and what devices find of them. */
export const restoreRoutes = Layer.mergeAll(restores, inbox)
