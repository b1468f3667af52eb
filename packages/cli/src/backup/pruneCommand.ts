import { object } from "@optique/core/constructs"
import { type BackupInfo, formatBackupSize, type RetentionPolicy, systemZone } from "@white-room/core"
import { backupJson } from "@white-room/core/output"
import type { Library, PruneReport } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { keepOptions } from "../command/keepOptions.js"
import { loadScheduler } from "../command/Load.js"
import { number, one, text } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count, nameList } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import { backupName, backupNames } from "./BackupText.js"

type ById = ReadonlyMap<string, BackupInfo>

const decisionTable = (cli: Cli, report: PruneReport, backups: ById): string =>
  cli.out.table(
    [{ header: "Backup" }, { header: "Taken" }, { header: "" }, { header: "Why", shrink: true }],
    report.decisions.map(({ id, keep: kept, reasons }) => {
      const backup = backups.get(id)
      return [
        backup ? backupName(backup) : id,
        backup ? ago(backup.timestamp, cli.now()) : "",
        kept ? "keep" : "forget",
        reasons.join(", ")
      ]
    })
  )

const planText = (cli: Cli, report: PruneReport, backups: ById): string =>
  [
    ...(report.decisions.length > 0 ? [decisionTable(cli, report, backups), ""] : []),
    `To the trash: ${report.forgotten.length === 0 ? "none" : backupNames(report.forgotten)}.`,
    `From the trash for good: ${report.expired.length === 0 ? "none" : backupNames(report.expired)}.`,
    ...(report.waiting.length > 0 ? [`Still resting in the trash: ${backupNames(report.waiting)}.`] : []),
    ...(report.paused ? ["The clock jumped: nothing expires until it has been steady for 7 days."] : []),
    ...(report.unknownZone !== undefined
      ? [`The library's time zone ${report.unknownZone} is not known here: days and hours are those of UTC.`]
      : report.zone !== systemZone()
        ? [`Days and hours are those of ${report.zone}, the library's time zone.`]
        : []),
    ...(report.lastCopies.length > 0
      ? [`In no other backup, and not in the library: ${nameList(report.lastCopies, 8)}.`]
      : [])
  ].join("\n")

const summaryOf = (report: PruneReport, backups: ById): SummaryFields<Outputs["prune"]> => ({
  decisions: report.decisions.map(({ id, keep: kept, reasons }) => ({
    backupId: id,
    number: backups.get(id)?.number ?? 0,
    keep: kept,
    reasons
  })),
  forgotten: report.forgotten.map(backupJson),
  expired: report.expired.map(backupJson),
  waiting: report.waiting.map(backupJson),
  ...Struct.pick(
    report,
    "lastCopies",
    "objectsRemoved",
    "bytesFreed",
    "bytesReturned",
    "returnsSpace",
    "zone",
    "paused"
  )
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
    Effect.all([library.backups.list(), library.backups.list({ trash: true })]),
    (lists): ById => new Map(lists.flat().map((backup) => [backup.backupId, backup]))
  )

const rulesOfProfile = (library: Library, name: string) =>
  Effect.gen(function* () {
    const { findState, policyOf } = yield* loadScheduler
    const { profile } = yield* findState(library, name)
    return { policy: policyOf(profile), zone: profile.zone }
  })

export const pruneCommand = define(
  "prune",
  {
    brief: "Forget old backups by rules, and reclaim their space.",
    description:
      "Shows what is kept and why, asks, then moves the others to the trash, removes what has rested there for 7 days, and gives the space back. Without rules the last 30 are kept. A backup stays if any rule keeps it; the newest always stays."
  },
  () =>
    object({
      profile: one(
        "--profile",
        text("NAME"),
        "Only what this profile took, by its own rules: what happens after each of its runs. With -n a preview of it."
      ),
      ...keepOptions({
        last: "The last N.",
        within: "All taken within this time before the newest: 12h, 30d, 2w, 6m, 1y.",
        tags: "All with this tag. May be given several times."
      }),
      keepEditsDays: one(
        "--keep-edits",
        number("DAYS", 0),
        "Release versions older than this that no backup holds. Default 90."
      )
    }),
  ({ profile, keepEditsDays, keepTags, ...counts }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const rules: RetentionPolicy = defined({
        ...counts,
        keepTags: keepTags.length > 0 ? keepTags : undefined
      })
      const own = profile === undefined ? undefined : yield* rulesOfProfile(library, profile)
      const policy = Object.keys(rules).length > 0 ? rules : own?.policy
      const options = defined({ policy, profile, keepEditsDays, zone: own?.zone })
      const preview = yield* library.upkeep.prune({ ...options, dryRun: true })
      const backups = yield* backupsById(library)
      if (cli.dryRun) {
        if (!cli.out.json) cli.out.print(planText(cli, preview, backups))
        return cli.done<Outputs["prune"]>(summaryOf(preview, backups), () => "Nothing was changed.")
      }
      cli.out.message(planText(cli, preview, backups))
      yield* cli.confirm("Prune?", "Pruning")
      const report = yield* cli.work((onProgress) => library.upkeep.prune({ ...options, onProgress }))
      return cli.done<Outputs["prune"]>(summaryOf(report, backups), () => describe(report))
    })
)
