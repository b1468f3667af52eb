import { object } from "@optique/core/constructs"
import { ExitCode, LibraryLocked } from "@white-room/core"
import type { RunReport } from "@white-room/scheduler"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import type { Outputs } from "../schema/outputs.js"
import { openingOf } from "../secret/Unlock.js"
import { profileArgument } from "./ListProfiles.js"
import { runJson, runText } from "./RunText.js"

/** The number of the backup that a run took or found. */
const numberOf = (library: Library, { run }: RunReport) =>
  run.backupId === undefined
    ? Effect.succeed(undefined)
    : library.backups.find(run.backupId).pipe(
        Effect.map(({ number }): number | undefined => number),
        Effect.orElseSucceed(() => undefined)
      )

export const runCommand = define(
  "run",
  {
    brief: "Run a profile now, whether or not it is due: backup, vaults, retention, hooks.",
    description:
      "Exit code 1 when a run failed, 3 when the backup is there but something else did not work: a vault, a hook."
  },
  () => object({ name: profileArgument() }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { findState, layerOutside, runDue } = yield* loadScheduler
      yield* findState(library, name)
      if (cli.dryRun) {
        return cli.done<Outputs["schedule-run"]>(
          { runs: [] },
          () => `Would run ${name} now. Nothing was changed.`
        )
      }
      const result = yield* runDue(library, { profile: name, force: true, opening: openingOf(cli) }).pipe(
        Effect.provide(layerOutside)
      )
      if ("heldBy" in result) {
        cli.out.message(`${result.heldBy} runs backups of this library at the moment.`)
        return yield* new LibraryLocked({ path: library.path })
      }
      const runs = yield* Effect.forEach(result, (report) =>
        Effect.map(numberOf(library, report), (number) => ({ report, number }))
      )
      cli.done<Outputs["schedule-run"]>(
        { runs: runs.map(({ report, number }) => runJson(report, number)) },
        () => runs.map(({ report, number }) => runText(report, number)).join("\n")
      )
      const failed = result.filter((report) => report.run.outcome === "failed")
      if (failed.some(({ work }) => work.activity === "backup")) return ExitCode.failed
      return failed.length > 0 || result.some(({ warnings }) => warnings.length > 0)
        ? ExitCode.partial
        : ExitCode.done
    })
)
