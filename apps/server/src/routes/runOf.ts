import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { problem } from "../api/Problem.js"
import { restoreById, restoreByKey } from "../control/Restores.js"
import { endRun, type KeptRun, runById } from "../control/Runs.js"
import { TheDesk } from "../http/Desk.js"
import { type Running, runAt } from "../http/Runs.js"
import { answerText, endedJson, endingJson, runningJson } from "./RunText.js"

/** The restore that a run is about, which may have been made by it. */
const restoreOf = ({ library, access, activity, request_key, restore }: KeptRun) => {
  if (restore !== "") return restoreById(library, restore)
  return activity === "restore" ? restoreByKey(access, request_key) : Effect.succeed(undefined)
}

/**
 * What became of work that the server does not have under way any more, and of which it is not known that it ended. A restore that was begun is gone
 * on with; what else there was is cut off, and known to be so from now on.
 */
const cutOff = (run: KeptRun) =>
  Effect.gen(function* () {
    const restore = yield* restoreOf(run)
    if (restore?.begun === 1) return runningJson(run)
    const isDone = restore !== undefined && restore.state === (run.activity === "undo" ? "undone" : "applied")
    const about = restore === undefined ? {} : { restore: restore.id }
    const answer = answerText({ ...about, ...(!isDone && { problem: problem("CutOff") }) })
    yield* endRun(run, yield* Clock.currentTimeMillis, answer)
    return yield* endedJson((yield* runById(run.library, run.id)) ?? run)
  })

/** Work that is under way; waits so long for its end. */
const underWay = (running: Running, waitMs: number) =>
  Effect.gen(function* () {
    const ended = yield* Effect.timeoutOption(Effect.exit(Deferred.await(running.done)), waitMs)
    if (ended._tag === "None") return runningJson(running.about, running.progress)
    return yield* endingJson(running, ended.value, yield* Clock.currentTimeMillis)
  })

/** Work on a library by its id; `undefined` where there is none. Devices see restores in their inbox. */
export const runOf = (library: string, id: string, waitMs: number, isDevice: boolean) =>
  Effect.gen(function* () {
    const { runs } = yield* TheDesk
    const isHidden = ({ activity }: Pick<KeptRun, "activity">) =>
      isDevice && (activity === "restore" || activity === "undo")
    const before = runs.get(runAt(library, id))
    const run = before === undefined ? yield* runById(library, id) : undefined
    // It may have begun while it was looked for.
    const running = before ?? runs.get(runAt(library, id))
    const about = running?.about ?? run
    if (about === undefined || isHidden(about)) return undefined
    if (running !== undefined) return yield* underWay(running, waitMs)
    if (run === undefined) return undefined
    const told = yield* run.ended_at === 0 ? cutOff(run) : endedJson(run)
    // It is gone on with by nobody who could say when it ends.
    if (told.endedAt === null) yield* Effect.sleep(Math.min(waitMs, 1000))
    return told
  })
