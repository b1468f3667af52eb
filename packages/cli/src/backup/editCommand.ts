import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional } from "@optique/core/modifiers"
import { negatableFlag, option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import * as Effect from "effect/Effect"
import { define } from "../command/Command.js"
import { defined } from "../command/defined.js"
import { backupArgument, tagOption } from "../command/Options.js"
import { badUsage } from "../error/CliError.js"
import { backupJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"
import { backupName, marksOf } from "./BackupText.js"

export const edit = define(
  "edit",
  { brief: message`Change the description, tags or pin of a backup.` },
  object({
    backup: backupArgument(),
    description: optional(
      option("-d", "--description", string({ metavar: "TEXT" }), {
        description: message`The new description.`
      })
    ),
    tags: tagOption(
      "A tag it shall have, in place of those it has; several times for several, --tag= for none."
    ),
    pinned: optional(
      negatableFlag(
        { positive: "--pin", negative: "--no-pin" },
        { description: message`Keep it for good, or let retention decide again.` }
      )
    )
  }),
  ({ backup, tags, description, pinned }, cli) =>
    Effect.gen(function* () {
      const changes = defined({
        description,
        pinned,
        tags: tags.length === 0 ? undefined : [...new Set(tags.filter((tag) => tag !== ""))]
      })
      if (Object.keys(changes).length === 0)
        return yield* Effect.fail(
          badUsage(
            "There is nothing to change. Nothing was changed.",
            "Say --description, --tag, --pin or --no-pin."
          )
        )
      const library = yield* cli.open
      const found = yield* library.backups.findBackup(backup)
      const edited = cli.dryRun
        ? { ...found, ...changes }
        : yield* library.backups.editBackup(found.backupId, changes)
      const summary: Outputs["edit"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        backup: backupJson(edited)
      }
      const now = [edited.description, marksOf(edited)].filter((part) => part !== "").join("  ")
      return cli.out.done(summary, () =>
        cli.dryRun
          ? `Would make ${backupName(edited)}: ${now}. Nothing was changed.`
          : `${backupName(edited)}: ${now}`
      )
    })
)
