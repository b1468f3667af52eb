import type { AdoptReport } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { loadStore } from "../command/Load.js"
import type { CliFailure } from "../error/CliError.js"
import type { AppDatabase } from "../settings/findAppDatabase.js"
import { openText, planText, showProblems } from "./AdoptText.js"

/** The app's database becomes the library, after what that changes in the file was shown, and `agree` agreed to it. */
export const adoptApp = (
  cli: Cli,
  { path }: AppDatabase,
  agree: Effect.Effect<void, CliFailure> = Effect.void
): Effect.Effect<AdoptReport, CliFailure> =>
  Effect.gen(function* () {
    const store = yield* loadStore
    const plan = yield* cli.work((onProgress) =>
      store.adopt(path, { dryRun: true, alone: cli.alone, onProgress })
    )
    if (!plan.already) cli.out.message(planText(path, plan, undefined))
    if (plan.openIn.length > 0) cli.out.message(openText(plan))
    yield* agree
    const report = yield* cli.work((onProgress) => store.adopt(path, { alone: cli.alone, onProgress }))
    showProblems(cli, report)
    return report
  })
