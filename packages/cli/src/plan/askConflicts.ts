/** Asks about each song that changed after the source. */
import type { EntityKey, OnConflict, PlanItem, RestorePlan } from "@white-room/core"
import { changesOfItem } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import { printable } from "../terminal/Harmless.js"
import { labelOf } from "../terminal/Text.js"

type Decision = EntityKey & { readonly choice: OnConflict }

const choices: Readonly<Record<string, OnConflict>> = { k: "keep", r: "replace", b: "both", c: "combine" }

/** The letter that an answer means, in the case it was given: `k`, `R` for all that follow. Nothing is `k`. */
const letterOf = (answer: string): string | undefined => {
  if (answer === "") return "k"
  return /^(?:[krbcdKRBCD]|keep|replace|both|combine|diff)$/.test(answer) ? answer.charAt(0) : undefined
}

/**
 * One question per item, until an upper-case letter answers it for all that follow. `replacing` is the plan that takes
 * over the source's version of all: it tells in words what would change.
 */
export const askConflicts = (
  cli: Cli,
  library: Library,
  source: string,
  conflicts: ReadonlyArray<PlanItem>,
  replacing: RestorePlan,
  why = `changed after ${source}`
): Effect.Effect<ReadonlyArray<Decision>, CliFailure> =>
  Effect.gen(function* () {
    const decisions: Array<Decision> = []
    let forAll: OnConflict | undefined
    if (conflicts.length > 1)
      cli.out.message("A capital letter (K, R, B or C) is the answer for all that follow as well.")
    for (const item of conflicts) {
      const name = printable(labelOf(item))
      let choice = forAll
      while (choice === undefined) {
        const answer = yield* cli.ask(
          `${name} ${why}: [k]eep today's, [r]eplace with ${source}'s, keep [b]oth, [c]ombine, [d]iff? `
        )
        const letter = letterOf(answer)
        if (letter === undefined) continue
        if (letter.toLowerCase() === "d") {
          const replaced = replacing.items.find(({ kind, id }) => kind === item.kind && id === item.id)
          const words = replaced === undefined ? [] : yield* changesOfItem(library, replacing, replaced)
          cli.out.message(
            [
              `Replacing ${labelOf(item)} with ${source}'s would change:`,
              ...words.map((word) => `  ${word}`)
            ].join("\n")
          )
          continue
        }
        choice = choices[letter.toLowerCase()]
        if (letter !== letter.toLowerCase()) forAll = choice
      }
      decisions.push({ kind: item.kind, id: item.id, choice })
    }
    return decisions
  })
