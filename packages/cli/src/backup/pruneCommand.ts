import { object } from "@optique/core/constructs"
import { message, text } from "@optique/core/message"
import { multiple, optional } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { integer, string } from "@optique/core/valueparser"
import { type BackupInfo, formatBackupSize, type RetentionPolicy } from "@white-room/core"
import type { Library, PruneReport } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { defined } from "../command/defined.js"
import { duration } from "../command/Values.js"
import { table } from "../output/Table.js"
import { count, nameList } from "../output/Text.js"
import { ago } from "../output/Time.js"
import { loadScheduler } from "../schedule/ScheduleView.js"
import { backupJson } from "../schema/Json.js"
import type { Outputs } from "../schema/outputs.js"
import { backupName, backupNames } from "./BackupText.js"

const keep = (rule: "last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly", description: string) =>
  optional(option(`--keep-${rule}`, integer({ min: 0, metavar: "N" }), { description: [text(description)] }))

type ById = ReadonlyMap<string, BackupInfo>

const decisionTable = (cli: Cli, report: PruneReport, backups: ById): string =>
  table({
    columns: [{ header: "Backup" }, { header: "Taken" }, { header: "" }, { header: "Why", shrink: true }],
    rows: report.decisions.map(({ id, keep: kept, reasons }) => {
      const backup = backups.get(id)
      return [
        backup ? backupName(backup) : id,
        backup ? ago(backup.timestamp, cli.now()) : "",
        kept ? "keep" : "forget",
        reasons.join(", ")
      ]
    }),
    paint: cli.out.paint,
    width: cli.out.width
  })

const planText = (cli: Cli, report: PruneReport, backups: ById): string =>
  [
    ...(report.decisions.length > 0 ? [decisionTable(cli, report, backups), ""] : []),
    `To the trash: ${report.forgotten.length === 0 ? "none" : backupNames(report.forgotten)}.`,
    `From the trash for good: ${report.expired.length === 0 ? "none" : backupNames(report.expired)}.`,
    ...(report.waiting.length > 0 ? [`Still resting in the trash: ${backupNames(report.waiting)}.`] : []),
    ...(report.paused ? ["The clock jumped: nothing expires until it has been steady for 7 days."] : []),
    ...(report.lastCopies.length > 0
      ? [`In no other backup, and not in the library: ${nameList(report.lastCopies, 8)}.`]
      : [])
  ].join("\n")

const summaryOf = (report: PruneReport, backups: ById, dryRun: boolean): Outputs["prune"] => ({
  message_type: "summary",
  ...(dryRun && { dryRun: true }),
  decisions: report.decisions.map(({ id, keep: kept, reasons }) => ({
    backupId: id,
    number: backups.get(id)?.number ?? 0,
    keep: kept,
    reasons
  })),
  forgotten: report.forgotten.map(backupJson),
  expired: report.expired.map(backupJson),
  waiting: report.waiting.map(backupJson),
  lastCopies: report.lastCopies,
  objectsRemoved: report.objectsRemoved,
  bytesFreed: report.bytesFreed,
  bytesReturned: report.bytesReturned,
  returnsSpace: report.returnsSpace,
  paused: report.paused
})

const describe = (report: PruneReport): string =>
  [
    `Forgot ${count(report.forgotten.length, "backup")}, removed ${count(report.expired.length, "backup")} for good.`,
    report.returnsSpace
      ? `Freed ${formatBackupSize(report.bytesFreed)}; the file is ${formatBackupSize(report.bytesReturned)} smaller.`
      : `Freed ${formatBackupSize(report.bytesFreed)} for what comes next; the file keeps its size, as the app made it.`
  ].join(" ")

/** The backups that decisions speak of, those in the trash included. */
const backupsById = (library: Library) =>
  Effect.map(
    Effect.all([library.backups.getAllBackups(), library.backups.getAllBackups({ trash: true })]),
    (lists): ById => new Map(lists.flat().map((backup) => [backup.backupId, backup]))
  )

const policyOfProfile = (library: Library, name: string) =>
  Effect.gen(function* () {
    const { findState, policyOf } = yield* loadScheduler
    const { profile } = yield* findState(library, name)
    return policyOf(profile)
  })

export const prune = define(
  "prune",
  {
    brief: message`Forget old backups by rules, and reclaim their space.`,
    description: message`Shows what is kept and why, asks, then moves the others to the trash, removes what has rested there for 7 days, and gives the space back. Without rules the last 30 are kept. A backup stays if any rule keeps it; the newest always stays.`
  },
  object({
    profile: optional(
      option("--profile", string({ metavar: "NAME" }), {
        description: message`Only what this profile took, by its own rules: what happens after each of its runs. With -n a preview of it.`
      })
    ),
    keepLast: keep("last", "The last N."),
    keepHourly: keep("hourly", "The newest of each of the last N hours that have one."),
    keepDaily: keep("daily", "Of the last N days."),
    keepWeekly: keep("weekly", "Of the last N weeks."),
    keepMonthly: keep("monthly", "Of the last N months."),
    keepYearly: keep("yearly", "Of the last N years."),
    keepWithin: optional(
      option("--keep-within", duration(), {
        description: message`All taken within this time before the newest: 12h, 30d, 2w, 6m, 1y.`
      })
    ),
    keepTags: multiple(
      option("--keep-tag", string({ metavar: "TAG" }), {
        description: message`All with this tag. May be given several times.`
      })
    ),
    keepEditsDays: optional(
      option("--keep-edits", integer({ min: 0, metavar: "DAYS" }), {
        description: message`Release versions older than this that no backup holds. Default 90.`
      })
    )
  }),
  ({ profile, keepEditsDays, keepTags, ...counts }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const rules: RetentionPolicy = defined({
        ...counts,
        keepTags: keepTags.length > 0 ? keepTags : undefined
      })
      const own = profile === undefined ? undefined : yield* policyOfProfile(library, profile)
      const policy = Object.keys(rules).length > 0 ? rules : own
      const options = defined({ policy, profile, keepEditsDays })
      const preview = yield* library.prune({ ...options, dryRun: true })
      const backups = yield* backupsById(library)
      if (cli.dryRun) {
        if (!cli.out.json) cli.out.print(planText(cli, preview, backups))
        return cli.out.done(summaryOf(preview, backups, true), () => "Nothing was changed.")
      }
      cli.out.painted(planText(cli, preview, backups))
      yield* cli.confirm("Prune?", "Pruning")
      const report = yield* cli.work((onProgress) => library.prune({ ...options, onProgress }))
      return cli.out.done(summaryOf(report, backups, false), () => describe(report))
    })
)
