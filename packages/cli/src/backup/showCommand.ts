import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { type BackupEntry, type BackupInfo, formatBackupSize } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { backupJson, entryJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"
import { fromOption, openFrom } from "../select/PlaceFrom.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { backupName } from "./BackupText.js"
import { atOption, findSource, type Source, sourceArgument } from "./Source.js"

const entriesTable = (cli: Cli, entries: ReadonlyArray<BackupEntry>): string =>
  cli.out.table(
    [
      { header: "Kind" },
      { header: "Name", shrink: true },
      { header: "Size", align: "right" },
      { header: "Id", colour: "dim" }
    ],
    entries.map(({ kind, name, size, id }) => [kind, name, formatBackupSize(size), id])
  )

const withEntries = (cli: Cli, head: string, entries: ReadonlyArray<BackupEntry>): string =>
  entries.length === 0 ? head : `${head}\n\n${entriesTable(cli, entries)}`

const details = (cli: Cli, backup: BackupInfo, entries: ReadonlyArray<BackupEntry>): string => {
  const title = `${backupName(backup)}${backup.description === "" ? "" : `  ${backup.description}`}`
  const forgotten = backup.forgottenAt === undefined ? undefined : exactTime(backup.forgottenAt)
  const head = cli.out.fields(title, [
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
  ])
  return withEntries(cli, head, entries)
}

/** The library as it was at a position of the log. */
const showPast = (cli: Cli, library: Library, source: Source) =>
  Effect.gen(function* () {
    const { entries } = yield* library.history.entries(source.reference)
    const json: Outputs["show-past"] = {
      source: source.name,
      position: source.position,
      timestamp: source.timestamp.toISOString(),
      entries: entries.map(entryJson)
    }
    return cli.out.show(json, () => {
      const amount = (noun: "song" | "performance") =>
        count(entries.filter(({ kind }) => kind === noun).length, noun)
      const title = `${source.name}  ${exactTime(source.timestamp)}`
      const head = cli.out.fields(title, [["held", `${amount("song")}, ${amount("performance")}`]])
      return withEntries(cli, head, entries)
    })
  })

export const showCommand = define(
  "show",
  { brief: "One backup, or the library at a time: its songs, performances, preferences and sizes." },
  object({
    source: optional(sourceArgument()),
    at: atOption('In place of a source: the library at a time, such as "yesterday 18:00".'),
    from: fromOption()
  }),
  ({ from, ...wanted }, cli) =>
    Effect.gen(function* () {
      const library = yield* openFrom(cli, from)
      const source = yield* findSource(cli, library, wanted)
      const { backup } = source
      if (backup === undefined) return yield* showPast(cli, library, source)
      const entries = yield* library.backups.entries(backup.backupId)
      const json: Outputs["show"] = {
        ...backupJson(backup),
        entries: entries.map(entryJson)
      }
      return cli.out.show(json, () => details(cli, backup, entries))
    })
)
