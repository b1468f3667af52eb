/** The steps that every restore goes through once it is planned: show, ask, carry out, tell. */
import type { RestoreOptions, RestorePlan, RestoreResult, SavedPlan } from "@white-room/core"
import { changesOf } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import { itemsShown, planText } from "../plan/PlanText.js"
import type { Outputs } from "../schema/outputs.js"
import { count, nameList } from "../terminal/Text.js"
import { openApps } from "./openApps.js"
import { writePlan } from "./PlanFile.js"
import { describeResult, exitCodeOf, previewOf, type ShownPlan, summaryOf } from "./Report.js"

/** How many things a plan changes. */
export const changesIn = ({ counts }: Pick<RestorePlan, "counts">): number =>
  counts.create + counts.update + counts.delete

/** An app that has the file open may write its old copy back over what is restored. */
export const warnOfOpenApps = (cli: Cli, library: Library) =>
  Effect.gen(function* () {
    const programs = yield* openApps(library)
    if (programs.length === 0) return
    const names = nameList(
      programs.map(({ name, pid }) => `${name === "" ? "a program" : name} (${pid})`),
      4
    )
    cli.out.message(`Quit White Room first: it may save over this restore. The library is open in ${names}.`)
  })

export const showPlan = (cli: Cli, library: Library, source: Source, plan: RestorePlan) =>
  Effect.gen(function* () {
    if (!cli.out.speaks) return
    const changes = yield* changesOf(library, plan, itemsShown(cli))
    cli.out.message(planText(cli, source, plan, changes))
  })

/** The end of a dry run. `keep`: the file that the plan goes into. */
export const previewPlan = (
  cli: Cli,
  library: Library,
  source: Source,
  plan: RestorePlan,
  keep?: { readonly file: string; readonly saved: SavedPlan }
) =>
  Effect.gen(function* () {
    const limit = cli.out.json ? Number.POSITIVE_INFINITY : itemsShown(cli)
    const changes = yield* changesOf(library, plan, limit)
    if (!cli.out.json) cli.out.print(planText(cli, source, plan, changes))
    if (keep !== undefined) yield* writePlan(keep.file, keep.saved, cli.path)
    return cli.done<Outputs["restore"]>(previewOf(source, plan, changes), () =>
      keep === undefined
        ? "Nothing was changed."
        : `Nothing was changed. To carry this plan out: whiteroom restore --plan ${keep.file}`
    )
  })

/** Asks whether the plan is to be carried out, where it changes anything. */
export const confirmPlan = (cli: Cli, library: Library, source: Source, plan: RestorePlan) =>
  Effect.gen(function* () {
    const changes = changesIn(plan)
    if (changes === 0) return
    yield* warnOfOpenApps(cli, library)
    yield* cli.confirm(`Restore ${source.name}: ${count(changes, "change")}?`, `Restoring ${source.name}`)
  })

/** What is told of a plan at its end, without its items: those of a large library take more memory than all else. */
export const shownPlanOf = (cli: Cli, plan: RestorePlan): ShownPlan => ({
  mode: plan.mode,
  kept: cli.out.speaks ? plan.items.filter(({ action, conflict }) => action === "keep" && conflict).length : 0
})

/** Applies what was shown; ends with the exit code. */
export const carryOut = (
  cli: Cli,
  library: Library,
  source: Source,
  plan: ShownPlan,
  call: (onProgress: NonNullable<RestoreOptions["onProgress"]>) => Effect.Effect<RestoreResult, CliFailure>
) =>
  Effect.gen(function* () {
    const began = performance.now()
    const result = yield* cli.work(call)
    const durationMs = Math.round(performance.now() - began)
    const { safetyBackupId } = result
    const safety = safetyBackupId === undefined ? undefined : yield* library.backups.find(safetyBackupId)
    cli.done<Outputs["restore"]>(summaryOf(source, plan, result, durationMs), () =>
      describeResult(result, source, plan, safety)
    )
    return exitCodeOf(result, source)
  })
