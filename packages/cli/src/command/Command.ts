/** What a command is made of: its grammar, and what it does with a `Cli` in hand. */
import { object, or } from "@optique/core/constructs"
import { lineBreak, type Message, message, text } from "@optique/core/message"
import { map } from "@optique/core/modifiers"
import type { Parser } from "@optique/core/parser"
import { command } from "@optique/core/primitives"
import type { OnProgress } from "@white-room/core"
import type { Library } from "@white-room/store"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CliFailure } from "../error/CliError.js"
import type { Output, Summary, SummaryFields } from "../output/Output.js"
import { described } from "./Options.js"

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
  /**
   * The result of work, or with --dry-run of what would be done: the summary `S` for scripts, a message for people.
   * Gives the exit code of a command that is done.
   */
  readonly done: <S extends Summary = never>(fields: SummaryFields<S>, render: () => string) => number
}

/** Ends with the exit code. */
export type Run = (cli: Cli) => Effect.Effect<number, CliFailure, Scope.Scope>

/** A type and not an interface: the grammar asks for something that could be a record. */
export type Invocation = {
  readonly run: Run
}

export interface About {
  /** One line for lists of commands. */
  readonly brief: string
  /** More, for the command's own help. */
  readonly description?: string
  /** Commands as they are typed, and what each does. */
  readonly examples?: ReadonlyArray<readonly [command: string, does: string]>
}

/** A command, or a family of them. */
export interface Command {
  /** Its name, then its other names. */
  readonly names: ReadonlyArray<string>
  /** The names of the commands below it. */
  readonly below: ReadonlyArray<string>
  readonly parser: Parser<"sync", Invocation, unknown>
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

const helpOf = ({ brief, description, examples }: About) => ({
  brief: [text(brief)],
  ...(description !== undefined && described(description)),
  ...(examples && { footer: footerOf(examples) })
})

/** A command: its words become a `run`. */
export const define = <A, S>(
  name: string,
  about: About,
  grammar: Parser<"sync", A, S>,
  run: (options: A, cli: Cli) => ReturnType<Run>
): Command => ({
  names: [name],
  below: [],
  parser: command(
    name,
    map(grammar, (options): Invocation => ({ run: (cli) => run(options, cli) })),
    helpOf(about)
  )
})

const either = (commands: ReadonlyArray<string>): string =>
  `${commands.slice(0, -1).join(", ")} or ${commands.at(-1)}`

/** Commands below one name, or two. `alone`: what the name does by itself; without it, one of them must be said. */
export const family = (
  name: string,
  about: About & { readonly question?: string; readonly alias?: string; readonly alone?: Run },
  commands: ReadonlyArray<Command>
): Command => {
  const { question, alias, alone } = about
  const parsers = commands.map(({ parser }) => parser)
  const below = commands.flatMap(({ names }) => names)
  const subcommands =
    alone === undefined
      ? or(...parsers, {
          errors: { noMatch: message`${text(`${question ?? "Say which"}: ${either(below)}.`)}` }
        })
      : or(
          ...parsers,
          map(object({}), (): Invocation => ({ run: alone }))
        )
  const parser = command(name, subcommands, helpOf(about))
  if (alias === undefined) return { names: [name], below, parser }
  const other = command(alias, subcommands, { brief: [text(`The same as ${name}.`)], hidden: true })
  return { names: [name, alias], below, parser: or(parser, other) }
}
