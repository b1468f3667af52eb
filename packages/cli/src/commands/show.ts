import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { type BackupEntry, type BackupInfo, formatBackupSize } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../Command.js"
import { backupArgument } from "../input/options.js"
import { backupName } from "../output/backups.js"
import { backupJson } from "../output/json.js"
import { fieldList, table } from "../output/table.js"
import { count } from "../output/text.js"
import { exactTime } from "../output/time.js"
import type { Outputs } from "../schema/outputs.js"

const details = (cli: Cli, backup: BackupInfo, entries: ReadonlyArray<BackupEntry>): string => {
  const title = `${backupName(backup)}${backup.description === "" ? "" : `  ${backup.description}`}`
  const forgotten = backup.forgottenAt === undefined ? undefined : exactTime(backup.forgottenAt)
  const head = fieldList(
    title,
    [
      ["taken", `${exactTime(backup.timestamp)} (${backup.trigger})`],
      ["in the trash since", forgotten],
      ["id", backup.backupId],
      ["position", `@${backup.position}`],
      ["tags", backup.tags.join(", ")],
      ["pinned", backup.pinned ? "yes" : undefined],
      ["profile", backup.profile],
      [
        "holds",
        `${count(backup.songs, "song")}, ${count(backup.performances, "performance")}, ${count(backup.preferences, "set")} of preferences`
      ],
      ["size", `${formatBackupSize(backup.size)} (+${formatBackupSize(backup.newBytes)} new)`]
    ],
    cli.out.paint
  )
  if (entries.length === 0) return head
  const rows = entries.map(({ kind, name, size, id }) => [kind, name, formatBackupSize(size), id])
  const columns = [
    { header: "Kind" },
    { header: "Name", shrink: true },
    { header: "Size", align: "right" },
    { header: "Id", colour: "dim" }
  ] as const
  return `${head}\n\n${table({ columns, rows, paint: cli.out.paint, width: cli.out.width })}`
}

export const show = define(
  "show",
  { brief: message`One backup: its songs, performances, preferences and sizes.` },
  object({ backup: backupArgument() }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const backup = yield* library.backups.findBackup(options.backup)
      const entries = yield* library.backups.getBackupEntries(backup.backupId)
      const json: Outputs["show"] = {
        ...backupJson(backup),
        entries: entries.map(({ kind, id, name, size }) => ({ kind, id, name, size }))
      }
      return cli.out.show(json, () => details(cli, backup, entries))
    })
)
