import { object } from "@optique/core/constructs"
import { formatBackupSize, formatCount } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import type { Outputs } from "../schema/outputs.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { byMonth } from "./byMonth.js"

type Usage = Outputs["usage"]

const describe = (cli: Cli, usage: Usage): string => {
  const size = formatBackupSize
  const time = (at: string | undefined) => (at === undefined ? undefined : exactTime(new Date(at)))
  const fields = cli.out.fields(count(usage.totalBackups, "backup"), [
    ["oldest", time(usage.oldestBackup)],
    ["newest", time(usage.newestBackup)],
    ["they stand for", `${size(usage.totalSize)} (${size(usage.averageSize)} each)`],
    [
      "distinct",
      `${size(usage.rawBytes)} in ${formatCount(usage.objects)} objects (${usage.dedupRatio} times less)`
    ],
    ["stored", `${size(usage.storedBytes)} (${usage.compressionRatio} times less)`],
    ["live songs", size(usage.liveBytes)],
    ["log", size(usage.logBytes)],
    ["free", size(usage.freeBytes)],
    ["file", size(usage.fileBytes)]
  ])
  if (usage.months.length === 0) return fields
  const rows = usage.months.map(({ month, backups, newBytes }) => [
    month,
    String(backups),
    `+${size(newBytes)}`
  ])
  const columns = [
    { header: "Month" },
    { header: "Backups", align: "right" },
    { header: "Added", align: "right" }
  ] as const
  return `${fields}\n\n${cli.out.table(columns, rows)}`
}

export const usageCommand = define(
  "usage",
  { brief: "What the backups take, in all and over time." },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { oldestBackup, newestBackup, ...statistics } = yield* library.backups.statistics
      const storage = yield* library.upkeep.usage
      const months = byMonth(yield* library.backups.list())
      const json: Usage = {
        ...statistics,
        oldestBackup: oldestBackup?.toISOString(),
        newestBackup: newestBackup?.toISOString(),
        ...Struct.pick(storage, "fileBytes", "liveBytes", "logBytes", "freeBytes", "objects", "rawBytes"),
        months
      }
      return cli.out.show(json, () => describe(cli, json))
    })
)
