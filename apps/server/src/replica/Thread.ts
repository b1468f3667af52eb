/** A thread that libraries are made or read in. It begins with its first call, and again when it ended by itself. */
import { Worker } from "node:worker_threads"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Problem, problem } from "../api/Problem.js"
import type { Kept } from "../library/shelfAt.js"
import type { Asked, Progress, Request, Told } from "./Messages.js"

/** The file that was read is not what it was made as, or is not there. */
export class Spoilt extends Data.TaggedError("Spoilt")<{ readonly isGone: boolean }> {}

interface Waiting {
  readonly resume: (result: Effect.Effect<unknown, Problem | Spoilt>) => void
  readonly onProgress: ((progress: Progress) => void) | undefined
}

export interface Thread {
  readonly call: (
    request: Request,
    onProgress?: (progress: Progress) => void
  ) => Effect.Effect<unknown, Problem | Spoilt>
}

/** Three halves of 4 MB for what is new: what nobody needs any more goes soon, also the buffers that belong to it. */
const resourceLimits = { maxYoungGenerationSizeMb: 12 }

/** A thread for as long as the scope lasts. `onFault` is told what nobody foresaw. */
export const startThread = (
  file: URL,
  kept: Kept,
  onFault: (text: string) => void
): Effect.Effect<Thread, never, Scope.Scope> =>
  Effect.gen(function* () {
    const waiting = new Map<number, Waiting>()
    let worker: Worker | undefined
    let last = 0

    const end = (id: number, result: Effect.Effect<unknown, Problem | Spoilt>): void => {
      const one = waiting.get(id)
      waiting.delete(id)
      one?.resume(result)
      if (waiting.size === 0) worker?.unref()
    }

    const receive = (told: Told): void => {
      if (told._tag === "Progress") waiting.get(told.id)?.onProgress?.(told.progress)
      else if (told._tag === "Done") end(told.id, Effect.succeed(told.value))
      else if (told._tag === "Problem") end(told.id, Effect.fail(told.problem))
      else if (told._tag === "Spoilt") end(told.id, Effect.fail(new Spoilt(told)))
      else {
        onFault(told.text)
        end(told.id, Effect.fail(problem("InternalFault")))
      }
    }

    /** Whatever it was doing is not answered any more. */
    const ended = (which: Worker, text: string): void => {
      if (worker !== which) return
      worker = undefined
      if (waiting.size > 0) onFault(text)
      for (const id of [...waiting.keys()]) end(id, Effect.fail(problem("InternalFault")))
    }

    const running = (): Worker => {
      if (worker !== undefined) return worker
      const begun = new Worker(file, { workerData: kept, name: "white-room-server", resourceLimits })
      begun.on("message", receive)
      begun.on("error", (error) => ended(begun, String(error.stack ?? error)))
      begun.on("exit", (code) => ended(begun, `a thread ended with ${code}`))
      worker = begun
      return begun
    }

    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        const ending = worker
        worker = undefined
        await ending?.terminate()
      })
    )
    return {
      call: (request, onProgress) =>
        Effect.async((resume) => {
          const id = ++last
          waiting.set(id, { resume, onProgress })
          const asked: Asked = { id, request }
          const thread = running()
          thread.ref()
          thread.postMessage(asked)
        })
    }
  })
