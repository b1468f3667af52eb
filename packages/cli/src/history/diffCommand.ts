import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { differenceJson } from "@white-room/core/output"
import type { Library, LibraryDifference, NamedEntity } from "@white-room/store"
import * as Effect from "effect/Effect"
import { atOption, findSource } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { argument, text } from "../command/Options.js"
import { badUsage } from "../error/CliError.js"
import { fromOption, openFrom } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
import { count, labelOf } from "../terminal/Text.js"

/** More changed songs than this are only named, and more changes of one song only counted, unless --verbose. */
const songsInWords = 50
const wordsShown = 12

/** What nobody would be shown is not worked out. */
const wordsWanted = ({ json, verbose }: Cli["out"]["options"]): number | true =>
  json || verbose ? true : songsInWords

const changeLines = (cli: Cli, changes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const limit = cli.out.options.verbose ? changes.length : wordsShown
  const more = changes.length - limit
  return [
    ...changes.slice(0, limit).map((change) => `    ${printable(change)}`),
    ...(more > 0 ? [`    and ${count(more, "more change")}: --verbose shows all`] : [])
  ]
}

const screen = (cli: Cli, difference: LibraryDifference, from: string, to: string): string => {
  const named = difference.changed.filter(({ changes }) => changes.length === 0).length
  const onlyNamed =
    named === 0
      ? []
      : [`  The last ${named.toLocaleString("en-US")} by name only: --verbose tells what changed in them`]
  const section = <A extends NamedEntity>(
    verb: string,
    items: ReadonlyArray<A>,
    more: (item: A) => ReadonlyArray<string> = () => [],
    below: ReadonlyArray<string> = []
  ): ReadonlyArray<string> => {
    const head = cli.out.paint("bold", `${verb} ${items.length.toLocaleString("en-US")}`)
    const lines = items.flatMap((item) => [`  ${printable(labelOf(item))}`, ...more(item)])
    return items.length === 0 ? [] : [[head, ...lines, ...below].join("\n")]
  }
  const sections = [
    ...section("Created", difference.created),
    ...section("Deleted", difference.deleted),
    ...section("Changed", difference.changed, ({ changes }) => changeLines(cli, changes), onlyNamed)
  ]
  const title = `From ${from} to ${to}`
  return sections.length === 0 ? `${title}: no difference.` : [`${title}:`, ...sections].join("\n\n")
}

interface Ends {
  readonly sources: ReadonlyArray<string>
  readonly at?: Date | undefined
}

/** A from the words or --at, B from the words or now; each as the library takes it, and as a person names it. */
const endsOf = (cli: Cli, library: Library, { sources, at }: Ends) =>
  Effect.gen(function* () {
    const [first, second, third] = at === undefined ? sources : [undefined, ...sources]
    if (third !== undefined)
      return yield* badUsage("--at is one of the two sides.", "Name one other, or none for now.")
    if (first === undefined && at === undefined)
      return yield* badUsage(
        "Nothing to compare was named.",
        "For example: whiteroom diff latest, whiteroom diff b30 b31."
      )
    const end = (wanted: { readonly source?: string | undefined; readonly at?: Date | undefined }) =>
      wanted.source?.toLowerCase() === "now"
        ? Effect.succeed({ reference: "now", name: "now" })
        : findSource(cli, library, wanted)
    const from = yield* end(at === undefined ? { source: first } : { at })
    return { from, to: yield* end({ source: second ?? "now" }) }
  })

export const diffCommand = define(
  "diff",
  {
    brief: "What changed, in words of music.",
    description:
      "From A to B. Either is a backup (b31, latest~2, an id), a position such as @1234, or now; B is now when it is not said. --at names A by a time. With --json every change comes as RFC 6902 too.",
    examples: [
      ["whiteroom diff latest", "what changed since the newest backup"],
      ["whiteroom diff b30 b31", "from one backup to another"],
      ['whiteroom diff --at "yesterday 18:00"', "what changed since then"]
    ]
  },
  object({
    sources: multiple(argument(text("A|B"), "A, then B."), { max: 2 }),
    at: atOption('A is the state at a time: "2026-11-20 14:30", "yesterday 18:00", "last week", 6pm, 2h.'),
    from: fromOption()
  }),
  ({ from: vault, ...wish }, cli) =>
    Effect.gen(function* () {
      const library = yield* openFrom(cli, vault)
      const { from, to } = yield* endsOf(cli, library, wish)
      const difference = yield* library.history.diff(from.reference, to.reference, {
        words: wordsWanted(cli.out.options)
      })
      return cli.out.show(differenceJson(difference), () => screen(cli, difference, from.name, to.name))
    })
)
