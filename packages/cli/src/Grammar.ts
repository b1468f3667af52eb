/** All commands as one grammar, and the words of a person as a command to run. */
import { bash, fish, zsh } from "@optique/core/completion"
import { group, merge, or } from "@optique/core/constructs"
import { runParserSync } from "@optique/core/facade"
import { formatMessage, type Message, message } from "@optique/core/message"
import { constant } from "@optique/core/primitives"
import { ExitCode } from "@white-room/core"
import { backup } from "./backup/backupCommand.js"
import { edit } from "./backup/editCommand.js"
import { forget } from "./backup/forgetCommand.js"
import { list } from "./backup/listCommand.js"
import { prune } from "./backup/pruneCommand.js"
import { show } from "./backup/showCommand.js"
import { globalOptions } from "./command/Options.js"
import { daemon } from "./daemon/daemonCommand.js"
import { performance, performances } from "./entity/Performance.js"
import { song, songs } from "./entity/Song.js"
import { badUsage } from "./error/CliError.js"
import { exportCommand } from "./export/exportCommand.js"
import { diff } from "./history/diffCommand.js"
import { find } from "./history/findCommand.js"
import { history } from "./history/History.js"
import { importCommand } from "./import/importCommand.js"
import { adopt } from "./library/adoptCommand.js"
import { init } from "./library/initCommand.js"
import { prefs } from "./preferences/Preferences.js"
import { restore } from "./restore/restoreCommand.js"
import { undelete } from "./restore/undeleteCommand.js"
import { undo } from "./restore/undoCommand.js"
import { schedule } from "./schedule/scheduleCommand.js"
import { overview } from "./status/overview.js"
import { status } from "./status/Status.js"
import { check } from "./upkeep/checkCommand.js"
import { events } from "./upkeep/eventsCommand.js"
import { migrate } from "./upkeep/migrateCommand.js"
import { rebuild } from "./upkeep/rebuildCommand.js"
import { usage } from "./upkeep/Usage.js"
import { version } from "./version.js"

const grammar = merge(
  or(
    group("Begin", or(init, adopt, importCommand, status)),
    group("Your songs", or(song, songs, performance, performances, prefs, exportCommand)),
    group("Backups", or(backup, list, show, edit, forget, undelete, prune)),
    group("By themselves", or(schedule, daemon)),
    group("Rescue", or(restore, undo, history, diff, find)),
    group("Upkeep", or(check, usage, events, migrate, rebuild)),
    constant(overview)
  ),
  globalOptions
)

/** Thrown when the words were a wish for help, the version or completion, which has been granted. */
export class Answered {
  constructor(readonly text: string) {}
}

const ofEntities = ["list", "show", "history", "import", "export", "delete"]

/** The commands by name, with the commands below them. */
const commandNames = new Map<string, ReadonlyArray<string>>([
  ..."init adopt import status export backup list show edit restore undo history diff find forget undelete prune check usage events rebuild"
    .split(" ")
    .map((name): [string, ReadonlyArray<string>] => [name, []]),
  ["song", ofEntities],
  ["songs", ofEntities],
  ["performance", ofEntities],
  ["performances", ofEntities],
  ["prefs", ["show", "set"]],
  ["migrate", ["status", "up", "down"]],
  ["schedule", "list next add edit pause resume remove run import export".split(" ")],
  ["daemon", ["install", "uninstall", "status"]]
])

/** The command among words that were not understood; none: whiteroom itself. */
const commandAmong = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const at = words.findIndex((word) => commandNames.has(word))
  const name = words[at]
  if (name === undefined) return []
  const below = words.slice(at + 1).find((word) => commandNames.get(name)?.includes(word))
  return below === undefined ? [name] : [name, below]
}

const helpOf = (command: ReadonlyArray<string>): string => {
  try {
    parse(["help", ...command], { colours: false, width: undefined })
  } catch (error) {
    if (error instanceof Answered) return error.text
  }
  return ""
}

/** What was not understood. Suggestions come from all commands; only those that this one takes are of help. */
const explain = (error: Message, command: ReadonlyArray<string>): string => {
  const text = (message: Message) =>
    formatMessage(message, { quotes: true })
      .replace(/\s*\n\s*/g, " ")
      .trim()
  const at = error.findIndex((term) => term.type === "text" && term.text.startsWith("Did you mean"))
  if (at < 0) return text(error)
  const help = helpOf(command)
  const near = error
    .slice(at)
    .flatMap((term) =>
      term.type === "optionName" && help.includes(term.optionName) ? [term.optionName] : []
    )
  const said = text(error.slice(0, at))
  return near.length === 0 ? said : `${said} Did you mean ${near.map((name) => `\`${name}\``).join(" or ")}?`
}

const flags = new Set(["--json", "-q", "--quiet", "-v", "--verbose", "-y", "--yes", "-n", "--dry-run"])

/** `help` after global options, which it needs none of: the parser knows it as the first word only. */
const withHelpFirst = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  let at = 0
  for (let word = words[0]; word !== undefined; word = words[at])
    if (word === "-l" || word === "--library") at += 2
    else if (flags.has(word) || word.startsWith("--library=")) at++
    else break
  return words[at] === "help" ? words.slice(at) : words
}

export interface ParseOptions {
  readonly colours: boolean
  readonly width: number | undefined
}

/** @throws Answered, CliError */
export const parse = (words: ReadonlyArray<string>, { colours, width }: ParseOptions) => {
  const lines: Array<string> = []
  const answered = (code: number): never => {
    if (code === ExitCode.done) throw new Answered(lines.join("\n"))
    throw badUsage("There is no such command.", "See `whiteroom help`.")
  }
  return runParserSync(grammar, "whiteroom", withHelpFirst(words), {
    brief: message`White Room Backup: every version of your songs, and a way back.`,
    help: { command: { group: "Help" }, option: { hidden: "help" }, onShow: answered },
    version: { option: { names: ["--version"], group: "Help" }, value: version, onShow: answered },
    completion: { command: { group: "Help" }, shells: { bash, fish, zsh }, onShow: answered },
    usageLine: [{ type: "ellipsis" }],
    commandList: "top-level",
    termWidth: "auto",
    showChoices: true,
    showDefault: true,
    colors: colours,
    ...(width !== undefined && { maxWidth: width }),
    aboveError: "none",
    stdout: (text) => lines.push(text),
    stderr: () => undefined,
    onError: (_, error): never => {
      const command = commandAmong(words)
      throw badUsage(
        `${explain(error, command)} Nothing was changed.`,
        `See \`${["whiteroom", "help", ...command].join(" ")}\`.`
      )
    }
  })
}
