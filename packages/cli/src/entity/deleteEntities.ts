/** `song delete` and `performance delete`: the plan, the question, then all of them or none. */
import { type EntityKey, type Kind, kinds, type Receipt } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import type { Named } from "../select/Names.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"

/** More of what triggers did is not read; it is in the log. */
const mostShown = 20

/** What is in the log with the deletions of one command, and is none of them: triggers of the app wrote it. */
const changedBesides = (
  library: Library,
  { first, events }: Receipt,
  kind: Kind,
  chosen: ReadonlyArray<Named>
): Effect.Effect<ReadonlyArray<EntityKey>, CliFailure> =>
  Effect.gen(function* () {
    if (events <= chosen.length) return []
    const limit = Math.min(events, chosen.length + mostShown)
    const ids = new Set(chosen.map(({ id }) => id))
    return (yield* library.log.read({ after: first - 1, limit })).flatMap(({ subject, id }) => {
      const other = kinds.find((each) => each === subject)
      return other === undefined || (other === kind && ids.has(id)) ? [] : [{ kind: other, id }]
    })
  })

const named = ({ kind, id }: EntityKey): string => `${kind} ${printable(id)}`

export const deleteEntities = (
  cli: Cli,
  library: Library,
  kind: Exclude<Kind, "preferences">,
  chosen: ReadonlyArray<Named>,
  note: string
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const what = count(chosen.length, kind)
    const keys = chosen.map(({ id }) => ({ kind, id }))
    yield* library.log.mayDelete(keys)
    const plan = [`Delete ${what}:`, ...chosen.map(({ id, name }) => `  ${printable(name)}  ${id}`), note]
      .filter((line) => line !== "")
      .join("\n")
    if (cli.dryRun && !cli.out.json) cli.out.print(plan)
    let triggered: ReadonlyArray<EntityKey> = []
    if (!cli.dryRun) {
      cli.out.message(plan)
      yield* cli.confirm(`Delete ${what}?`, `Deleting ${what}`)
      const receipt = yield* library.log.append({
        changes: keys.map((key) => ({ ...key, row: null }))
      })
      triggered = yield* changedBesides(library, receipt, kind, chosen)
    }
    const ending = cli.dryRun ? "Nothing was changed." : "Backups still have what they had."
    const besides = triggered.map((key) => `\nA trigger of the app changed ${named(key)} besides.`).join("")
    return cli.done<Outputs["song-delete"]>(
      {
        deleted: chosen.map(({ id, name }) => ({ id, name })),
        ...(triggered.length > 0 && { triggered })
      },
      () => `${cli.dryRun ? "Would delete" : "Deleted"} ${what}. ${ending}${besides}`
    )
  })
