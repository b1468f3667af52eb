import { object } from "@optique/core/constructs"
import type { BackupInfo } from "@white-room/core"
import { backupJson } from "@white-room/core/output"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { some, text, waysToName } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import { count } from "../terminal/Text.js"
import { backupNames, backupTable } from "./BackupText.js"

const unique = (backups: ReadonlyArray<BackupInfo>): ReadonlyArray<BackupInfo> => [
  ...new Map(backups.map((backup) => [backup.backupId, backup])).values()
]

export const forgetCommand = define(
  "forget",
  {
    brief: "Move backups to the trash.",
    description:
      "They rest there for 7 days at least, and undelete brings them back; then prune takes them away. No policy forgets the newest backup; you can."
  },
  () => object({ backups: some(text("BACKUP"), waysToName) }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const backups = unique(yield* Effect.forEach(options.backups, (name) => library.backups.find(name)))
      const what = count(backups.length, "backup")
      if (cli.dryRun && !cli.out.json) cli.out.print(backupTable(cli, backups))
      if (!cli.dryRun) {
        cli.out.message(backupTable(cli, backups))
        yield* cli.confirm(`Forget ${what}?`, `Forgetting ${what}`)
      }
      const ids = backups.map(({ backupId }) => backupId)
      const forgotten = cli.dryRun ? backups : yield* library.backups.forget(ids)
      return cli.done<Outputs["forget"]>({ forgotten: forgotten.map(backupJson) }, () =>
        cli.dryRun
          ? `Would forget ${what}. Nothing was changed.`
          : `Forgot ${backupNames(forgotten)}. For 7 days at least: whiteroom undelete BACKUP`
      )
    })
)
