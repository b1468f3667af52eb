/** How the server is, and libraries that are sent away or erased: for who is admin of all of it. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { api } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { listAlerts } from "../control/Alerts.js"
import { codeText } from "../control/Code.js"
import { diskSamples } from "../control/DiskSamples.js"
import { fullAt } from "../control/fullAt.js"
import { isoTime } from "../control/isoTime.js"
import { atOnce, setErasure } from "../control/Leaving.js"
import { libraryInfo } from "../control/Libraries.js"
import { libraryFor } from "../control/libraryFor.js"
import { sendAway } from "../control/sendAway.js"
import { timeOf } from "../control/timeOf.js"
import { untilErased } from "../control/untilErased.js"
import { TheDesk } from "../http/Desk.js"
import { inviteLink } from "../http/inviteLink.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

const overview = Effect.gen(function* () {
  const { room, mirror } = yield* TheDesk
  const { free, needed, size } = yield* room.look
  const facts = mirror?.facts()
  return {
    disk: {
      ...{ free, needed, size, isFull: free < needed },
      fullAt: timeOf(fullAt(yield* diskSamples, needed) ?? 0)
    },
    mirror:
      mirror === undefined || facts === undefined
        ? null
        : {
            ...{ place: mirror.place, waiting: facts.waiting },
            failingSince: timeOf(facts.failingSince ?? 0)
          },
    alerts: (yield* listAlerts).map(({ kind, library, since, detail }) => ({
      ...{ kind, detail, since: isoTime(since), library: library === "" ? null : library }
    }))
  }
})

export const careRoutes = HttpApiBuilder.group(api, "care", (handlers) =>
  handlers
    .handle("overview", () => failing(overview))
    .handle("leave", ({ path }) =>
      Effect.gen(function* () {
        const { url, pin, limits } = yield* TheDesk
        const who = yield* theCaller
        const { code, eraseAt } = yield* sendAway(yield* libraryFor(who, path.library), limits.quota, who.id)
        const library = libraryInfo(yield* libraryFor(who, path.library))
        return { library, link: inviteLink(url(), codeText(code), pin), eraseAt: isoTime(eraseAt) }
      }).pipe(failing)
    )
    .handle("erase", ({ path, payload }) =>
      Effect.gen(function* () {
        const who = yield* theCaller
        const { id } = yield* libraryFor(who, path.library)
        if (payload.id !== id)
          return yield* Effect.fail(
            problem("InvalidRequest", {
              detail: "That is not the id of the library. Nothing was changed.",
              recovery: "There is no way back from erasing: type its id as it is shown."
            })
          )
        yield* setErasure(id, atOnce, who.id)
        return { id, places: (yield* untilErased(id)) ?? null }
      }).pipe(failing)
    )
)
