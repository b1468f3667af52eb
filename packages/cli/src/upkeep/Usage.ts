import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { type BackupInfo, formatBackupSize, localParts } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { fieldList, table } from "../output/Table.js"
import { count } from "../output/Text.js"
import { exactTime } from "../output/Time.js"
import type { Outputs } from "../schema/outputs.js"

type Usage = Outputs["usage"]

/** What the backups of each month added. */
export const byMonth = (
  backups: ReadonlyArray<Pick<BackupInfo, "timestamp" | "newBytes">>
): Usage["months"] => {
  const months = new Map<string, { backups: number; newBytes: number }>()
  for (const { timestamp, newBytes } of backups) {
    const { year, month } = localParts(timestamp.getTime())
    const key = `${year}-${String(month).padStart(2, "0")}`
    const sum = months.get(key) ?? { backups: 0, newBytes: 0 }
    months.set(key, { backups: sum.backups + 1, newBytes: sum.newBytes + newBytes })
  }
  return [...months].map(([month, sum]) => ({ month, ...sum })).sort((a, b) => (a.month < b.month ? -1 : 1))
}

const describe = (cli: Cli, usage: Usage): string => {
  const size = formatBackupSize
  const time = (at: string | undefined) => (at === undefined ? undefined : exactTime(new Date(at)))
  const fields = fieldList(
    count(usage.totalBackups, "backup"),
    [
      ["oldest", time(usage.oldestBackup)],
      ["newest", time(usage.newestBackup)],
      ["they stand for", `${size(usage.totalSize)} (${size(usage.averageSize)} each)`],
      [
        "distinct",
        `${size(usage.rawBytes)} in ${usage.objects.toLocaleString("en-US")} objects (${usage.dedupRatio} times less)`
      ],
      ["stored", `${size(usage.storedBytes)} (${usage.compressionRatio} times less)`],
      ["live songs", size(usage.liveBytes)],
      ["log", size(usage.logBytes)],
      ["free", size(usage.freeBytes)],
      ["file", size(usage.fileBytes)]
    ],
    cli.out.paint
  )
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
  return `${fields}\n\n${table({ columns, rows, paint: cli.out.paint, width: cli.out.width })}`
}

export const usage = define(
  "usage",
  { brief: message`What the backups take, in all and over time.` },
  object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { oldestBackup, newestBackup, ...statistics } = yield* library.backups.getBackupStatistics
      const storage = yield* library.usage
      const months = byMonth(yield* library.backups.getAllBackups())
      const json: Usage = {
        ...statistics,
        ...(oldestBackup && { oldestBackup: oldestBackup.toISOString() }),
        ...(newestBackup && { newestBackup: newestBackup.toISOString() }),
        fileBytes: storage.fileBytes,
        liveBytes: storage.liveBytes,
        logBytes: storage.logBytes,
        freeBytes: storage.freeBytes,
        objects: storage.objects,
        rawBytes: storage.rawBytes,
        months
      }
      return cli.out.show(json, () => describe(cli, json))
    })
)
