/** `adopt`: the database of the app becomes a library, and the app goes on as before. */

import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { ExitCode } from "@white-room/core"
import type { AdoptReport } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import { loadScheduler, loadStore } from "../command/Load.js"
import { argument, file, flag, one } from "../command/Options.js"
import { openLibraryAt } from "../command/openLibraryAt.js"
import { requireFolder } from "../command/requireFolder.js"
import { attempt, refusal } from "../error/CliError.js"
import { consequencesOf } from "../schedule/Consequences.js"
import type { Outputs } from "../schema/outputs.js"
import { appDatabase, defaultLibrary, shortPath } from "../settings/Environment.js"
import type { SummaryFields } from "../terminal/Output.js"
import { count } from "../terminal/Text.js"
import { holds, openText, planText, showProblems, whereText } from "./AdoptText.js"
import { limitText } from "./limitText.js"

const summaryOf = (report: AdoptReport): SummaryFields<Outputs["adopt"]> => ({
  library: report.path,
  ...Struct.pick(report, "already", "songs", "performances", "preferences", "backups", "skipped"),
  errors: report.problems.map(({ what, reason }) => ({ file: what, reason })),
  ...Struct.pick(report, "capturing", "unprotectedTables", "limits", "journalMode", "safetyCopy"),
  backupId: report.backup?.backupId
})

/** The database to adopt: the one that is named, by whatever means, or that of the app in its usual place. */
const fileToAdopt = (cli: Cli, named: string | undefined) =>
  attempt(() => {
    if (named !== undefined) return resolve(named)
    if (cli.path !== defaultLibrary(cli.env) && existsSync(cli.path)) return cli.path
    const usual = appDatabase(cli.env)
    if (existsSync(usual)) return usual
    throw refusal(
      `No White Room database was found in its usual place, ${usual}.`,
      "Name it: whiteroom adopt PATH"
    )
  })

const doneText = (cli: Cli, report: AdoptReport): string => {
  const { backup, safetyCopy } = report
  if (report.already)
    return [
      `${shortPath(report.path)} is protected already.${report.backups === 0 ? "" : ` Took over ${count(report.backups, "backup")} that the app made since.`}`,
      ...whereText(cli, report)
    ].join("\n")
  return [
    `Protected: ${holds(report)}.${backup === undefined ? "" : ` b${backup.number} is how it is now.`}`,
    ...(safetyCopy === undefined
      ? []
      : [`The file as it was: ${shortPath(safetyCopy)}. Delete it when you are content.`]),
    ...report.limits.map(limitText),
    ...whereText(cli, report),
    "Next: whiteroom backup --to DIR, with a folder on another disk."
  ].join("\n")
}

const previewText = (file: string, report: AdoptReport, into: string | undefined): string =>
  report.already
    ? `${shortPath(file)} is protected already. Nothing was changed.`
    : `${planText(file, report, into)}\nNothing was changed.`

/** A library of somebody else may bring profiles that send data, run commands and let backups go. */
const confirmProfiles = (cli: Cli, path: string) =>
  Effect.gen(function* () {
    const library = yield* openLibraryAt(path, cli.alone)
    if ((yield* library.schedule.profiles).length === 0) return
    const { loadStates } = yield* loadScheduler
    const profiles = (yield* loadStates(library)).map(({ profile }) => profile)
    cli.out.message(yield* consequencesOf(profiles))
    yield* cli.confirm(
      "Make it your library, with these profiles acting like this with your rights?",
      "A library with profiles of its own"
    )
  }).pipe(Effect.scoped)

export const adoptCommand = define(
  "adopt",
  {
    brief: "Protect an existing White Room database; the app keeps working.",
    description:
      "Makes the app's database a library where it lies: its songs, performances, preferences and old backups. Shows what changes in the file, asks, and makes a verified copy first. Without APP.db it takes the database in its usual place. A second time it takes over only what is new.",
    examples: [
      ["whiteroom adopt", "the database of the app, where it is"],
      ["whiteroom adopt old.db --into library.db", "into a new library; old.db is only read"]
    ]
  },
  () =>
    object({
      app: optional(argument(file("APP.db"), "The app's database.")),
      into: one(
        "--into",
        file("NEW.db"),
        "Leave the database as it is and make a new library of what is in it."
      ),
      allowSyncedFolder: flag(
        "--unsafe-allow-synced-folder",
        "Do it in the folder of a synchronising service all the same."
      )
    }),
  ({ app, allowSyncedFolder, ...options }, cli) =>
    Effect.gen(function* () {
      const into = options.into && resolve(options.into)
      const file = yield* fileToAdopt(cli, app)
      const store = yield* loadStore
      if (into !== undefined) yield* requireFolder(cli, into)
      const request = defined({ into, allowSyncedFolder, alone: cli.alone })
      const plan = yield* cli.work((onProgress) =>
        store.adopt(file, { ...request, dryRun: true, onProgress })
      )
      if (cli.dryRun) {
        showProblems(cli, plan)
        return cli.done<Outputs["adopt"]>(summaryOf(plan), () => previewText(file, plan, into))
      }
      if (!plan.already) {
        cli.out.message(planText(file, plan, into))
        if (into === undefined && plan.openIn.length > 0) cli.out.message(openText(plan))
        yield* cli.confirm("Adopt it?", `Adopting ${shortPath(file)}`)
      }
      if (plan.already && plan.path !== cli.path) yield* confirmProfiles(cli, plan.path)
      const report = yield* cli.work((onProgress) => store.adopt(file, { ...request, onProgress }))
      showProblems(cli, report)
      cli.done<Outputs["adopt"]>(summaryOf(report), () => doneText(cli, report))
      return report.problems.length === 0 ? ExitCode.done : ExitCode.partial
    })
)
