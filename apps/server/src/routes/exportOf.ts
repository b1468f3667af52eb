import { randomUUID } from "node:crypto"
import { hour } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { libraryFor } from "../control/libraryFor.js"
import { TheDesk } from "../http/Desk.js"
import { keepExport } from "../http/Exports.js"
import { RunProgress, type RunResult } from "../http/Runs.js"
import type { Question } from "../replica/Question.js"
import { asRefused } from "./asRefused.js"
import { asRun } from "./asRun.js"
import { failing } from "./failing.js"
import { theCaller } from "./theCaller.js"

interface Wanted {
  readonly library: string
  readonly line: string | undefined
  readonly prefer: string | undefined
  readonly question: Extract<Question, { readonly _tag: "Export" }>
}

/** An export of a library that the caller may see: its bytes, or a run where that takes longer than somebody waits. It waits for a library that is being made ready. */
export const exportOf = ({ library: id, line, prefer, question }: Wanted) =>
  Effect.gen(function* () {
    const caller = yield* theCaller
    const desk = yield* TheDesk
    const library = yield* libraryFor(caller, id)
    const work = Effect.gen(function* () {
      const asking = { library, question, line, waitMs: hour, proven: null, onProgress: yield* RunProgress }
      const told = yield* desk.replicas.ask(asking)
      if (told.file === undefined) return yield* Effect.dieMessage("an export has no file")
      const kept = keepExport(desk, told, told.file, yield* Clock.currentTimeMillis)
      const result: RunResult = { _tag: "Exported", kept }
      return result
    })
    // Nobody else has this file: asked for again it is another one.
    const wanted = {
      activity: "export" as const,
      library: id,
      caller,
      key: randomUUID(),
      request: "",
      prefer
    }
    return yield* asRun(wanted, work)
  }).pipe(failing, Effect.catchAll(asRefused))
