/** What happened lately: in pages, or as it comes for as long as the access is good. */
import { isDeepStrictEqual } from "node:util"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as SqlClient from "@effect/sql/SqlClient"
import { second, utf8 } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { api, type Caller, CurrentCaller } from "../api/Api.js"
import type { FeedEvent } from "../api/Feed.js"
import { problem } from "../api/Problem.js"
import { accessById, callerOf, isValid } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { feedAfter, feedHead } from "../control/Feed.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { machineTime } from "../http/Waits.js"
import { failing } from "./failing.js"

const heartbeatMs = 20 * second

/** Streams of one access at once: a browser has some tabs, and no more connections. */
const mostStreams = 16

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

const lines = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const told = (event: FeedEvent): string => lines(event.type, event, event.id)

/** Why a stream ends; `undefined` while it goes on. */
const endOf = (desk: Desk, caller: Caller) =>
  Effect.gen(function* () {
    if (desk.isStopping()) return "stopping"
    const access = yield* accessById(caller.id)
    const now = yield* Clock.currentTimeMillis
    if (access === undefined || !isValid(access, now)) return "revoked"
    // What it tells is what could be seen when it began: who comes again sees what may be seen now.
    return isDeepStrictEqual(callerOf(access), caller) ? undefined : "changed"
  })

/** Other programs write too, as one at the server's own terminal that takes an access away: so often it is looked. */
const lookMs = 1000

/** The next piece of a stream, and behind which event the one after it begins; none after the last. */
const nextPiece = (desk: Desk, caller: Caller, after: number) =>
  Effect.gen(function* () {
    const { hub } = desk
    const beats = (yield* Clock.currentTimeMillis) + heartbeatMs
    for (;;) {
      const count = hub.count()
      const reason = yield* endOf(desk, caller)
      if (reason !== undefined) return [lines("bye", { reason }), Option.none<number>()] as const
      const events = yield* feedAfter(caller, after, atOnce)
      const last = events.at(-1)
      if (last !== undefined) return [events.map(told).join(""), Option.some(Number(last.id))] as const
      const left = beats - (yield* Clock.currentTimeMillis)
      if (left <= 0) return [": it still listens\n\n", Option.some(after)] as const
      yield* Effect.raceAll([hub.after(count), machineTime(lookMs), Effect.sleep(left)])
    }
  })

/** Counts a stream for as long as it is open. Those who wait for the first, or the last, are woken. */
const counted = ({ hub }: Desk, { id }: Caller) => {
  const add = (more: number) =>
    Effect.sync(() => {
      const count = (hub.streams.get(id) ?? 0) + more
      if (count === 0) hub.streams.delete(id)
      else hub.streams.set(id, count)
      hub.wake()
    })
  return Effect.acquireRelease(add(1), () => add(-1))
}

const stream = (caller: Caller, after: number | undefined) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    if ((desk.hub.streams.get(caller.id) ?? 0) >= mostStreams) return yield* Effect.fail(problem("TooMany"))
    const context = yield* Effect.context<SqlClient.SqlClient>()
    const begin = yield* from(after ?? (yield* feedHead).last)
    const cursor = String(begin.after)
    const first = begin.isReset ? lines("reset", {}, cursor) : `id: ${cursor}\nevent: ready\ndata: {}\n\n`
    const pieces = Stream.paginateEffect(begin.after, (last) => nextPiece(desk, caller, last))
    const body: Stream.Stream<Uint8Array, ControlError> = Stream.unwrapScoped(
      Effect.as(counted(desk, caller), Stream.concat(Stream.make(first), pieces))
    ).pipe(Stream.map(utf8), Stream.provideContext(context))
    return HttpServerResponse.stream(body, {
      contentType: "text/event-stream",
      headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
    })
  })

export const feedRoutes = HttpApiBuilder.group(api, "feed", (handlers) =>
  handlers.handleRaw("events", ({ urlParams: { after, limit = 100 }, headers }) =>
    Effect.gen(function* () {
      const caller = yield* CurrentCaller
      if (caller === undefined) return yield* Effect.die(problem("NotSignedIn"))
      const seen = headers["last-event-id"] ?? after
      const cursor = seen !== undefined && /^\d{1,15}$/.test(seen) ? Number(seen) : undefined
      if (/\btext\/event-stream\b/.test(headers.accept ?? "")) return yield* stream(caller, cursor)
      return yield* page(caller, cursor ?? (yield* feedHead).pruned, limit)
    }).pipe(failing)
  )
)
