import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import * as Effect from "effect/Effect"
import { define } from "../command/Command.js"
import { defined } from "../command/defined.js"
import { moment } from "../command/Values.js"
import { badUsage } from "../error/CliError.js"
import { backupJson } from "../schema/Json.js"
import { backupTable } from "./BackupText.js"
import { listBundles } from "./listBundles.js"

export const list = define(
  "list",
  {
    brief: message`The backups, oldest first.`,
    description: message`With --from those in a .whiteroom file or in a folder of them, and which files belong together: what one of them needs must not be deleted alone.`
  },
  object({
    since: optional(
      option("--since", moment({ end: false }), { description: message`Taken at or after this.` })
    ),
    until: optional(
      option("--until", moment({ end: true }), { description: message`Taken at or before this.` })
    ),
    tag: optional(option("--tag", string({ metavar: "TAG" }), { description: message`With this tag.` })),
    search: optional(
      option("--search", string({ metavar: "TEXT" }), {
        description: message`With this text in description or tags.`
      })
    ),
    from: optional(
      option("--from", path({ metavar: "PLACE" }), {
        description: message`Those in a .whiteroom file, or in a folder that whiteroom backup --to wrote to; needs no library.`
      })
    ),
    trash: option("--trash", { description: message`The forgotten ones, which undelete brings back.` })
  }),
  ({ from, ...options }, cli) =>
    Effect.gen(function* () {
      if (from !== undefined) {
        if (Object.values(options).some((value) => value !== undefined && value !== false))
          return yield* Effect.fail(badUsage("--from shows all there is.", "Leave the other options out."))
        return yield* listBundles(cli, from)
      }
      const library = yield* cli.open
      const backups = yield* library.backups.getAllBackups(defined(options))
      const { trash, ...filter } = options
      const filtered = Object.keys(defined(filter)).length > 0
      const none = filtered
        ? "No backup fits."
        : trash
          ? "The trash is empty."
          : "No backups yet: whiteroom backup"
      return cli.out.list(backups.map(backupJson), () => backupTable(cli, backups), none)
    })
)
