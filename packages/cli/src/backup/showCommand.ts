import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { optional } from "@optique/core/modifiers"
import { type BackupEntry, type BackupInfo, formatBackupSize } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { fieldList, table } from "../output/Table.js"
import { count } from "../output/Text.js"
import { exactTime } from "../output/Time.js"
import { backupJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"
import { backupName } from "./BackupText.js"
import { atOption, findSource, type Source, sourceArgument } from "./Source.js"

const entriesTable = (cli: Cli, entries: ReadonlyArray<BackupEntry>): string =>
  table({
    columns: [
      { header: "Kind" },
      { header: "Name", shrink: true },
      { header: "Size", align: "right" },
      { header: "Id", colour: "dim" }
    ],
    rows: entries.map(({ kind, name, size, id }) => [kind, name, formatBackupSize(size), id]),
    paint: cli.out.paint,
    width: cli.out.width
  })

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
  return `${head}\n\n${entriesTable(cli, entries)}`
}

/** The library as it was at a position of the log. */
const showPast = (cli: Cli, library: Library, source: Source) =>
  Effect.gen(function* () {
    const { entries } = yield* library.entries(source.reference)
    const json: Outputs["show-past"] = {
      source: source.name,
      position: source.position,
      timestamp: source.timestamp.toISOString(),
      entries: entries.map(({ kind, id, name, size }) => ({ kind, id, name, size }))
    }
    return cli.out.show(json, () => {
      const title = `${source.name}  ${exactTime(source.timestamp)}`
      const songs = entries.filter(({ kind }) => kind === "song").length
      const performances = entries.filter(({ kind }) => kind === "performance").length
      const holds = `${count(songs, "song")}, ${count(performances, "performance")}`
      const head = fieldList(title, [["held", holds]], cli.out.paint)
      return entries.length === 0 ? head : `${head}\n\n${entriesTable(cli, entries)}`
    })
  })

export const show = define(
  "show",
  { brief: message`One backup, or the library at a time: its songs, performances, preferences and sizes.` },
  object({
    source: optional(sourceArgument()),
    at: atOption('In place of a source: the library at a time, such as "yesterday 18:00".')
  }),
  (wanted, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const source = yield* findSource(cli, library, wanted)
      const { backup } = source
      if (backup === undefined) return yield* showPast(cli, library, source)
      const entries = yield* library.backups.getBackupEntries(backup.backupId)
      const json: Outputs["show"] = {
        ...backupJson(backup),
        entries: entries.map(({ kind, id, name, size }) => ({ kind, id, name, size }))
      }
      return cli.out.show(json, () => details(cli, backup, entries))
    })
)
