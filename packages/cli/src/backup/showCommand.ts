import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { type BackupEntry, type BackupInfo, formatBackupSize } from "@white-room/core"
import { backupJson, entryJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import type { Outputs } from "../schema/outputs.js"
import { fromOption, libraryInVault, requireVault } from "../select/PlaceFrom.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { backupName, originOf, triggerOf } from "./BackupText.js"
import { byRanges, findRanged, rangedEntries } from "./RangedSource.js"
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
    ["taken", `${exactTime(backup.timestamp)} (${triggerOf(backup)})`],
    ["came from", originOf(backup, true)],
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

interface Shown {
  readonly source: Source
  readonly entries: ReadonlyArray<BackupEntry>
}

interface Wanted {
  readonly source?: string | undefined
  readonly at?: Date | undefined
}

const inLibrary = (cli: Cli, library: Library, wanted: Wanted) =>
  Effect.gen(function* () {
    const source = yield* findSource(cli, library, wanted)
    const entries =
      source.backup === undefined
        ? (yield* library.history.entries(source.reference)).entries
        : yield* library.backups.entries(source.backup.backupId)
    return { source, entries }
  })

const inVault = (cli: Cli, from: string, wanted: Wanted) =>
  Effect.gen(function* () {
    const vault = yield* requireVault(cli, from)
    const isNamed = (wanted.source === undefined) !== (wanted.at === undefined)
    const ranged = yield* byRanges(cli, vault, (reader) =>
      Effect.gen(function* () {
        const source = isNamed ? yield* findRanged(cli, reader, wanted) : undefined
        return source && { source, entries: yield* rangedEntries(vault, reader, source) }
      })
    )
    return ranged ?? (yield* inLibrary(cli, yield* libraryInVault(cli, vault), wanted))
  })

/** The library as it was at a position of the log. */
const showPast = (cli: Cli, { source, entries }: Shown) => {
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
}

export const showCommand = define(
  "show",
  {
    onServer: true,
    brief: "One backup, or the library at a time: its songs, performances, preferences and sizes."
  },
  () =>
    object({
      source: optional(sourceArgument()),
      at: atOption('In place of a source: the library at a time, such as "yesterday 18:00".'),
      from: fromOption()
    }),
  ({ from: named, ...wanted }, cli) =>
    Effect.gen(function* () {
      const from = named ?? cli.server?.place
      const shown = yield* from === undefined
        ? inLibrary(cli, yield* cli.open, wanted)
        : inVault(cli, from, wanted)
      const { entries } = shown
      const { backup } = shown.source
      if (backup === undefined) return showPast(cli, shown)
      const json: Outputs["show"] = {
        ...backupJson(backup),
        entries: entries.map(entryJson)
      }
      return cli.out.show(json, () => details(cli, backup, entries))
    })
)
