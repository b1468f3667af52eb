import { object, or } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { multiple, optional } from "@optique/core/modifiers"
import { argument, command, option } from "@optique/core/primitives"
import { string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import {
  decodeRecord,
  formatBackupSize,
  ObjectRef,
  type Performance,
  type PerformanceSummary,
  utf8
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { attempt, badUsage, type CliFailure } from "../error/CliError.js"
import { historyOf } from "../history/History.js"
import { importFiles } from "../import/importFiles.js"
import { fieldList, table } from "../output/Table.js"
import { ago, clock, exactTime } from "../output/Time.js"
import { performanceJson, performanceSummaryJson } from "../schema/Json.js"
import { selectAll, selectOne } from "../select/Select.js"
import { deleteEntities } from "./deleteEntities.js"
import { documentBytes, exportDocuments } from "./exportDocuments.js"

const here = { kind: "performance", where: "this library" } as const

const performanceArguments = (min: number) =>
  multiple(argument(string({ metavar: "PERFORMANCE" }), { description: message`An id or a name.` }), { min })

/** Names of the songs by id. */
const songNames = (library: Library) =>
  Effect.map(
    library.songs.getAll(),
    (songs): ReadonlyMap<string, string> => new Map(songs.map(({ id, name }) => [id, name]))
  )

const performanceTable = (
  cli: Cli,
  performances: ReadonlyArray<PerformanceSummary>,
  songs: ReadonlyMap<string, string>
): string =>
  table({
    columns: [
      { header: "Name", shrink: true },
      { header: "Song", shrink: true, optional: true },
      { header: "", optional: true },
      { header: "Length", align: "right", optional: true },
      { header: "Changed" },
      { header: "Id", colour: "dim" }
    ],
    rows: performances.map((performance) => [
      performance.name,
      songs.get(performance.songId) ?? performance.songId,
      performance.isFavorite ? "favourite" : "",
      clock(performance.duration),
      ago(performance.updatedAt, cli.now()),
      performance.id
    ]),
    paint: cli.out.paint,
    width: cli.out.width
  })

const list = define(
  "list",
  { brief: message`The performances of the library, by name.` },
  object({
    search: optional(
      option("--search", string({ metavar: "TEXT" }), {
        description: message`Only those with this text in their name, description or tags.`
      })
    )
  }),
  ({ search }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const found = yield* search === undefined
        ? library.performances.getAll()
        : library.performances.search(search)
      const songs = yield* songNames(library)
      const none =
        search === undefined
          ? "No performances yet: whiteroom performance import DIR"
          : `No performance has "${search}".`
      return cli.out.list(found.map(performanceSummaryJson), () => performanceTable(cli, found, songs), none)
    })
)

const performanceDetails = (cli: Cli, performance: Performance, song: string | undefined): string =>
  fieldList(
    performance.name,
    [
      ["id", performance.id],
      [
        "song",
        song === undefined ? `${performance.songId} (not in this library)` : `${song}  ${performance.songId}`
      ],
      ["description", performance.description],
      ["length", clock(performance.duration)],
      ["favourite", performance.isFavorite ? "yes" : "no"],
      ["tags", performance.tags.join(", ")],
      ["created", exactTime(performance.createdAt)],
      ["changed", exactTime(performance.updatedAt)],
      ["document", formatBackupSize(utf8(performance.performanceDataJSON).length)]
    ],
    cli.out.paint
  )

const show = define(
  "show",
  { brief: message`One performance; with --json its document too.` },
  object({
    performance: argument(string({ metavar: "PERFORMANCE" }), { description: message`An id or a name.` })
  }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const all = yield* library.performances.getAll()
      const { id } = yield* attempt(() => selectOne(all, options.performance, here))
      const performance = yield* library.performances.read(id)
      const songs = yield* songNames(library)
      const song = songs.get(performance.songId)
      return cli.out.show(performanceJson(performance), () => performanceDetails(cli, performance, song))
    })
)

const importPerformances = define(
  "import",
  {
    brief: message`Bring in performance files, or folders of them.`,
    description: message`Takes Performance objects of Node and of iOS, table rows, and any JSON object with a name and a song id. One bad file never stops the rest.`
  },
  object({
    paths: multiple(
      argument(path({ metavar: "FILE|DIR" }), {
        description: message`A performance file, or a folder of them.`
      }),
      { min: 1 }
    )
  }),
  ({ paths }, cli) => importFiles(cli, { paths, kind: "performance", onConflict: "replace" })
)

/** The hash of the document in the record of a performance. */
const documentHash = (record: Uint8Array): Uint8Array | undefined => {
  const cell = decodeRecord("performance", record).get("performance_data_json")
  return cell instanceof ObjectRef ? cell.hash : undefined
}

const readDocument =
  (library: Library) =>
  (id: string): Effect.Effect<Uint8Array, CliFailure> =>
    Effect.flatMap(library.performances.read(id), ({ performanceDataJSON }) =>
      documentBytes(library, { kind: "performance", id }, performanceDataJSON, documentHash)
    )

const exportPerformances = define(
  "export",
  { brief: message`Write the documents of performances as files, byte for byte.` },
  object({
    performances: performanceArguments(0),
    all: option("--all", { description: message`Every performance.` }),
    to: option("--to", path({ metavar: "DIR" }), {
      description: message`The folder to write to; made when missing.`
    }),
    force: option("--force", { description: message`Replace files that are there.` })
  }),
  (options, cli) =>
    Effect.gen(function* () {
      if (options.all === options.performances.length > 0)
        return yield* Effect.fail(
          badUsage(
            "Name the performances to export, or say --all. Nothing was written.",
            "See `whiteroom help performance export`."
          )
        )
      const library = yield* cli.open
      const all = yield* library.performances.getAll()
      const chosen = options.all ? all : yield* attempt(() => selectAll(all, options.performances, here))
      return yield* exportDocuments(cli, "performance", chosen, options, readDocument(library))
    })
)

const deletePerformances = define(
  "delete",
  { brief: message`Delete performances. Backups keep theirs.` },
  object({ performances: performanceArguments(1) }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const all = yield* library.performances.getAll()
      const chosen = yield* attempt(() => selectAll(all, options.performances, here))
      return yield* deleteEntities(cli, library, "performance", chosen, "")
    })
)

const subcommands = or(
  list,
  show,
  historyOf("performance"),
  importPerformances,
  exportPerformances,
  deletePerformances,
  {
    errors: {
      noMatch: message`Say what to do with performances: list, show, history, import, export or delete.`
    }
  }
)

export const performance = command("performance", subcommands, {
  brief: message`List, show, import, export or delete performances.`
})
export const performances = command("performances", subcommands, {
  brief: message`The same as performance.`,
  hidden: true
})
