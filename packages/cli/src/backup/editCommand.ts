import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { negatableFlag } from "@optique/core/primitives"
import { backupJson } from "@white-room/core/output"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { backupArgument, described, one, tagOption, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { backupName, marksOf } from "./BackupText.js"

export const editCommand = define(
  "edit",
  { brief: "Change the description, tags or pin of a backup." },
  () =>
    object({
      backup: backupArgument(),
      description: one(["-d", "--description"], text("TEXT"), "The new description."),
      tags: tagOption(
        "A tag it is to have, in place of those it has; several times for several, --tag= for none."
      ),
      pinned: optional(
        negatableFlag(
          { positive: "--pin", negative: "--no-pin" },
          described("Keep it for good, or let retention decide again.")
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
        return yield* refusal("There is nothing to change.", "Say --description, --tag, --pin or --no-pin.")
      const library = yield* cli.open
      const found = yield* library.backups.find(backup)
      const edited = cli.dryRun
        ? { ...found, ...changes }
        : yield* library.backups.edit(found.backupId, changes)
      const now = [edited.description, marksOf(edited)].filter((part) => part !== "").join("  ")
      return cli.done<Outputs["edit"]>({ backup: backupJson(edited) }, () =>
        cli.dryRun
          ? `Would make ${backupName(edited)}: ${now}. Nothing was changed.`
          : `${backupName(edited)}: ${now}`
      )
    })
)
