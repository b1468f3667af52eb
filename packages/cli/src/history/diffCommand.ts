import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import { formatBackupTimestamp, formatCount } from "@white-room/core"
import { differenceJson } from "@white-room/core/output"
import type { Library, LibraryDifference, NamedEntity } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { byRanges, findRanged } from "../backup/RangedSource.js"
import { atOption, findSource } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, text } from "../command/Options.js"
import { badUsage, type CliFailure } from "../error/CliError.js"
import { fromOption, libraryInVault, requireVault } from "../select/PlaceFrom.js"
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
    named === 0 ? [] : [`  The last ${formatCount(named)} by name only: --verbose tells what changed in them`]
  const section = <A extends NamedEntity>(
    verb: string,
    items: ReadonlyArray<A>,
    more: (item: A) => ReadonlyArray<string> = () => [],
    below: ReadonlyArray<string> = []
  ): ReadonlyArray<string> => {
    const head = cli.out.paint("bold", `${verb} ${formatCount(items.length)}`)
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

interface Wanted {
  readonly source?: string
  readonly at?: Date
}

const isNow = ({ source, at }: Wanted): boolean => source === undefined && at === undefined

interface Ends {
  readonly sources: ReadonlyArray<string>
  readonly at?: Date | undefined
}

/** A from the words or --at, B from the words or now; now without a source. */
const endsOf = ({ sources, at }: Ends): Effect.Effect<readonly [Wanted, Wanted], CliFailure> => {
  const [first, second, third] = at === undefined ? sources : [undefined, ...sources]
  if (third !== undefined)
    return badUsage("--at is one of the two sides.", "Name one other, or none for now.")
  if (first === undefined && at === undefined)
    return badUsage(
      "Nothing to compare was named.",
      "For example: whiteroom diff latest, whiteroom diff b30 b31."
    )
  const wanted = (source = "now"): Wanted => (source.toLowerCase() === "now" ? {} : { source })
  return Effect.succeed([at === undefined ? wanted(first) : { at }, wanted(second)])
}

/** Each end as the library takes it, and as a person names it. */
const inLibrary = (cli: Cli, library: Library, [from, to]: readonly [Wanted, Wanted]) =>
  Effect.gen(function* () {
    const end = (wanted: Wanted) =>
      isNow(wanted) ? Effect.succeed({ reference: "now", name: "now" }) : findSource(cli, library, wanted)
    const [a, b] = [yield* end(from), yield* end(to)]
    const difference = yield* library.history.diff(a.reference, b.reference, {
      words: wordsWanted(cli.out.options)
    })
    return { difference, from: a.name, to: b.name }
  })

/** In a vault by what lies between them; `undefined` where the whole log tells more, or sooner. */
const byWhatLiesBetween = (cli: Cli, vault: Vault, [from, to]: readonly [Wanted, Wanted]) =>
  byRanges(cli, vault, (reader) =>
    Effect.gen(function* () {
      const { differenceIn } = yield* loadVault
      const end = (wanted: Wanted) =>
        Effect.gen(function* () {
          if (isNow(wanted)) return { position: yield* reader.head, name: "now", label: "now" }
          const source = yield* findRanged(cli, reader, wanted)
          if (source === undefined) return undefined
          const { position, name, backup, timestamp } = source
          const label = backup === undefined ? `${name} of ${formatBackupTimestamp(timestamp)}` : name
          return { position, name, label }
        })
      const [a, b] = [yield* end(from), yield* end(to)]
      if (a === undefined || b === undefined) return undefined
      const labelled = ({ position, label }: typeof a) => ({ position, name: label })
      const options = { words: wordsWanted(cli.out.options) }
      const difference = yield* differenceIn(reader, labelled(a), labelled(b), options)
      return difference && { difference, from: a.name, to: b.name }
    })
  )

export const diffCommand = define(
  "diff",
  {
    brief: "What changed, in words of music.",
    onServer: true,
    description:
      "From A to B. Either is a backup (b31, latest~2, an id), a position such as @1234, or now; B is now when it is not said. --at names A by a time. With --json every change comes as RFC 6902 too.",
    examples: [
      ["whiteroom diff latest", "what changed since the newest backup"],
      ["whiteroom diff b30 b31", "from one backup to another"],
      ['whiteroom diff --at "yesterday 18:00"', "what changed since then"]
    ]
  },
  () =>
    object({
      sources: multiple(argument(text("A|B"), "A, then B."), { max: 2 }),
      at: atOption('A is the state at a time: "2026-11-20 14:30", "yesterday 18:00", "last week", 6pm, 2h.'),
      from: fromOption()
    }),
  ({ from: named, ...wish }, cli) =>
    Effect.gen(function* () {
      const ends = yield* endsOf(wish)
      const place = named ?? cli.server?.place
      const vault = place === undefined ? undefined : yield* requireVault(cli, place)
      const ranged = vault && (yield* byWhatLiesBetween(cli, vault, ends))
      const { difference, from, to } =
        ranged ??
        (yield* inLibrary(cli, yield* vault === undefined ? cli.open : libraryInVault(cli, vault), ends))
      return cli.out.show(differenceJson(difference), () => screen(cli, difference, from, to))
    })
)
