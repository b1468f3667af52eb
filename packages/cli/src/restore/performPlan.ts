/** `restore --plan FILE`: a plan that was made earlier, shown again and carried out. */
import { BackupNotFound, type PlanOutdated } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { CliError, type CliFailure } from "../error/CliError.js"
import { type PlanFile, readPlan } from "./PlanFile.js"
import { carryOut, confirmPlan, previewPlan, shownPlanOf, showPlan } from "./Steps.js"

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

const outdated = ({ _tag, code, detail }: PlanOutdated) =>
  new CliError({
    _tag,
    code,
    message: `The plan is out of date: ${detail}. Nothing was restored.`,
    recovery: "Make a new plan, or add --replan to restore what it says over those changes too."
  })

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
    if (cli.dryRun) return yield* previewPlan(cli, library, source, plan)
    yield* showPlan(cli, library, source, plan)
    yield* confirmPlan(cli, library, source, plan)
    return yield* carryOut(cli, library, source, shownPlanOf(cli, plan), (onProgress) =>
      library.backups.apply(saved, { replan, onProgress }).pipe(Effect.catchTag("PlanOutdated", outdated))
    )
  })
