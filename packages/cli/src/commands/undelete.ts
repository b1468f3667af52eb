import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import * as Effect from "effect/Effect"
import { define } from "../Command.js"
import { backupArgument } from "../input/options.js"
import { backupName } from "../output/backups.js"
import { backupJson } from "../output/json.js"
import type { Outputs } from "../schema/outputs.js"

export const undelete = define(
  "undelete",
  { brief: message`Take a forgotten backup back out of the trash.` },
  object({ backup: backupArgument() }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const found = yield* library.backups.findBackup(options.backup)
      const backup = cli.dryRun ? found : yield* library.backups.undeleteBackup(found.backupId)
      const summary: Outputs["undelete"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        backup: backupJson(backup)
      }
      const name = backupName(backup)
      const kept = found.forgottenAt === undefined
      return cli.out.done(summary, () =>
        kept
          ? `${name} was not in the trash.`
          : cli.dryRun
            ? `Would bring back ${name}. Nothing was changed.`
            : `${name} is back.`
      )
    })
)
