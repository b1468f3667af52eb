/** Asks about each song that changed after the source, and about its parts where that is wanted. */
import {
  changesOfItem,
  type Decision,
  type EntityKey,
  type OnConflict,
  type PlanItem,
  partsOfItem,
  type RestorePlan
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import { printable } from "../terminal/Harmless.js"
import { labelOf } from "../terminal/Text.js"

type Decided = EntityKey & Decision

const choices: Readonly<Record<string, OnConflict>> = { k: "keep", r: "replace", b: "both", c: "combine" }

/** The letter that an answer means, in the case it was given: `k`, `R` for all that follow. Nothing is `k`. */
const letterOf = (answer: string): string | undefined => {
  if (answer === "") return "k"
  return /^(?:[krbcdpKRBCD]|keep|replace|both|combine|diff|parts)$/.test(answer)
    ? answer.charAt(0)
    : undefined
}

/** One question for each part in which a song differs: nothing is the answer that today's stays. */
const askParts = (cli: Cli, library: Library, source: string, replacing: RestorePlan, item: PlanItem) =>
  Effect.gen(function* () {
    const parts = yield* partsOfItem(library, replacing, item)
    const decided: Array<NonNullable<Decision["parts"]>[number]> = []
    for (const { name, words, mayBeBoth } of parts) {
      cli.out.message([`${printable(name)}:`, ...words.map((word) => `  ${word}`)].join("\n"))
      let choice: OnConflict | undefined
      while (choice === undefined) {
        const both = mayBeBoth ? " keep [b]oth," : ""
        const answer = yield* cli.ask(`  [k]eep today's, [r]eplace with ${source}'s,${both} or [c]ombine? `)
        const letter = letterOf(answer)?.toLowerCase()
        choice = letter === "b" && !mayBeBoth ? undefined : choices[letter ?? ""]
      }
      if (choice !== "keep") decided.push({ name, choice })
    }
    return decided
  })

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
): Effect.Effect<ReadonlyArray<Decided>, CliFailure> =>
  Effect.gen(function* () {
    const decisions: Array<Decided> = []
    let forAll: OnConflict | undefined
    if (conflicts.length > 1)
      cli.out.message("A capital letter (K, R, B or C) is the answer for all that follow as well.")
    for (const item of conflicts) {
      const name = printable(labelOf(item))
      const replaced = replacing.items.find(({ kind, id }) => kind === item.kind && id === item.id)
      let choice = forAll
      let parts: Decision["parts"]
      while (choice === undefined) {
        const answer = yield* cli.ask(
          `${name} ${why}: [k]eep today's, [r]eplace with ${source}'s, keep [b]oth, [c]ombine, part by [p]art, [d]iff? `
        )
        const letter = letterOf(answer)
        if (letter === undefined) continue
        if (letter.toLowerCase() === "d") {
          const words = replaced === undefined ? [] : yield* changesOfItem(library, replacing, replaced)
          cli.out.message(
            [
              `Replacing ${labelOf(item)} with ${source}'s would change:`,
              ...words.map((word) => `  ${word}`)
            ].join("\n")
          )
          continue
        }
        if (letter === "p") {
          if (replaced === undefined) continue
          parts = yield* askParts(cli, library, source, replacing, replaced)
          choice = "keep"
          continue
        }
        choice = choices[letter.toLowerCase()]
        if (letter !== letter.toLowerCase()) forAll = choice
      }
      decisions.push({ kind: item.kind, id: item.id, choice, parts })
    }
    return decisions
  })
