/** The library on this computer, in the place of those that are made of what devices pushed: the same questions, asked of itself. */
import { utf8 } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { LibraryStatus } from "../api/Model.js"
import { type Problem, problem } from "../api/Problem.js"
import type { KeptLibrary } from "../control/Libraries.js"
import type { Answer, Change, Changed, Facts, Looked, Progress, ResultOf } from "./Messages.js"
import type { Replicas } from "./Replicas.js"
import { Spoilt, startThread } from "./Thread.js"

/** How safe a library is, as the program says that knows its places and its schedule. */
export type StatusHere = Omit<LibraryStatus, "line" | "devices" | "proven">

/** Why the program that has the library did not say or do that, for people. */
export interface FailureHere {
  readonly _tag: string
  readonly message: string
  readonly recovery: string
}

interface Here {
  readonly file: string
  readonly id: string
  /** A folder for what is to be sent. */
  readonly outbox: string
  readonly status: Effect.Effect<StatusHere, FailureHere>
  /** The program of its thread. */
  readonly program: URL
  readonly onFault: (text: string) => void
}

/** What an error of a thread is that has no file to make again. */
const asProblem = (error: Problem | Spoilt): Problem =>
  error instanceof Spoilt ? problem("InternalFault") : error

/** The library, and whoever wrote to it. */
export interface LibraryHere extends Replicas {
  /** How far it is, with what other programs wrote; what came since `after`. */
  readonly look: (after: number | undefined) => Effect.Effect<Looked, Problem>
}

export const libraryHere = ({
  file,
  id,
  outbox,
  status,
  program,
  onFault
}: Here): Effect.Effect<LibraryHere, never, Scope.Scope> =>
  Effect.gen(function* () {
    const thread = yield* startThread(program, { data: outbox }, onFault)
    const known = { line: id, devices: [], damaged: [], file, library: id, used: 0, proven: null, outbox }

    const answer: Effect.Effect<Answer, Problem> = Effect.gen(function* () {
      const said = yield* Effect.mapError(status, ({ _tag, message, recovery }) =>
        problem("LibraryFailed", { error: _tag, detail: message, recovery })
      )
      const value: LibraryStatus = { ...said, line: id, devices: [], proven: null }
      const position = said.library?.position ?? 0
      return { body: utf8(JSON.stringify(value)), isJson: true, position }
    })

    const factsNow = Effect.map(
      Clock.currentTimeMillis,
      (now): Facts => ({
        ...{ ...known, now, home: "here", hasArrived: true }
      })
    )

    return {
      ask: ({ question, line, onProgress }) =>
        Effect.gen(function* () {
          if (line !== undefined && line !== id) return yield* Effect.fail(problem("NotFound"))
          if (question._tag === "Status") return { ...(yield* answer), line: id }
          const facts = yield* factsNow
          const read = thread.call({ _tag: "Read", question, facts }, onProgress)
          const told = yield* Effect.mapError(read, asProblem)
          return { ...(told as Answer), line: id }
        }),
      change: <C extends Change>(_: KeptLibrary, change: C, onProgress?: (progress: Progress) => void) =>
        Effect.gen(function* () {
          const facts = yield* factsNow
          const request = { _tag: "Change", change, facts } as const
          const work = Effect.mapError(thread.call(request, onProgress), asProblem)
          return (yield* work) as Changed<ResultOf<C["_tag"]>>
        }),
      look: (after) =>
        Effect.gen(function* () {
          const facts = yield* factsNow
          return (yield* Effect.mapError(thread.call({ _tag: "Look", after, facts }), asProblem)) as Looked
        }),
      prove: () => Effect.fail(problem("NotFound")),
      tidy: () => Effect.fail(problem("NotFound")),
      losses: () => Effect.succeed(undefined),
      week: () => Effect.succeed(undefined),
      forget: () => Effect.void,
      mark: () => undefined,
      changed: () => {},
      count: () => 1,
      copies: () => ({ found: 0, made: 0 }),
      usedAt: () => 0,
      drop: () => Effect.succeed(false)
    }
  })
