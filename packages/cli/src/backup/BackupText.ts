/** Backups as people see them. */
import { type BackupInfo, formatBackupSize } from "@white-room/core"
import type { Cli } from "../command/Cli.js"
import { nameList } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

export const backupName = ({ number }: { readonly number: number }): string => `b${number}`

/** `b1, b2 and b3`, not too many. */
export const backupNames = (backups: ReadonlyArray<BackupInfo>): string =>
  nameList(backups.map(backupName), 12)

/** What sets a backup apart: how it came about, pins and tags. */
export const marksOf = ({ pinned, tags, trigger }: Pick<BackupInfo, "pinned" | "tags" | "trigger">): string =>
  [
    ...(trigger === "manual" ? [] : [trigger]),
    ...(pinned ? ["pinned"] : []),
    ...tags.map((tag) => `#${tag}`)
  ].join(" ")

export const backupTable = (cli: Cli, backups: ReadonlyArray<BackupInfo>): string =>
  cli.out.table(
    [
      { header: "Backup" },
      { header: "Taken" },
      { header: "Forgotten" },
      { header: "Songs", align: "right" },
      { header: "Perf.", align: "right", optional: true },
      { header: "Size", align: "right" },
      { header: "New", align: "right", optional: true },
      { header: "", colour: "dim" },
      { header: "Description", shrink: true }
    ],
    backups.map((backup) => [
      backupName(backup),
      ago(backup.timestamp, cli.now()),
      backup.forgottenAt === undefined ? "" : ago(backup.forgottenAt, cli.now()),
      backup.songs.toLocaleString("en-US"),
      backup.performances.toLocaleString("en-US"),
      formatBackupSize(backup.size),
      formatBackupSize(backup.newBytes),
      marksOf(backup),
      backup.description
    ])
  )
