/** Restores for devices: who sends one says what, and from when; who has the library says what became of it. */

import { createHash } from "node:crypto"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api, type Caller } from "../api/Api.js"
import { type Problem, type ProblemOf, problem } from "../api/Problem.js"
import { RestoreWish } from "../api/Restores.js"
import { accessById, isValid } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { type KeptLibrary, ownerOf } from "../control/Libraries.js"
import { libraryFor } from "../control/libraryFor.js"
import { afterRestore, listRestores, restoresOnTheirWay } from "../control/RestoreLists.js"
import {
  changeRestore,
  insertRestore,
  type KeptRestore,
  type NotChanged,
  noteReport,
  restoreById,
  restoreByKey,
  sendPlanned
} from "../control/Restores.js"
import { restoreJson } from "../control/restoreJson.js"
import { failing } from "./failing.js"
import { requiredKey } from "./Keys.js"
import { originFor } from "./originFor.js"
import { applyHere, planHere, tooManyPlans, undoHere } from "./RestoresHere.js"
import { restoreAnswer } from "./restoreAnswer.js"
import { restoreRun } from "./restoreRun.js"
import { theCaller } from "./theCaller.js"
import { wishOf } from "./wishOf.js"

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

interface OfWork extends OfOne {
  readonly headers: OfOne["headers"] & { readonly prefer?: string | undefined }
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

interface Asked {
  readonly key: string
  readonly request_hash: string
}

/** A restore of a library whose home is the server: planned, and unless that is all that was asked for, applied. */
const here = (library: KeptLibrary, wish: RestoreWish, who: Caller, asked: Asked) =>
  Effect.gen(function* () {
    const before = yield* repeated(who, asked.key, asked.request_hash)
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

/** A restore that is sent to a device. */
const send = (
  library: KeptLibrary,
  wish: RestoreWish,
  who: Caller,
  { key, request_hash }: Asked,
  prefer: string | undefined
) =>
  Effect.gen(function* () {
    const { id } = library
    const before = yield* repeated(who, key, request_hash)
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
    if (made === undefined)
      return yield* Effect.fail(problem("TooManyToday", restore.isPlanOnly ? tooManyPlans : {}))
    return yield* kept(id, made)
  })

/** Looked at; done; on its way. */
const statusOf = ({ state, digest }: KeptRestore): number =>
  state === "planned" ? 200 : digest === "" ? 202 : 201

/** Changes a restore that is carried out here. Asked for again in the same revision while that goes on, it is the same run. */
const changeRun = <R>(
  activity: "restore" | "undo",
  request: OfWork,
  change: (
    found: KeptRestore,
    who: Caller
  ) => Effect.Effect<NotChanged | undefined, Problem | ControlError, R>
) => {
  const { path, headers } = request
  const about = {
    key: `${path.id} ${headers["if-match"]}`,
    request: "",
    restore: path.id,
    prefer: headers.prefer
  }
  const work = Effect.zipRight(changed(request, change), kept(path.library, path.id))
  return restoreRun(activity, path.library, about, work, () => 200)
}

/** In a list, without the plan: one that is looked at is read by itself. */
const listed = (restore: KeptRestore) => restoreJson({ ...restore, plan: "" })

/** A page of what was found, of which there is one more where it goes on. */
const pageOf = (found: ReadonlyArray<KeptRestore>, limit: number) => {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const isLast = found.length <= limit
  return { items: items.map(listed), isLast, ...(!isLast && last && { next: afterRestore(last) }) }
}

/** Restores of all libraries: those that are sent, and those that are carried out here. */
export const restoreRoutes = HttpApiBuilder.group(api, "restores", (handlers) =>
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
        const wish = yield* wishOf(RestoreWish)
        const who = yield* theCaller
        const library = yield* libraryFor(who, path.library)
        const key = yield* requiredKey(headers["idempotency-key"])
        const asked = { key, request_hash: hashOf(library.id, wish) }
        if (library.home === "server") {
          const about = { key, request: asked.request_hash, prefer: headers.prefer }
          return yield* restoreRun("restore", library.id, about, here(library, wish, who, asked), statusOf)
        }
        const restore = yield* send(library, wish, who, asked, headers.prefer)
        return restoreAnswer(statusOf(restore), restoreJson(restore))
      }).pipe(failing)
    )
    .handleRaw("read", ({ path }) =>
      Effect.map(visible(path.library, path.id), (found) => restoreAnswer(200, restoreJson(found))).pipe(
        failing
      )
    )
    .handle("report", (request) =>
      uncounted(changed(request, (found, who) => noteReport(found, who, request.payload))).pipe(failing)
    )
    .handleRaw("apply", (request) =>
      Effect.gen(function* () {
        const { digest } = yield* visible(request.path.library, request.path.id)
        if (digest === "")
          return restoreAnswer(202, yield* changed(request, (found, who) => sendPlanned(found, who.id)))
        return yield* changeRun("restore", request, (found, who) =>
          Effect.flatMap(libraryFor(who, found.library), (library) => applyHere(library, found, who))
        )
      }).pipe(failing)
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
    .handleRaw("undo", (request) =>
      Effect.gen(function* () {
        const { digest } = yield* visible(request.path.library, request.path.id)
        if (digest === "") yield* Effect.zipRight(seen(request), Effect.fail(problem("HomeElsewhere")))
        return yield* changeRun("undo", request, (found, who) =>
          Effect.flatMap(libraryFor(who, found.library), (library) => undoHere(library, found, who))
        )
      }).pipe(failing)
    )
)
