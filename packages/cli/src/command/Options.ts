/** Options and arguments that several commands share. */
import { object } from "@optique/core/constructs"
import { message, text } from "@optique/core/message"
import { multiple, optional } from "@optique/core/modifiers"
import { argument, option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"

/** Those that stand before or after any command. */
export const globalOptions = object("Options everywhere", {
  library: optional(
    option("-l", "--library", path({ metavar: "PATH" }), {
      description: message`The library. Default: WHITEROOM_LIBRARY, else "library" in the settings (WHITEROOM_CONFIG, else config.json in your folder of settings), else White Room/library.db in your data folder.`
    })
  ),
  json: option("--json", { description: message`JSON for scripts.` }),
  quiet: option("-q", "--quiet", { description: message`Errors only.` }),
  verbose: option("-v", "--verbose", { description: message`Say more.` }),
  yes: option("-y", "--yes", { description: message`Do not ask. Never settles conflicts.` }),
  dryRun: option("-n", "--dry-run", { description: message`Say what would be done; change nothing.` })
})

export const backupArgument = () =>
  argument(string({ metavar: "BACKUP" }), {
    description: message`b31, a full id, latest or latest~2.`
  })

export const tagOption = (description: string) =>
  multiple(option("--tag", string({ metavar: "TAG" }), { description: [text(description)] }))
