/** `song delete` and `performance delete`: the plan, the question, then all of them or none. */
import type { Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import type { Named } from "../select/Names.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

export const deleteEntities = (
  cli: Cli,
  library: Library,
  kind: Exclude<Kind, "preferences">,
  chosen: ReadonlyArray<Named>,
  note: string
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const what = count(chosen.length, kind)
    const plan = [`Delete ${what}:`, ...chosen.map(({ id, name }) => `  ${printable(name)}  ${id}`), note]
      .filter((line) => line !== "")
      .join("\n")
    if (cli.dryRun && !cli.out.json) cli.out.print(plan)
    if (!cli.dryRun) {
      cli.out.message(plan)
      yield* cli.confirm(`Delete ${what}?`, `Deleting ${what}`)
      yield* library.log.append({ changes: chosen.map(({ id }) => ({ kind, id, row: null })) })
    }
    const ending = cli.dryRun ? "Nothing was changed." : "Backups still have what they had."
    return cli.done<Outputs["song-delete"]>(
      { deleted: chosen.map(({ id, name }) => ({ id, name })) },
      () => `${cli.dryRun ? "Would delete" : "Deleted"} ${what}. ${ending}`
    )
  })
