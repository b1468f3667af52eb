import { object } from "@optique/core/constructs"
import { ExitCode } from "@white-room/core"
import type { RepairReport } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { file, one } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { count } from "../terminal/Text.js"
import { damageLines } from "./damageLines.js"

const describe = (cli: Cli, place: string, { damaged, taken }: RepairReport): string => {
  if (damaged.length === 0) return `${cli.out.paint("green", "No damage")}: there was nothing to repair.`
  const left = damaged.filter(({ mended }) => mended !== true).length
  const from = taken === 0 ? "" : `, ${count(taken, "part")} taken from ${place}`
  if (cli.dryRun)
    return [
      ...damageLines(cli, damaged),
      `Damage in ${count(damaged.length, "place")}. ${place} has ${count(taken, "part")} of what is remembered as lost. Nothing was changed.`
    ].join("\n")
  return [
    ...damageLines(cli, damaged),
    left === 0
      ? `Repaired ${count(damaged.length, "place")}${from}. A full check finds no damage any more.`
      : `Repaired ${count(damaged.length - left, "place")}${from}; ${count(left, "place")} still damaged, named above.`
  ].join("\n")
}

export const repairCommand = define(
  "repair",
  {
    brief: "Mend a damaged library, from itself and from a copy.",
    description:
      "Does a full check, puts what is whole elsewhere in the library in the place of what is not, and takes the rest from the copies at a place. Everything is known by the hash of its bytes: nothing but what is lost is taken. Exit code 4 when damage is left."
  },
  object({
    from: one("--from", file("PLACE"), "A .whiteroom file, or a folder of them.")
  }),
  ({ from }, cli) =>
    Effect.gen(function* () {
      if (from === undefined)
        return yield* refusal(
          "No place was named to take from.",
          "Name it: whiteroom repair --from DIR. What is whole in the library itself whiteroom check --full mends."
        )
      const library = yield* cli.open
      const began = performance.now()
      const report = yield* cli.work((onProgress) =>
        library.copies.repair(from, { dryRun: cli.dryRun, onProgress })
      )
      const { ok, damaged, taken } = report
      const durationMs = Math.round(performance.now() - began)
      cli.done<Outputs["repair"]>({ ok, damaged, taken, durationMs }, () => describe(cli, from, report))
      return ok ? ExitCode.done : ExitCode.damaged
    })
)
