import { type Decision, type EntityKey, type OnConflict, partsOfItem } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type CliFailure, refusal } from "../error/CliError.js"
import { printable } from "../terminal/Harmless.js"
import { labelOf } from "../terminal/Text.js"
import type { RestoreWish } from "./checkWish.js"
import type { Chosen } from "./chooseSource.js"

/** `track Lead=both` is the part and its choice; a part alone is replaced. */
const readPart = (text: string): { readonly name: string; readonly choice: OnConflict } => {
  const [, name, choice] = /^(.+)=(keep|replace|both|combine)$/s.exec(text) ?? []
  const known = (["keep", "both", "combine"] as const).find((each) => each === choice)
  return { name: name ?? text, choice: known ?? "replace" }
}

/** What `--part` asks of the one entity that was named. Fails where it has no such part, and says which it has. */
export const chooseParts = (
  library: Library,
  wish: Pick<RestoreWish, "parts" | "onConflict">,
  { source, only = [] }: Chosen
): Effect.Effect<ReadonlyArray<EntityKey & Decision> | undefined, CliFailure> =>
  Effect.gen(function* () {
    const { parts, onConflict } = wish
    if (parts.length === 0) return undefined
    const [key, ...others] = only
    if (key === undefined || others.length > 0)
      return yield* refusal("--part is part of one song or performance.", "Name just one.")
    const plan = yield* library.backups.plan(source.reference, { only: [key] })
    const item = plan.items.find(({ kind, id }) => kind === key.kind && id === key.id)
    if (item === undefined)
      return yield* refusal(
        `It is as it was in ${source.name}: no part differs.`,
        "Nothing has to be restored."
      )
    const label = printable(labelOf(item))
    if (item.before === undefined)
      return yield* refusal(
        `${label} is not there today, so no part of it can be.`,
        "Restore it whole: leave --part out."
      )
    const known = yield* partsOfItem(library, plan, item)
    const wanted = parts.map(readPart)
    const found = wanted.map(({ name, choice }) => {
      const part = known.find((each) => each.name.toLowerCase() === name.toLowerCase())
      return part === undefined ? undefined : { name: part.name, choice }
    })
    const missing = wanted.find((_, index) => found[index] === undefined)
    if (missing !== undefined)
      return yield* refusal(
        `${label} has no part ${printable(missing.name)} that differs in ${source.name}.`,
        `Its parts: ${known.map(({ name }) => printable(name)).join("; ")}.`
      )
    const choice = onConflict === undefined || onConflict === "ask" ? "keep" : onConflict
    return [{ ...key, choice, parts: found.flatMap((each) => each ?? []) }]
  })
