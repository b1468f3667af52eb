/** Asks about each song that changed after the source. */
import type { EntityKey, OnConflict, PlanItem } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Command.js"
import type { CliFailure } from "../error/CliError.js"
import { printable } from "../output/Text.js"
import { labelOf } from "./PlanText.js"

export type Decision = EntityKey & { readonly choice: OnConflict }

const choices: Readonly<Record<string, OnConflict>> = { k: "keep", r: "replace", b: "both", c: "combine" }

/** The letter that an answer means, in the case it was given: `k`, `R` for all that follow. Nothing is `k`. */
const letterOf = (answer: string): string | undefined => {
  if (answer === "") return "k"
  return /^(?:[krbcdKRBCD]|keep|replace|both|combine|diff)$/.test(answer) ? answer.charAt(0) : undefined
}

/**
 * One question per item, until an upper-case letter answers it for all that follow. `differences` tells in words
 * what taking over the source's version changes.
 */
export const askConflicts = (
  cli: Cli,
  source: string,
  conflicts: ReadonlyArray<PlanItem>,
  differences: (item: PlanItem) => Effect.Effect<ReadonlyArray<string>, CliFailure>,
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
          const words = yield* differences(item)
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
