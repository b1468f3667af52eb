import type { OnProgress } from "@white-room/core"
import type { Library } from "@white-room/store"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CliFailure } from "../error/CliError.js"
import type { Output, Summary, SummaryFields } from "../terminal/Output.js"

/** A library on a server, as a person named it. */
export interface OnServer {
  readonly name: string
  readonly place: string
}

/** Everything a command may use. */
export interface Cli {
  readonly out: Output
  readonly env: NodeJS.ProcessEnv
  /** Where the library is, or will be. */
  readonly path: string
  /** The library on a server that the command is about, in place of a file. */
  readonly server: OnServer | undefined
  /** True when nothing is asked but how to settle conflicts. */
  readonly yes: boolean
  readonly dryRun: boolean
  /** Nothing else runs in this process, as when it is `whiteroom`: see `OpenOptions`. */
  readonly alone: boolean
  /** True when there is a person at a terminal to be asked. */
  readonly interactive: boolean
  readonly now: () => Date
  /** Opens the library; it is closed when the command ends. */
  readonly open: Effect.Effect<Library, CliFailure, Scope.Scope>
  /**
   * Runs one long call of the library with its progress shown. The library works in one go and survives being killed
   * at any moment, so Ctrl-C ends the program at once here.
   */
  readonly work: <A, E, R = never>(
    call: (onProgress: OnProgress) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E, R>
  /** Runs what never ends by itself until SIGTERM, SIGINT or SIGHUP asks it to; gives the signal's name. */
  readonly untilStopped: (work: Effect.Effect<never>) => Effect.Effect<string>
  /** Asks, and gives the answer without spaces around it; the empty string when there is none. */
  readonly ask: (question: string) => Effect.Effect<string, CliFailure>
  /** The same where an empty line is an answer: `undefined` when there is none. */
  readonly askOrEnd: (question: string) => Effect.Effect<string | undefined>
  /** Goes on only after a yes, at the terminal or by --yes. `what` begins a sentence: "Deleting 2 songs". */
  readonly confirm: (question: string, what: string) => Effect.Effect<void, CliFailure>
  /**
   * The result of work, or with --dry-run of what would be done: the summary `S` for scripts, a message for people.
   * Gives the exit code of a command that is done.
   */
  readonly done: <S extends Summary = never>(fields: SummaryFields<S>, render: () => string) => number
}

/** Ends with the exit code. */
export type Run = (cli: Cli) => Effect.Effect<number, CliFailure, Scope.Scope>
