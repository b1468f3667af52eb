/** How a command comes about: its name, its help, its grammar, and what it does with a `Cli` in hand. */
import { object, or } from "@optique/core/constructs"
import { lineBreak, type Message, message, text } from "@optique/core/message"
import { map } from "@optique/core/modifiers"
import type { Parser } from "@optique/core/parser"
import { command } from "@optique/core/primitives"
import type { Cli, Run } from "./Cli.js"
import { described } from "./Options.js"

/** A type and not an interface: the grammar asks for something that could be a record. */
export type Invocation = {
  readonly run: Run
  /** True when it changes nothing, and so works on a library that is on a server, too. */
  readonly onServer?: boolean
}

export interface About {
  /** One line for lists of commands. */
  readonly brief: string
  /** More, for the command's own help. */
  readonly description?: string
  /** True when it changes nothing, and so works on a library that is on a server, too. */
  readonly onServer?: boolean
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

/** A grammar is made when it is asked for: those of all commands take a tenth of the time of most. */
const lazily = (names: Command["names"], below: Command["below"], make: () => Command["parser"]): Command => {
  let made: Command["parser"] | undefined
  return {
    names,
    below,
    get parser() {
      made ??= make()
      return made
    }
  }
}

/** A command: its words become a `run`. */
export const define = <A, S>(
  name: string,
  about: About,
  grammar: () => Parser<"sync", A, S>,
  run: (options: A, cli: Cli) => ReturnType<Run>
): Command =>
  lazily([name], [], () =>
    command(
      name,
      map(
        grammar(),
        (options): Invocation => ({
          run: (cli) => run(options, cli),
          ...(about.onServer === true && { onServer: true })
        })
      ),
      helpOf(about)
    )
  )

const either = (commands: ReadonlyArray<string>): string =>
  `${commands.slice(0, -1).join(", ")} or ${commands.at(-1)}`

/** Commands below one name, or two. `alone`: what the name does by itself; without it, one of them must be said. */
export const family = (
  name: string,
  about: About & { readonly question?: string; readonly alias?: string; readonly alone?: Run },
  commands: ReadonlyArray<Command>
): Command => {
  const { question, alias, alone } = about
  const below = commands.flatMap(({ names }) => names)
  return lazily(alias === undefined ? [name] : [name, alias], below, () => {
    const parsers = commands.map(({ parser }) => parser)
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
    if (alias === undefined) return parser
    return or(parser, command(alias, subcommands, { brief: [text(`The same as ${name}.`)], hidden: true }))
  })
}
