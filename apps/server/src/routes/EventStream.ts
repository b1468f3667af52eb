/** Streams of events: told as it comes, for as long as the access is good, and that somebody still listens every 20 seconds. */
import { isDeepStrictEqual } from "node:util"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as SqlClient from "@effect/sql/SqlClient"
import { second, utf8 } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Caller } from "../api/Api.js"
import { problem } from "../api/Problem.js"
import { accessById, callerOf, isValid } from "../control/AccessList.js"
import type { ControlError } from "../control/Database.js"
import { type Desk, TheDesk } from "../http/Desk.js"

const heartbeatMs = 20 * second

/** Streams of one access at once: a browser has some tabs, and no more connections. */
const mostStreams = 16

/** Whether a request asks for a stream. */
export const wantsStream = (accept: string | undefined): boolean =>
  /\btext\/event-stream\b/.test(accept ?? "")

/** One event. */
export const eventText = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

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

/** What a stream tells next, and where the piece after it begins; `undefined` while there is nothing new. */
type Next<At, R> = (
  at: At
) => Effect.Effect<{ readonly text: string; readonly at: At } | undefined, ControlError, R>

/** The next piece of a stream, and where the one after it begins; none after the last. */
const pieceAfter = <At, R>(desk: Desk, caller: Caller, next: Next<At, R>) =>
  function* (at: At) {
    const { hub } = desk
    const beats = (yield* Clock.currentTimeMillis) + heartbeatMs
    for (;;) {
      const count = hub.count()
      const reason = yield* endOf(desk, caller)
      if (reason !== undefined) return [eventText("bye", { reason }), Option.none<At>()] as const
      const found = yield* next(at)
      if (found !== undefined) return [found.text, Option.some(found.at)] as const
      const left = beats - (yield* Clock.currentTimeMillis)
      const woken = yield* Effect.timeoutOption(hub.after(count), Math.max(0, left))
      if (Option.isNone(woken)) return [": it still listens\n\n", Option.some(at)] as const
    }
  }

/** Answers with a stream that begins with `first`, and goes on from `begin` with what `next` finds. */
export const eventStream = <At, R extends SqlClient.SqlClient>(
  caller: Caller,
  first: string,
  begin: At,
  next: Next<At, R>
) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    if ((desk.hub.streams.get(caller.id) ?? 0) >= mostStreams) return yield* Effect.fail(problem("TooMany"))
    const context = yield* Effect.context<R | SqlClient.SqlClient>()
    const pieces = Stream.paginateEffect(begin, Effect.fn(pieceAfter(desk, caller, next)))
    const told = first === "" ? pieces : Stream.concat(Stream.make(first), pieces)
    const body: Stream.Stream<Uint8Array, ControlError> = Stream.unwrapScoped(
      Effect.as(counted(desk, caller), told)
    ).pipe(Stream.map(utf8), Stream.provideContext(context))
    return HttpServerResponse.stream(body, {
      contentType: "text/event-stream",
      headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
    })
  })
