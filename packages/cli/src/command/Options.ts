/** The words of commands: options and arguments, and the plain values they take. */
import { object } from "@optique/core/constructs"
import { type Message, message, metavar as named, text as words } from "@optique/core/message"
import { multiple, optional, withDefault } from "@optique/core/modifiers"
import type { NonEmptyString } from "@optique/core/nonempty"
import * as Words from "@optique/core/primitives"
import type { OptionName } from "@optique/core/usage"
import { choice as choiceOf, integer, string, type ValueParser } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import { formatCount } from "@white-room/core"
import { cannotBeMeant } from "./cannotBeMeant.js"
import { beginningWith, type NameKind } from "./Known.js"

type Value<A> = ValueParser<"sync", A>
type Long = `--${NonEmptyString}`
type Names = Long | readonly [short: `-${NonEmptyString}`, long: Long]

const namesOf = (names: Names): readonly [OptionName, ...ReadonlyArray<OptionName>] =>
  typeof names === "string" ? [names] : names

export const described = (description: string) => ({ description: [words(description)] })

/** An option that must be said, with its value. */
export const needed = <A>(names: Names, value: Value<A>, description: string) =>
  Words.option(...namesOf(names), value, described(description))

/** True when it was said. */
export const flag = (names: Names, description: string) =>
  Words.option(...namesOf(names), described(description))

/** Its value; `undefined` when it was not said. */
export const one = <A>(names: Names, value: Value<A>, description: string) =>
  optional(needed(names, value, description))

/** Its value, or another when it was not said. */
export const oneOr = <A>(fallback: NoInfer<A>, names: Names, value: Value<A>, description: string) =>
  withDefault(needed(names, value, description), fallback)

/** Its values, in the order they were said. */
export const many = <A>(names: Names, value: Value<A>, description: string) =>
  multiple(needed(names, value, description))

const missing = ({ metavar }: Value<unknown>): Message => message`${named(metavar)} is missing.`

export const argument = <A>(value: Value<A>, description?: string) =>
  Words.argument(value, {
    ...(description !== undefined && described(description)),
    errors: { endOfInput: missing(value) }
  })

/** One of these arguments, or several. */
export const some = <A>(value: Value<A>, description?: string, max?: number) =>
  multiple(argument(value, description), {
    min: 1,
    ...(max !== undefined && { max }),
    errors: { tooFew: missing(value) }
  })

/** One of these words. */
export const choice = <const A extends string>(
  choices: ReadonlyArray<A>,
  metavar: NonEmptyString = "TYPE"
): Value<A> =>
  choiceOf(choices, {
    metavar,
    errors: {
      invalidChoice: (input, all) => cannotBeMeant(input, `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`)
    }
  })

/** What a word of this kind names, where that can be completed. */
const kindOf: Readonly<Record<string, NameKind>> = {
  SONG: "songs",
  PERFORMANCE: "performances",
  BACKUP: "backups",
  "BACKUP|SONG": "backups",
  SOURCE: "backups",
  "A|B": "backups",
  VAULT: "vaults",
  PLACE: "vaults"
}

/** A text; a shell completes it by the names of its kind. */
export const text = (
  metavar: NonEmptyString,
  kind: NameKind | undefined = kindOf[metavar]
): Value<string> => {
  const parser = string({ metavar })
  if (kind === undefined) return parser
  return {
    ...parser,
    suggest: (prefix) => beginningWith(kind, prefix).map((name) => ({ kind: "literal", text: name }))
  }
}

/** A path of a file or a folder. */
export const file = (metavar: NonEmptyString) => path({ metavar })

export const number = (metavar: NonEmptyString, min: number, max?: number) => {
  const bounds =
    max === undefined ? `, at least ${formatCount(min)}` : ` from ${formatCount(min)} to ${formatCount(max)}`
  const wrong = (input: string | number) => cannotBeMeant(String(input), `a whole number${bounds}`)
  return integer({
    metavar,
    min,
    ...(max !== undefined && { max }),
    errors: { invalidInteger: wrong, unsafeInteger: wrong, belowMinimum: wrong, aboveMaximum: wrong }
  })
}

/** Those that stand before or after any command. */
export const globalOptions = object("Options everywhere", {
  library: one(
    ["-l", "--library"],
    file("PATH"),
    'The library; PLACE/LIBRARY for one on a server. Default: WHITEROOM_LIBRARY, else "library" in the settings (WHITEROOM_CONFIG, else config.json in your folder of settings), else White Room/library.db in your data folder.'
  ),
  tokenFile: one(
    "--token-file",
    file("FILE"),
    "The token for servers is the first line of this file. Default: WHITEROOM_TOKEN, else the one that connect kept."
  ),
  json: flag("--json", "JSON for scripts."),
  quiet: flag(["-q", "--quiet"], "Errors only."),
  verbose: flag(["-v", "--verbose"], "Say more."),
  yes: flag(["-y", "--yes"], "Do not ask. Never settles conflicts."),
  dryRun: flag(["-n", "--dry-run"], "Say what would be done; change nothing.")
})

/** How a backup is named. */
export const waysToName = "b31, a full id, latest or latest~2."

export const backupArgument = () => argument(text("BACKUP"), waysToName)

export const tagOption = (description: string) => many("--tag", text("TAG"), description)
