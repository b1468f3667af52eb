/** Checks that somebody asks for: one of a library at a time, and one on the server; who asks meanwhile gets the same. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { bounds } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { api } from "../api/Api.js"
import type { CheckRun } from "../api/Checks.js"
import { problem } from "../api/Problem.js"
import { checkAction, checkRecords, noteCheck } from "../control/CheckRecords.js"
import { isoTime } from "../control/isoTime.js"
import { libraryFor } from "../control/libraryFor.js"
import { type Proof, proofOf } from "../control/Proofs.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { boundingDeeds } from "./boundingDeeds.js"
import { failing } from "./failing.js"
import { proveLibrary } from "./proveLibrary.js"
import { runOf } from "./runOf.js"
import { theCaller } from "./theCaller.js"
import { waitOf } from "./waitOf.js"

/** So many that ended are remembered. */
const mostEnded = 100

const checkPrefix = "check-"

const idAt = (started: number): string => `${checkPrefix}${started}`

const begunAt = (started: number): CheckRun => ({
  ...{ id: idAt(started), activity: "check", startedAt: isoTime(started) },
  ...{ endedAt: null, outcome: null, bytes: 0, damaged: [] }
})

/** The newest check of a library, as it is on record. */
const onRecord = ({ started_at, ended_at, ok, bytes, detail }: Proof): CheckRun => ({
  ...begunAt(started_at),
  ...{ endedAt: isoTime(ended_at), outcome: ok === 1 ? "done" : "failed" },
  ...{ bytes, damaged: detail === "" ? [] : [detail] }
})

const remember = ({ checks }: Desk, library: string, run: CheckRun): void => {
  checks.ended.set(`${library} ${run.id}`, run)
  for (const [oldest] of checks.ended)
    if (checks.ended.size > mostEnded) checks.ended.delete(oldest)
    else break
}

/** Begins a check, which goes on when nobody waits for it any more. */
const begin = (desk: Desk, library: string, actor: string) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const run = begunAt(started)
    // The night is due as before.
    const work = Effect.flatMap(proofOf(library), (last) =>
      proveLibrary(desk, library, last?.due_at ?? started)
    ).pipe(
      Effect.map((found): CheckRun => {
        const { isOk = false, bytes = 0, damaged = [], ended_at = started } = found ?? {}
        const outcome = isOk ? ("done" as const) : ("failed" as const)
        const endedAt = isoTime(ended_at)
        return { ...run, endedAt, outcome, bytes, damaged: damaged.slice(0, bounds.problems) }
      }),
      Effect.tap((ended) => noteCheck(actor, library, ended)),
      Effect.tap((ended) => Effect.sync(() => remember(desk, library, ended))),
      Effect.ensuring(Effect.sync(() => void desk.checks.running.delete(library)))
    )
    const fiber = yield* Effect.forkDaemon(work)
    const running = { run, fiber }
    desk.checks.running.set(library, running)
    return running
  })

const check = (id: string, prefer: string | undefined) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const caller = yield* theCaller
    const library = yield* libraryFor(caller, id)
    if (library.sealed === 1) return yield* Effect.fail(problem("Sealed"))
    // Of the library of this computer there are no files that it could be made of.
    if (desk.isWatched) return yield* Effect.fail(problem("NotFound"))
    if (library.arrived_at === 0) return yield* Effect.fail(problem("NothingThere"))
    if (desk.isStopping()) return yield* Effect.fail(problem("Stopping"))
    const known = desk.checks.running.get(id)
    if (known === undefined) {
      if (desk.checks.running.size > 0) return yield* Effect.fail(problem("TooMany"))
      yield* boundingDeeds(caller, library, [checkAction])
    }
    const { run, fiber } = known ?? (yield* begin(desk, id, caller.id))
    const ended = yield* Effect.timeoutOption(Fiber.join(fiber), waitOf(prefer))
    if (Option.isSome(ended)) return HttpServerResponse.unsafeJson(ended.value)
    const location = `/v1/libraries/${id}/runs/${run.id}`
    return HttpServerResponse.unsafeJson(run, { status: 202, headers: { location } })
  })

/** Those on record, the one that runs before them. */
const list = (library: string, limit: number) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    yield* libraryFor(yield* theCaller, library)
    const running = desk.checks.running.get(library)?.run
    const known = yield* checkRecords(library, limit + 1)
    const all = running === undefined ? known : [running, ...known.filter(({ id }) => id !== running.id)]
    const whole = all.map((run) => desk.checks.ended.get(`${library} ${run.id}`) ?? run)
    return { items: whole.slice(0, limit), isLast: whole.length <= limit }
  })

const checkOf = (library: string, id: string) =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const running = desk.checks.running.get(library)?.run
    if (running?.id === id) return running
    const ended = desk.checks.ended.get(`${library} ${id}`)
    if (ended !== undefined) return ended
    const last = yield* proofOf(library)
    if (last !== undefined && idAt(last.started_at) === id) return onRecord(last)
    return (yield* checkRecords(library, 1000)).find((run) => run.id === id)
  })

const run = (library: string, id: string, prefer: string | undefined) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    yield* libraryFor(caller, library)
    const waitMs = prefer === undefined ? 0 : waitOf(prefer)
    const found = yield* id.startsWith(checkPrefix)
      ? checkOf(library, id)
      : runOf(library, id, waitMs, caller.role === "device")
    if (found === undefined) return yield* Effect.fail(problem("NotFound"))
    return HttpServerResponse.unsafeJson(found)
  })

export const checkRoutes = HttpApiBuilder.group(api, "checks", (handlers) =>
  handlers
    .handleRaw("check", ({ path, headers }) => failing(check(path.library, headers.prefer)))
    .handle("list", ({ path, urlParams: { limit = 100 } }) => failing(list(path.library, limit)))
    .handleRaw("run", ({ path, headers }) => failing(run(path.library, path.id, headers.prefer)))
)
