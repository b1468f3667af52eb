import { createHash } from "node:crypto"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Schedule from "effect/Schedule"
import type { Caller } from "../api/Api.js"
import { type Problem, problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import { endRun, type KeptRun, keepRun } from "../control/Runs.js"
import { type Desk, TheDesk } from "../http/Desk.js"
import { faultText } from "../http/faultText.js"
import { problemIn } from "../http/problemIn.js"
import { type Running, RunProgress, type RunResult, runAt } from "../http/Runs.js"
import { machineTime } from "../http/Waits.js"
import { keptText, runningJson } from "./RunText.js"
import { resultAnswer } from "./resultAnswer.js"
import { waitOf } from "./waitOf.js"

interface Wanted {
  readonly activity: KeptRun["activity"]
  readonly library: string
  readonly caller: Caller
  /** By which it is known when it is asked for again: by this caller, in this library. */
  readonly key: string
  /** What is asked for, by its hash. */
  readonly request: string
  /** The restore that it is about, where there is one already. */
  readonly restore?: string
  /** What becomes of a request that begins it, before anything else does. */
  readonly prepare?: () => void
  readonly prefer: string | undefined
}

/** The same for the same key of the same caller, on every node, and after a restart too. */
const idOf = ({ activity, library, caller, key }: Wanted): string => {
  const hash = createHash("sha256").update(JSON.stringify([library, caller.id, activity, key]))
  return `${activity}-${hash.digest("hex").slice(0, 24)}`
}

/** A node keeps a library that nobody asks for while something is done in it. */
const everyMs = 60_000

/** The library stays with this server until the work has ended. */
const staying = <A, E, R>({ owners }: Desk, library: string, work: Effect.Effect<A, E, R>) => {
  const { areSeveral, held, whereIs } = owners()
  if (!areSeveral) return work
  const asking = Effect.forever(Effect.zipRight(machineTime(everyMs), Effect.ignore(whereIs(library))))
  return held(library, Effect.raceFirst(work, asking))
}

/** A control database that is away is asked again: what it does not know later was cut off. */
const again = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(600))

const ended = (desk: Desk, { about, isTold }: Running, exit: Exit.Exit<RunResult, Problem>) =>
  Effect.gen(function* () {
    if (!isTold) return
    if (Exit.isFailure(exit) && problemIn(exit.cause).type === "InternalFault")
      desk.log({
        ...{ time: new Date().toISOString(), level: "error", event: "fault" },
        ...{ route: about.activity, fault: faultText(exit.cause) }
      })
    const now = yield* Clock.currentTimeMillis
    yield* Effect.ignore(Effect.retry(endRun(about, now, keptText(exit)), again))
  })

/** Begins it, or finds it under way. It goes on when nobody waits for it any more. */
const beginning = <R>(
  desk: Desk,
  wanted: Wanted,
  started_at: number,
  work: Effect.Effect<RunResult, Problem, R>
): Effect.Effect<Running, Problem, R | SqlClient.SqlClient> =>
  Effect.suspend((): Effect.Effect<Running, Problem, R | SqlClient.SqlClient> => {
    const { activity, library, caller, key, request, restore = "", prepare } = wanted
    const id = idOf(wanted)
    const known = desk.runs.get(runAt(library, id))
    if (known !== undefined)
      return known.request === request ? Effect.succeed(known) : Effect.fail(problem("KeyReused"))
    const theirs = [...desk.runs.values()].filter(
      ({ about }) => about.access === caller.id && about.library === library
    )
    if (theirs.length >= desk.limits.uploads) return Effect.fail(problem("TooMany"))
    prepare?.()
    const running: Running = {
      about: { id, library, activity, access: caller.id, request_key: key, restore, started_at },
      ...{ request, turn: Effect.unsafeMakeSemaphore(1), progress: undefined, isTold: false },
      done: Deferred.unsafeMake(FiberId.none)
    }
    desk.runs.set(runAt(library, id), running)
    const told = Effect.provideService(work, RunProgress, (progress) => {
      running.progress = progress
    })
    const whole = Effect.flatMap(Effect.exit(staying(desk, library, told)), (exit) =>
      Effect.zipRight(
        Deferred.done(running.done, exit),
        running.turn.withPermits(1)(Effect.suspend(() => ended(desk, running, exit)))
      )
    ).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          desk.runs.delete(runAt(library, id))
          desk.hub.wake()
        })
      )
    )
    // What begins it cannot be interrupted; the work itself ends what it waits beside.
    return Effect.as(Effect.forkDaemon(Effect.interruptible(whole)), running)
  }).pipe(Effect.uninterruptible)

/** Says that it runs and where to ask for it, unless it has ended at this moment. */
const told = (running: Running) =>
  Effect.gen(function* () {
    const { about, done } = running
    if (yield* Deferred.isDone(done)) return undefined
    if (!running.isTold) yield* keepRun(about)
    running.isTold = true
    return HttpServerResponse.unsafeJson(runningJson(about, running.progress), {
      status: 202,
      headers: { location: `/v1/libraries/${about.library}/runs/${about.id}` }
    })
  }).pipe(running.turn.withPermits(1), Effect.uninterruptible)

/**
 * Does some work on a library and answers what it came to: by itself, when that takes no longer than `prefer` says, and with the address of a run
 * while it goes on. Asked for again by its key it is the same run. Who leaves stops nothing.
 */
export const asRun = <R>(
  wanted: Wanted,
  work: Effect.Effect<RunResult, Problem, R>
): Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  Problem | ControlError,
  R | SqlClient.SqlClient | TheDesk | HttpServerRequest.HttpServerRequest
> =>
  Effect.gen(function* () {
    const desk = yield* TheDesk
    const running = yield* beginning(desk, wanted, yield* Clock.currentTimeMillis, work)
    const result = Deferred.await(running.done)
    const inTime = yield* Effect.timeoutOption(result, waitOf(wanted.prefer))
    if (inTime._tag === "Some") return yield* resultAnswer(inTime.value)
    return (yield* told(running)) ?? (yield* Effect.flatMap(result, resultAnswer))
  })
