/** What a command is made of: its grammar, and what it does with a `Cli` in hand. */
import { lineBreak, type Message, text } from "@optique/core/message"
import { map } from "@optique/core/modifiers"
import type { Parser } from "@optique/core/parser"
import { command } from "@optique/core/primitives"
import type { OnProgress } from "@white-room/core"
import type { Library } from "@white-room/store"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CliFailure } from "../error/CliError.js"
import type { Output } from "../output/Output.js"

/** Everything a command may use. */
export interface Cli {
  readonly out: Output
  readonly env: NodeJS.ProcessEnv
  /** Where the library is, or will be. */
  readonly path: string
  /** True when nothing is asked but how to settle conflicts. */
  readonly yes: boolean
  readonly dryRun: boolean
  /** True when there is a person at a terminal to be asked. */
  readonly interactive: boolean
  readonly now: () => Date
  /** Opens the library; it is closed when the command ends. */
  readonly open: Effect.Effect<Library, CliFailure, Scope.Scope>
  /**
   * Runs one long call of the library with its progress shown. The library works in one go and survives being killed
   * at any moment, so Ctrl-C ends the program at once here.
   */
  readonly work: <A, E>(call: (onProgress: OnProgress) => Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Runs what never ends by itself until SIGTERM, SIGINT or SIGHUP asks it to; gives the signal's name. */
  readonly untilStopped: (work: Effect.Effect<never>) => Effect.Effect<string>
  /** Asks, and gives the answer without spaces around it; the empty string when there is none. */
  readonly ask: (question: string) => Effect.Effect<string, CliFailure>
  /** Goes on only after a yes, at the terminal or by --yes. `what` begins a sentence: "Deleting 2 songs". */
  readonly confirm: (question: string, what: string) => Effect.Effect<void, CliFailure>
}

/** Ends with the exit code. */
export type Run = (cli: Cli) => Effect.Effect<number, CliFailure, Scope.Scope>

/** A type and not an interface: the grammar asks for something that could be a record. */
export type Invocation = {
  readonly run: Run
}

export interface About {
  /** One line for lists of commands. */
  readonly brief: Message
  /** More, for the command's own help. */
  readonly description?: Message
  /** Commands as they are typed, and what each does. */
  readonly examples?: ReadonlyArray<readonly [command: string, does: string]>
}

/** The end of a command's help. */
const footerOf = (examples: NonNullable<About["examples"]>): Message => [
  text("Examples:"),
  ...examples.flatMap(([command, does]) => [
    lineBreak(),
    text(`  ${command}`),
    lineBreak(),
    text(`      ${does}`)
  ])
]

/** A command: its words become a `run`. */
export const define = <A, S>(
  name: string,
  { examples, ...about }: About,
  grammar: Parser<"sync", A, S>,
  run: (options: A, cli: Cli) => ReturnType<Run>
) =>
  command(
    name,
    map(grammar, (options): Invocation => ({ run: (cli) => run(options, cli) })),
    { ...about, ...(examples && { footer: footerOf(examples) }) }
  )
