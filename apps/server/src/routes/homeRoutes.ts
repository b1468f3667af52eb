/** Libraries whose home is the server: made, looked at, let go. */

import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { day } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { isServerAdmin } from "../control/AccessList.js"
import { makeHome } from "../control/Homes.js"
import { leavingActions, setErasure } from "../control/Leaving.js"
import { changeLibrary, libraryById, libraryInfo } from "../control/Libraries.js"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import { boundingDeeds } from "./boundingDeeds.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

/** One that was let go can be read, and kept after all, for so long. */
const leaveMs = 30 * day

/** Says when a library is erased; 0 for never. */
const setLeaving = (id: string, eraseAt: number) =>
  Effect.gen(function* () {
    const who = yield* theCaller
    const library = yield* libraryFor(who, id)
    // Who is admin of all of it sends devices away too, by /leave, and keeps them after all.
    if (library.home === "device" && !(eraseAt === 0 && isServerAdmin(who)))
      return yield* Effect.fail(problem("HomeElsewhere"))
    // Asked for again, the time that was said first stays.
    const isSo = (library.erase_at === 0) === (eraseAt === 0)
    if (!isSo) {
      yield* boundingDeeds(who, library, Object.values(leavingActions))
      yield* setErasure(id, eraseAt, who.id)
    }
    return libraryInfo(yield* libraryFor(who, id))
  }).pipe(failing)

export const homeRoutes = HttpApiBuilder.group(api, "homes", (handlers) =>
  handlers
    .handle("make", ({ path, payload, headers }) =>
      Effect.gen(function* () {
        const who = yield* Effect.orDie(theCaller)
        const { shelf, room, limits } = yield* TheDesk
        // Who is admin of some libraries is not admin of others.
        if (who.role === "admin" && !isServerAdmin(who)) return yield* Effect.fail(problem("IdTaken"))
        if (headers["if-none-match"] !== "*") return yield* Effect.fail(problem("NewRequired"))
        if (!(yield* room.has(0))) return yield* Effect.fail(problem("Full"))
        const made = yield* makeHome(path.library, payload.name, limits.quota, who)
        yield* shelf.make(path.library)
        const library = yield* libraryById(path.library)
        // One that is being erased has its id until nothing of it is left.
        if (library === undefined) return yield* Effect.fail(problem("IdTaken"))
        return HttpServerResponse.unsafeJson(libraryInfo(library), { status: made === "new" ? 201 : 200 })
      }).pipe(failing)
    )
    .handle("read", ({ path }) =>
      Effect.flatMap(theCaller, (who) => Effect.map(libraryFor(who, path.library), libraryInfo)).pipe(failing)
    )
    .handle("change", ({ path, payload: { name, group } }) =>
      Effect.gen(function* () {
        const who = yield* theCaller
        const change = { name, group: group === null ? "" : group }
        if (!(yield* changeLibrary(path.library, change, who.id)))
          return yield* Effect.fail(problem("NotFound"))
        return libraryInfo(yield* libraryFor(who, path.library))
      }).pipe(failing)
    )
    .handle("leave", ({ path }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => setLeaving(path.library, now + leaveMs))
    )
    .handle("stay", ({ path }) => setLeaving(path.library, 0))
)
