/** `restore --plan FILE`: a plan that was made earlier, shown again and carried out. */
import { BackupNotFound, type PlanOutdated } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Command.js"
import { CliError, type CliFailure } from "../error/CliError.js"
import { count } from "../output/Text.js"
import { changesOf } from "../plan/Changes.js"
import { itemsShown, planText } from "../plan/PlanText.js"
import { changesIn, finish, warnOfOpenApps } from "./Perform.js"
import { type PlanFile, readPlan } from "./PlanFile.js"
import { previewJson } from "./Report.js"

/** Where the plan takes its versions from; a backup may be gone meanwhile, which harms nothing. */
const sourceOfPlan = (cli: Cli, library: Library, { saved }: PlanFile): Effect.Effect<Source, CliFailure> =>
  findSource(cli, library, { source: saved.backupId }).pipe(
    Effect.catchIf(
      (error) => error instanceof BackupNotFound,
      () =>
        Effect.succeed({
          reference: saved.backupId,
          name: saved.source,
          position: saved.position,
          timestamp: new Date(Number.NaN),
          backup: undefined
        })
    )
  )

const outdated = ({ _tag, code, detail }: PlanOutdated): Effect.Effect<never, CliFailure> =>
  Effect.fail(
    new CliError(
      _tag,
      code,
      `The plan is out of date: ${detail}. Nothing was restored.`,
      "Make a new plan, or add --replan to restore what it says over those changes too."
    )
  )

export const performPlan = (
  cli: Cli,
  library: Library,
  file: string,
  replan: boolean
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const kept = yield* readPlan(file)
    const { saved, plan } = kept
    const source = yield* sourceOfPlan(cli, library, kept)
    const changes = yield* changesOf(
      library,
      plan,
      cli.dryRun && cli.out.json ? plan.items.length : itemsShown(cli)
    )
    const text = planText(cli, source, plan, changes)
    if (cli.dryRun) {
      if (!cli.out.json) cli.out.print(text)
      return cli.out.done(previewJson(source, plan, changes), () => "Nothing was changed.")
    }
    cli.out.message(text)
    const amount = changesIn(plan)
    if (amount > 0) {
      yield* warnOfOpenApps(cli, library)
      yield* cli.confirm(`Restore ${source.name}: ${count(amount, "change")}?`, `Restoring ${source.name}`)
    }
    return yield* finish(cli, library, source, plan, (onProgress) =>
      library.backups.applyPlan(saved, { replan, onProgress }).pipe(Effect.catchTag("PlanOutdated", outdated))
    )
  })
