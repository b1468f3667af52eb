import * as Effect from "effect/Effect"
import type { Problem } from "../api/Problem.js"
import type { ControlError } from "../control/Database.js"
import type { KeptRestore } from "../control/Restores.js"
import { restoreJson } from "../control/restoreJson.js"
import type { RunResult } from "../http/Runs.js"
import { asRefused } from "./asRefused.js"
import { asRun } from "./asRun.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

interface About {
  readonly key: string
  readonly request: string
  readonly restore?: string
  readonly prefer: string | undefined
}

/** Work on a restore that is carried out here: answered, or told as a run where it takes longer than somebody waits. */
export const restoreRun = <R>(
  activity: "restore" | "undo",
  library: string,
  about: About,
  work: Effect.Effect<KeptRestore, Problem | ControlError, R>,
  statusOf: (restore: KeptRestore) => number
) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const told = Effect.map(
      failing(work),
      (restore): RunResult => ({ _tag: "Restored", restore: restoreJson(restore), status: statusOf(restore) })
    )
    return yield* failing(asRun({ activity, library, caller, ...about }, told))
  }).pipe(Effect.catchAll(asRefused))
