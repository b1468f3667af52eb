/** What waits for a device: asked for, or told as it comes. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api, type Caller } from "../api/Api.js"
import { inboxOf } from "../control/Restores.js"
import { restoreJson } from "../control/restoreJson.js"
import { eventStream, eventText, wantsStream } from "./EventStream.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

/** So many are told at once; the rest when these have ended. */
const mostInInbox = 100

const inboxPage = (caller: Caller) =>
  Effect.map(inboxOf(caller, mostInInbox + 1), (found) => ({
    items: found.slice(0, mostInInbox).map(restoreJson),
    isLast: found.length <= mostInInbox
  }))

/** What devices find of restores for them. */
export const inboxRoutes = HttpApiBuilder.group(api, "inbox", (handlers) =>
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
