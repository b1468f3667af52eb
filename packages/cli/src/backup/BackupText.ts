/** Backups as people see them. */
import { type BackupInfo, formatBackupSize, formatCount } from "@white-room/core"
import type { Cli } from "../command/Cli.js"
import { nameList } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

export const backupName = ({ number }: { readonly number: number }): string => `b${number}`

/** `b1, b2 and b3`, not too many. */
export const backupNames = (backups: ReadonlyArray<BackupInfo>): string =>
  nameList(backups.map(backupName), 12)

/** How it came about; of an imported one also why it was taken where it came from. */
export const triggerOf = ({ trigger, origin }: Pick<BackupInfo, "trigger" | "origin">): string =>
  origin?.trigger === undefined ? trigger : `${trigger}, ${origin.trigger} there`

/** What sets a backup apart: how it came about, pins and tags. */
export const marksOf = ({
  pinned,
  tags,
  ...how
}: Pick<BackupInfo, "pinned" | "tags" | "trigger" | "origin">): string =>
  [
    ...(how.trigger === "manual" ? [] : [how.origin?.trigger === "manual" ? how.trigger : triggerOf(how)]),
    ...(pinned ? ["pinned"] : []),
    ...tags.map((tag) => `#${tag}`)
  ].join(" ")

/** Where an imported one came from; a path by its last part unless all of it is wanted. */
export const originOf = ({ origin }: Pick<BackupInfo, "origin">, isWhole = false): string => {
  if (origin === undefined) return ""
  if (origin.source === "") return "the app"
  const { number, source } = origin
  const place = isWhole ? source : source.replace(/.*[\\/](?=[^\\/])/, "")
  return number === undefined ? place : `b${number} of ${place}`
}

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
      { header: "From", shrink: true, optional: true, colour: "dim" },
      { header: "Description", shrink: true }
    ],
    backups.map((backup) => [
      backupName(backup),
      ago(backup.timestamp, cli.now()),
      backup.forgottenAt === undefined ? "" : ago(backup.forgottenAt, cli.now()),
      formatCount(backup.songs),
      formatCount(backup.performances),
      formatBackupSize(backup.size),
      formatBackupSize(backup.newBytes),
      marksOf(backup),
      originOf(backup),
      backup.description
    ])
  )
