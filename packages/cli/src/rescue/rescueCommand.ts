/** `rescue`: something is missing, and somebody is upset. Asks, finds, offers, brings back. */
import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { EntityNotFound, ExitCode } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { argument, text } from "../command/Options.js"
import { chooseOne, chooseVersionOf } from "../restore/OldVersions.js"
import { performRestore } from "../restore/performRestore.js"
import { capturePending } from "../select/capturePending.js"
import { findMissing, type Missing } from "./Missing.js"
import { missingJson, missingText } from "./RescueText.js"

const nothing = (cli: Cli): number => {
  cli.out.message("Nothing was changed. whiteroom find TEXT looks into composers, genres and notes, too.")
  return ExitCode.done
}

/** From what may be meant to what came back. */
const converse = (cli: Cli, library: Library, found: ReadonlyArray<Missing>) =>
  Effect.gen(function* () {
    cli.out.message(missingText(found, cli.now()))
    const missing = found.length === 1 ? found[0] : yield* chooseOne(cli, found, "Which one?")
    const wish = missing && (yield* chooseVersionOf(cli, missing))
    return wish === undefined ? nothing(cli) : yield* performRestore(cli, library, wish)
  })

export const rescueCommand = define(
  "rescue",
  {
    brief: "Something is missing: find it and bring it back, step by step.",
    description:
      "Asks what is missing, and looks through all names of today and of the past; slips, parts of a name and accents do not matter. Says when it was changed or deleted and by whom, shows the versions there are with what differs, and brings the chosen one back: the plan is shown first, and whiteroom undo takes it back. Without a terminal, and with --json, it prints what it found.",
    examples: [
      ["whiteroom rescue", "asks what is missing"],
      ["whiteroom rescue nite driv", "finds Night Drive, also when it is deleted or was renamed"]
    ]
  },
  () =>
    object({
      words: multiple(argument(text("WORDS"), "What you remember of its name. Default: what changed last."))
    }),
  ({ words }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      yield* capturePending(library)
      const said = words.join(" ").trim()
      const asked =
        said === "" && cli.interactive
          ? yield* cli.ask("What is missing? (part of its name; Enter: what changed last) ")
          : said
      const found = yield* findMissing(library, asked)
      if (found.length === 0)
        return yield* new EntityNotFound({
          kind: "song",
          name: asked,
          where: "this library or its history",
          near: []
        })
      if (cli.interactive) return yield* converse(cli, library, found)
      cli.out.list(found.map(missingJson), () => missingText(found, cli.now()), "")
      return ExitCode.done
    })
)
