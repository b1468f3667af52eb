import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { ExitCode, type OnProgress } from "@white-room/core"
import type { RepairReport } from "@white-room/store"
import type { VaultRepair } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { findVault, libraryInVault, requireVault } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
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

/** Here from there: from a vault, or from bundles. */
const repairLibrary = (cli: Cli, from: string) =>
  Effect.gen(function* () {
    const vault = yield* findVault(cli, from)
    const library = yield* cli.open
    const began = performance.now()
    const options = (onProgress: OnProgress) => ({ dryRun: cli.dryRun, onProgress })
    const report = yield* vault === undefined
      ? cli.work((onProgress) => library.copies.repair(from, options(onProgress)))
      : Effect.scoped(
          Effect.gen(function* () {
            const { repairFrom } = yield* loadVault
            const there = yield* libraryInVault(cli, vault)
            return yield* cli.work((onProgress) => repairFrom(library, there, options(onProgress)))
          })
        )
    const { ok, damaged, taken } = report
    const durationMs = Math.round(performance.now() - began)
    cli.done<Outputs["repair"]>({ ok, damaged, taken, durationMs }, () => describe(cli, from, report))
    return ok ? ExitCode.done : ExitCode.damaged
  })

const describeVault = (cli: Cli, name: string, { damaged, sent, retained, ok }: VaultRepair): string => {
  if (damaged.length === 0)
    return `${cli.out.paint("green", "No damage")} in ${printable(name)}: there was nothing to repair.`
  const left = damaged.filter(({ mended }) => mended !== true).length
  const outcome = cli.dryRun
    ? "Nothing was changed."
    : ok
      ? `All of it was mended: ${count(sent, "segment")} sent again.`
      : `${count(damaged.length - left, "place")} mended; of the rest this library does not have the events, or the place refused.`
  const kept =
    retained === 0
      ? []
      : [`${count(retained, "damaged file")} may not be deleted there; readers pass them over.`]
  return [
    ...damageLines(cli, damaged),
    `Damage in ${count(damaged.length, "place")} of ${printable(name)}. ${outcome}`,
    ...kept
  ].join("\n")
}

/** There from here. */
const mendVault = (cli: Cli, name: string) =>
  Effect.gen(function* () {
    const { repairVault } = yield* loadVault
    const vault = yield* requireVault(cli, name)
    const library = yield* cli.open
    const began = performance.now()
    const report = yield* cli.work((onProgress) =>
      repairVault(library, vault, { dryRun: cli.dryRun, onProgress })
    )
    const durationMs = Math.round(performance.now() - began)
    cli.done<Outputs["repair-vault"]>({ ...report, durationMs }, () => describeVault(cli, name, report))
    return report.ok ? ExitCode.done : ExitCode.damaged
  })

export const repairCommand = define(
  "repair",
  {
    brief: "Mend a damaged library from a copy of it, or a vault from the library.",
    description:
      "With --from: does a full check, puts what is whole elsewhere in the library in the place of what is not, and takes the rest from a vault or from the copies at a place. Everything is known by the hash of its bytes: nothing but what is lost is taken. With the name of a vault: reads every byte that it has of this library, and sends again what is missing or damaged there; a policy that no longer counts is replaced by the one that does. Exit code 4 when damage is left.",
    examples: [
      ["whiteroom repair --from studio", "the library, from the vault studio"],
      ["whiteroom repair studio", "the vault studio, from the library"],
      ["whiteroom repair studio --dry-run", "only look"]
    ]
  },
  () =>
    object({
      vault: optional(argument(text("VAULT"), "The vault to mend, by its name or place.")),
      from: one(
        "--from",
        text("PLACE"),
        "A vault, by its name or place, a .whiteroom file, or a folder of them."
      )
    }),
  ({ vault, from }, cli) => {
    if (vault !== undefined && from !== undefined)
      return refusal(
        "A vault is mended from the library, and --from is where the library is mended from.",
        "Say one of them."
      )
    if (vault !== undefined) return mendVault(cli, vault)
    if (from !== undefined) return repairLibrary(cli, from)
    return refusal(
      "No place was named.",
      "whiteroom repair --from PLACE takes from a vault or copies; whiteroom repair VAULT mends a vault. What is whole in the library itself whiteroom check --full mends."
    )
  }
)
