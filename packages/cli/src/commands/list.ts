import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import * as Effect from "effect/Effect"
import { define } from "../Command.js"
import { defined } from "../defined.js"
import { moment } from "../input/values.js"
import { backupTable } from "../output/backups.js"
import { backupJson } from "../output/json.js"

export const list = define(
  "list",
  { brief: message`The backups, oldest first.` },
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
    trash: option("--trash", { description: message`The forgotten ones, which undelete brings back.` })
  }),
  (options, cli) =>
    Effect.gen(function* () {
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
