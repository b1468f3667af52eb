import { object } from "@optique/core/constructs"
import { formatBackupSize, formatCount } from "@white-room/core"
import type { UpkeepReport } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import { unlocked } from "../secret/Unlock.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

const describe = (
  { dryRun }: Cli,
  name: string,
  { merged, made, deleted, retained, reclaimed }: UpkeepReport
): string => {
  const would = dryRun ? "Would have " : ""
  const lines = [
    ...(made === 0 ? [] : [`${would}${count(merged, "file")} become ${formatCount(made)}.`]),
    ...(deleted === 0 ? [] : [`${would}${count(deleted, "file")} go that nobody needs any more.`]),
    ...(retained === 0 ? [] : [`${count(retained, "file")} may not be deleted there.`]),
    ...(reclaimed.segments === 0
      ? []
      : [
          `${would}${count(reclaimed.objects, "document")} of old versions let go: ${formatBackupSize(reclaimed.bytes)} less, a day from now.`
        ])
  ]
  return [
    ...(lines.length === 0 ? [`There is nothing to do in ${printable(name)}.`] : lines),
    ...(dryRun ? ["Nothing was changed."] : [])
  ].join("\n")
}

export const upkeepCommand = define(
  "upkeep",
  {
    brief: "Make few large files of many small ones, and let go what nobody needs any more.",
    description:
      "Reading gets quicker and the vault smaller. The small files go a day after the large one came, when nobody can be reading them any more. Old versions go by the vault's policy; for that everything there is read once. The daemon does it by itself: merging every six hours and after 32 files, the rest once a month. Only what this device wrote is touched, and what it went on from.",
    examples: [
      ["whiteroom vault upkeep studio --dry-run", "only look"],
      ["whiteroom vault policy studio", "what is kept"]
    ]
  },
  () => object({ name: argument(text("NAME", "vaults"), "A name of whiteroom vault list.") }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const { knownVault, openKnown, upkeep } = yield* loadVault
      const library = yield* cli.open
      const known = yield* knownVault(library, name)
      const vault = yield* unlocked(cli, {}, (opening) => openKnown(known, opening))
      const report = yield* cli.work(() => upkeep(library, vault, known, { dryRun: cli.dryRun }))
      return cli.done<Outputs["vault-upkeep"]>({ name, ...report }, () => describe(cli, name, report))
    })
)
