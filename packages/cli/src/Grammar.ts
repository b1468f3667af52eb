/** All commands as one grammar, and the words of a person as a command to run. */
import { bash, fish, zsh } from "@optique/core/completion"
import { group, merge, or } from "@optique/core/constructs"
import { runParserSync } from "@optique/core/facade"
import { formatMessage, type Message, message } from "@optique/core/message"
import { parseSync } from "@optique/core/parser"
import { constant } from "@optique/core/primitives"
import { ExitCode } from "@white-room/core"
import { backupCommand } from "./backup/backupCommand.js"
import { editCommand } from "./backup/editCommand.js"
import { forgetCommand } from "./backup/forgetCommand.js"
import { listCommand } from "./backup/listCommand.js"
import { pruneCommand } from "./backup/pruneCommand.js"
import { showCommand } from "./backup/showCommand.js"
import type { Command } from "./command/Define.js"
import { globalOptions } from "./command/Options.js"
import { otherWords } from "./command/otherWords.js"
import { daemonCommand } from "./daemon/daemonCommand.js"
import { performanceCommand, songCommand } from "./entity/EntityCommands.js"
import { badUsage, refusal } from "./error/CliError.js"
import { exportCommand } from "./export/exportCommand.js"
import { diffCommand } from "./history/diffCommand.js"
import { findCommand } from "./history/findCommand.js"
import { historyCommand } from "./history/historyCommand.js"
import { importCommand } from "./import/importCommand.js"
import { adoptCommand } from "./library/adoptCommand.js"
import { initCommand } from "./library/initCommand.js"
import { prefsCommand } from "./preferences/prefsCommand.js"
import { pullCommand } from "./pull/pullCommand.js"
import { rescueCommand } from "./rescue/rescueCommand.js"
import { inboxCommand } from "./restore/InboxCommands.js"
import { restoreCommand } from "./restore/restoreCommand.js"
import { undeleteCommand } from "./restore/undeleteCommand.js"
import { undoCommand } from "./restore/undoCommand.js"
import { scheduleCommand } from "./schedule/scheduleCommand.js"
import { connectCommand } from "./server/connectCommand.js"
import { disconnectCommand } from "./server/disconnectCommand.js"
import { openCommand } from "./server/openCommand.js"
import { serverCommand } from "./server/ServerCommands.js"
import { setupCommand } from "./setup/setupCommand.js"
import { overview } from "./status/overview.js"
import { statusCommand } from "./status/statusCommand.js"
import { checkCommand } from "./upkeep/checkCommand.js"
import { eventsCommand } from "./upkeep/eventsCommand.js"
import { migrateCommand } from "./upkeep/migrateCommand.js"
import { rebuildCommand } from "./upkeep/rebuildCommand.js"
import { repairCommand } from "./upkeep/repairCommand.js"
import { usageCommand } from "./upkeep/usageCommand.js"
import { cloneCommand } from "./vault/cloneCommand.js"
import { keyCommand } from "./vault/KeyCommands.js"
import { pushCommand } from "./vault/pushCommand.js"
import { vaultCommand } from "./vault/VaultCommands.js"
import { version } from "./version.js"

/** Every command, in the order and under the headings of `whiteroom help`. */
const groups: ReadonlyArray<readonly [heading: string, commands: ReadonlyArray<Command>]> = [
  ["Begin", [setupCommand, initCommand, adoptCommand, importCommand, statusCommand, openCommand]],
  ["Your songs", [songCommand, performanceCommand, prefsCommand, exportCommand]],
  [
    "Backups",
    [backupCommand, listCommand, showCommand, editCommand, forgetCommand, undeleteCommand, pruneCommand]
  ],
  ["Other places", [vaultCommand, pushCommand, pullCommand, cloneCommand, keyCommand]],
  ["A server", [connectCommand, disconnectCommand, inboxCommand, serverCommand]],
  ["By themselves", [scheduleCommand, daemonCommand]],
  ["Rescue", [rescueCommand, restoreCommand, undoCommand, historyCommand("song"), diffCommand, findCommand]],
  ["Upkeep", [checkCommand, repairCommand, usageCommand, eventsCommand, migrateCommand, rebuildCommand]]
]

