/** What happened lately: in pages, or as it comes for as long as the access is good. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { api, type Caller, CurrentCaller } from "../api/Api.js"
import type { FeedEvent } from "../api/Feed.js"
import { problem } from "../api/Problem.js"
import { feedAfter, feedHead } from "../control/Feed.js"
import { eventStream, eventText, wantsStream } from "./EventStream.js"
import { failing } from "./failing.js"

/** Events in one piece of a stream. */
const atOnce = 100

/** Where somebody goes on who has seen so much: from the newest, and told so, where what came between is no longer known. */
const from = (after: number) =>
  Effect.map(feedHead, ({ last, pruned }) =>
    after < pruned || after > last ? { after: last, isReset: true } : { after, isReset: false }
  )

const page = (caller: Caller, after: number, limit: number) =>
  Effect.gen(function* () {
    const begin = yield* from(after)
    const found = yield* feedAfter(caller, begin.after, limit + 1)
    const items = found.slice(0, limit)
    const isLast = found.length <= limit
    const { last } = yield* feedHead
    const next = isLast ? String(Math.max(begin.after, last)) : (items.at(-1)?.id ?? String(begin.after))
    return HttpServerResponse.unsafeJson({ items, isLast, next, ...(begin.isReset && { reset: true }) })
  })

const told = (event: FeedEvent): string => eventText(event.type, event, event.id)

const stream = (caller: Caller, after: number | undefined) =>
  Effect.gen(function* () {
    const begin = yield* from(after ?? (yield* feedHead).last)
    const cursor = String(begin.after)
    const first = eventText(begin.isReset ? "reset" : "ready", {}, cursor)
    return yield* eventStream(caller, first, begin.after, (at) =>
      Effect.map(feedAfter(caller, at, atOnce), (events) => {
        const last = events.at(-1)
        return last && { text: events.map(told).join(""), at: Number(last.id) }
      })
    )
  })

export const feedRoutes = HttpApiBuilder.group(api, "feed", (handlers) =>
  handlers.handleRaw("events", ({ urlParams: { after, limit = 100 }, headers }) =>
    Effect.gen(function* () {
      const caller = yield* CurrentCaller
      if (caller === undefined) return yield* Effect.die(problem("NotSignedIn"))
      const seen = headers["last-event-id"] ?? after
      const cursor = seen !== undefined && /^\d{1,15}$/.test(seen) ? Number(seen) : undefined
      if (wantsStream(headers.accept)) return yield* stream(caller, cursor)
      return yield* page(caller, cursor ?? (yield* feedHead).pruned, limit)
    }).pipe(failing)
  )
)
