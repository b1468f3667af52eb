import { object } from "@optique/core/constructs"
import { ExitCode, shortened } from "@white-room/core"
import { fieldOf, foundInWords, foundJson } from "@white-room/core/output"
import type { FoundVersion } from "@white-room/store"
import * as Effect from "effect/Effect"
import { byRanges } from "../backup/RangedSource.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { badUsage } from "../error/CliError.js"
import { capturePending } from "../select/capturePending.js"
import { fromOption, fromWords, libraryInVault, requireVault } from "../select/PlaceFrom.js"
import { ago } from "../terminal/Time.js"

const foundTable = (cli: Cli, all: ReadonlyArray<FoundVersion>): string =>
  cli.out.table(
    [
      { header: "Name", shrink: true },
      { header: "Kind", optional: true },
      { header: "In", shrink: true, optional: true },
      { header: "Since" },
      { header: "Until" },
      { header: "Position", align: "right" },
      { header: "Id", colour: "dim" }
    ],
    all.map((found) => [
      found.name,
      found.kind,
      found.columns.map(fieldOf).join(", "),
      found.firstIn === undefined ? ago(found.since, cli.now()) : `before ${found.firstIn}`,
      found.until === undefined ? "today" : ago(found.until, cli.now()),
      found.source,
      found.id
    ])
  )

/** In the library, or in a vault: there by its events alone, where they tell. */
const findEverywhere = (cli: Cli, text: string, from: string | undefined) =>
  Effect.gen(function* () {
    const vault = from === undefined ? undefined : yield* requireVault(cli, from)
    const { findIn } = yield* loadVault
    const ranged = vault && (yield* byRanges(cli, vault, (reader) => findIn(reader, text)))
    if (ranged !== undefined) return ranged
    const library = yield* vault === undefined ? cli.open : libraryInVault(cli, vault)
    yield* capturePending(library)
    return yield* library.history.find(text)
  })

export const findCommand = define(
  "find",
  {
    onServer: true,
    brief: "Find a text in names and metadata, through the whole history.",
    description:
      "Also of what was renamed or deleted; accents and capitals do not matter. Documents are not searched. Adopted and imported backups are, for the time before the log. What it finds can be restored from its position.",
    examples: [
      ["whiteroom find night", "what ever had this in its name or metadata, since when and until when"],
      ["whiteroom restore @1234 --song ID", "brings such a version back"]
    ]
  },
  () =>
    object({
      text: argument(text("TEXT"), "Any part of a name, composer, genre…"),
      from: fromOption()
    }),
  ({ text, from }, cli) =>
    Effect.gen(function* () {
      if (text.trim() === "") return yield* badUsage("There is no text to find.", "Say at least one letter.")
      const found = foundInWords(yield* findEverywhere(cli, text, from ?? cli.server?.place))
      cli.out.list(
        found.map(foundJson),
        () => foundTable(cli, found),
        `Nothing ever had "${shortened(text)}".`
      )
      const gone = found.find(({ until }) => until !== undefined)
      if (gone !== undefined && gone.kind !== "preferences")
        cli.out.message(
          `Positions are sources: whiteroom restore ${gone.source} --${gone.kind} ${gone.id}${fromWords(from)}`
        )
      return ExitCode.done
    })
)