const commands = groups.flatMap(([, each]) => each)

/** Built when it is needed: `parse`. */
const grammar = () =>
  merge(
    or(
      ...groups.map(([heading, each]) => group(heading, or(...each.map(({ parser }) => parser)))),
      constant(overview)
    ),
    globalOptions
  )

/** Thrown when the words were a wish for help, the version or completion, which has been granted. */
export class Answered {
  constructor(readonly text: string) {}
}

/** The command among words that were not understood; none: whiteroom itself. */
const commandAmong = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const named = (word: string) => commands.find(({ names }) => names.includes(word))
  const at = words.findIndex((word) => named(word) !== undefined)
  const [name, ...others] = at < 0 ? [] : words.slice(at)
  if (name === undefined) return []
  const below = others.find((word) => named(name)?.below.includes(word))
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

/** Whether the help of a command lists an option; examples may name those of others. */
const isOption = (help: string, name: string): boolean =>
  help.split("\n").some((line) => new RegExp(`^\\s*(?:-\\w, )?${name}(?:[ ,]|$)`).test(line))

/** What was not understood. Suggestions come from all commands; only those that this one takes are of help. */
const explain = (error: Message, command: ReadonlyArray<string>): string => {
  const text = (message: Message) =>
    formatMessage(message, { quotes: true })
      .replace(/\s*\n\s*/g, " ")
      .replace(/^Unexpected option or argument: (.*?)\.(?= |$)/, "$1 is not known here.")
      .replace(/^Expected an argument, but got .*/, "A word is missing.")
      .trim()
  const at = error.findIndex((term) => term.type === "text" && term.text.startsWith("Did you mean"))
  if (at < 0) return text(error)
  const help = helpOf(command)
  const said = text(error.slice(0, at))
  const near = error
    .slice(at)
    .flatMap((term) =>
      term.type === "optionName" &&
      isOption(help, term.optionName) &&
      !said.startsWith(`"${term.optionName}"`)
        ? [term.optionName]
        : []
    )
  return near.length === 0 ? said : `${said} Did you mean ${near.map((name) => `\`${name}\``).join(" or ")}?`
}

const flags = new Set(["--json", "-q", "--quiet", "-v", "--verbose", "-y", "--yes", "-n", "--dry-run"])

/** The first word that is not a global option, as its place among the words. */
const commandAt = (words: ReadonlyArray<string>): number => {
  let at = 0
  for (let word = words[0]; word !== undefined; word = words[at])
    if (word === "-l" || word === "--library") at += 2
    else if (flags.has(word) || word.startsWith("--library=")) at++
    else break
  return at
}

/** `help` after global options, which it needs none of: the parser knows it as the first word only. */
const withHelpFirst = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const at = commandAt(words)
  return words[at] === "help" ? words.slice(at) : words
}

/** Where the first word is what others call one of our commands, what it is called here. */
const meant = (words: ReadonlyArray<string>): void => {
  const word = words[commandAt(words)] ?? ""
  const [command, does] = otherWords.get(word.toLowerCase()) ?? []
  if (command === undefined) return
  throw badUsage(`There is no command ${word}; \`whiteroom ${command}\` ${does}.`, "See `whiteroom help`.")
}

/**
 * What the words of a command mean, by its own grammar. That of all commands takes some 40 ms more to say the same, as it looks for names
 * like each word while it has not found whose it is; it tells what is wrong with words, and helps.
 */
const parseAlone = (words: ReadonlyArray<string>) => {
  const first = words[commandAt(words)] ?? ""
  const command = commands.find(({ names }) => names.includes(first))
  if (command === undefined || words.includes("--help") || words.includes("--version")) return undefined
  const result = parseSync(merge(command.parser, globalOptions), words)
  return result.success ? result.value : undefined
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
  const alone = parseAlone(words)
  if (alone !== undefined) return alone
  return runParserSync(grammar(), "whiteroom", withHelpFirst(words), {
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
      meant(words)
      const command = commandAmong(words)
      throw refusal(explain(error, command), `See \`${["whiteroom", "help", ...command].join(" ")}\`.`)
    }
  })
}
