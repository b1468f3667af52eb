/** Work on libraries as the API tells it: while it runs, and what it came to, which is kept in this form. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AnyProblem, type Problem, problem } from "../api/Problem.js"
import { Imported, Undone } from "../api/Results.js"
import type { LibraryRun } from "../api/Runs.js"
import { isoTime } from "../control/isoTime.js"
import { restoreById } from "../control/Restores.js"
import type { KeptRun } from "../control/Runs.js"
import { restoreJson } from "../control/restoreJson.js"
import { TheDesk } from "../http/Desk.js"
import { exportAt } from "../http/Exports.js"
import { problemIn } from "../http/problemIn.js"
import type { Running, RunResult } from "../http/Runs.js"

/** A restore goes on to change, and is looked up. */
const Answer = Schema.parseJson(
  Schema.Struct({
    imported: Schema.optional(Schema.encodedSchema(Imported)),
    restore: Schema.optional(Schema.String),
    undone: Schema.optional(Schema.encodedSchema(Undone)),
    /** The path of the file of an export. */
    file: Schema.optional(Schema.String),
    problem: Schema.optional(Schema.encodedSchema(AnyProblem))
  })
)
type Answer = typeof Answer.Type

/** As it is kept. */
export const answerText = Schema.encodeSync(Answer)

const decode = Schema.decodeUnknownOption(Answer)

const answerOf = (exit: Exit.Exit<RunResult, Problem>): Answer => {
  if (Exit.isFailure(exit)) return { problem: problemIn(exit.cause) }
  const result = exit.value
  if (result._tag === "Exported") return { file: result.kept.file.path }
  if (result._tag === "TakenBack") return { undone: result.undone }
  return result._tag === "Imported" ? { imported: result.imported } : { restore: result.restore.id }
}

/** What is kept of what some work came to. */
export const keptText = (exit: Exit.Exit<RunResult, Problem>): string => answerText(answerOf(exit))

type About = Pick<KeptRun, "id" | "activity" | "started_at">

/** Work that runs. */
export const runningJson = (
  { id, activity, started_at }: About,
  progress: Running["progress"] = undefined
): LibraryRun => ({
  ...{ id, activity, startedAt: isoTime(started_at), endedAt: null, outcome: null },
  ...(progress !== undefined && { progress })
})

const toldOf = (
  about: About & Pick<KeptRun, "library">,
  endedAt: number,
  { restore: id, file, ...answer }: Answer
) =>
  Effect.gen(function* () {
    const kept = exportAt(yield* TheDesk, file ?? "", yield* Clock.currentTimeMillis)
    const restore = id === undefined ? undefined : yield* restoreById(about.library, id)
    const told: LibraryRun = {
      ...runningJson(about),
      ...{ endedAt: isoTime(endedAt), outcome: answer.problem === undefined ? "done" : "failed" },
      ...answer,
      ...(kept !== undefined && {
        file: {
          path: `/v1/libraries/${about.library}/runs/${about.id}/file`,
          ...{ name: kept.file.name, bytes: kept.file.bytes, until: isoTime(kept.until) }
        }
      }),
      ...(restore !== undefined && { restore: restoreJson(restore) })
    }
    return told
  })

/** Work that ended, as it is kept. */
export const endedJson = (run: KeptRun) =>
  toldOf(
    run,
    run.ended_at,
    Option.getOrElse(decode(run.answer), (): Answer => ({ problem: problem("CutOff") }))
  )

/** The path of the file that an export wrote. */
export const fileIn = ({ answer }: KeptRun): string | undefined => Option.getOrUndefined(decode(answer))?.file

/** Work that has ended this moment. */
export const endingJson = ({ about }: Running, exit: Exit.Exit<RunResult, Problem>, now: number) =>
  toldOf(about, now, answerOf(exit))
