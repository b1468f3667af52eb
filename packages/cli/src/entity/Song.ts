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
  type Song,
  type SongSummary,
  utf8
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Cli, define } from "../command/Command.js"
import { attempt, badUsage, type CliFailure } from "../error/CliError.js"
import { historyOf } from "../history/History.js"
import { importFiles } from "../import/importFiles.js"
import { fieldList, table } from "../output/Table.js"
import { count } from "../output/Text.js"
import { ago, clock, exactTime } from "../output/Time.js"
import { songJson, songSummaryJson } from "../schema/Json.js"
import { selectAll, selectOne } from "../select/Select.js"
import { deleteEntities } from "./deleteEntities.js"
import { documentBytes, exportDocuments } from "./exportDocuments.js"

const here = { kind: "song", where: "this library" } as const

const songArguments = (min: number) =>
  multiple(argument(string({ metavar: "SONG" }), { description: message`An id or a name.` }), { min })

const songTable = (cli: Cli, songs: ReadonlyArray<SongSummary>): string =>
  table({
    columns: [
      { header: "Name", shrink: true },
      { header: "Composer", shrink: true, optional: true },
      { header: "Key", optional: true },
      { header: "Length", align: "right", optional: true },
      { header: "Changed" },
      { header: "Id", colour: "dim" }
    ],
    rows: songs.map((song) => [
      song.name,
      song.composer ?? "",
      song.key ?? "",
      song.duration === undefined ? "" : clock(song.duration),
      ago(song.updatedAt, cli.now()),
      song.id
    ]),
    paint: cli.out.paint,
    width: cli.out.width
  })

const list = define(
  "list",
  { brief: message`The songs of the library, by name.` },
  object({
    search: optional(
      option("--search", string({ metavar: "TEXT" }), {
        description: message`Only those with this text in their name, composer, description or genre.`
      })
    )
  }),
  ({ search }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const songs = yield* search === undefined ? library.songs.getAll() : library.songs.search(search)
      const none =
        search === undefined ? "No songs yet: whiteroom song import DIR" : `No song has "${search}".`
      return cli.out.list(songs.map(songSummaryJson), () => songTable(cli, songs), none)
    })
)

const songDetails = (cli: Cli, song: Song): string =>
  fieldList(
    song.name,
    [
      ["id", song.id],
      ["composer", song.composer],
      ["description", song.description],
      ["genre", song.genre],
      ["key", song.key],
      ["length", song.duration === undefined ? undefined : clock(song.duration)],
      ["created", exactTime(song.createdAt)],
      ["changed", exactTime(song.updatedAt)],
      ["seed", song.determinismSeed],
      ...Object.entries(song.customMetadata ?? {}),
      ["document", formatBackupSize(utf8(song.songDataJSON).length)]
    ],
    cli.out.paint
  )

const show = define(
  "show",
  { brief: message`One song; with --json its document too.` },
  object({ song: argument(string({ metavar: "SONG" }), { description: message`An id or a name.` }) }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const songs = yield* library.songs.getAll()
      const { id } = yield* attempt(() => selectOne(songs, options.song, here))
      const song = yield* library.songs.read(id)
      return cli.out.show(songJson(song), () => songDetails(cli, song))
    })
)

const importSongs = define(
  "import",
  {
    brief: message`Bring in song files, or folders of them.`,
    description: message`Takes Song objects, old song models, demo songs and any JSON object with a name or title; the file is kept byte for byte. Songs that are there already are replaced, unchanged ones skipped. One bad file never stops the rest.`
  },
  object({
    paths: multiple(
      argument(path({ metavar: "FILE|DIR" }), { description: message`A song file, or a folder of them.` }),
      {
        min: 1
      }
    )
  }),
  ({ paths }, cli) => importFiles(cli, { paths, kind: "song", onConflict: "replace" })
)

/** The hash of the document in the record of a song. */
const documentHash = (record: Uint8Array): Uint8Array | undefined => {
  const cell = decodeRecord("song", record).get("song_data_json")
  return cell instanceof ObjectRef ? cell.hash : undefined
}

const readDocument =
  (library: Library) =>
  (id: string): Effect.Effect<Uint8Array, CliFailure> =>
    Effect.flatMap(library.songs.read(id), ({ songDataJSON }) =>
      documentBytes(library, { kind: "song", id }, songDataJSON, documentHash)
    )

const exportSongs = define(
  "export",
  { brief: message`Write the documents of songs as files, byte for byte.` },
  object({
    songs: songArguments(0),
    all: option("--all", { description: message`Every song.` }),
    to: option("--to", path({ metavar: "DIR" }), {
      description: message`The folder to write to; made when missing.`
    }),
    force: option("--force", { description: message`Replace files that are there.` })
  }),
  (options, cli) =>
    Effect.gen(function* () {
      if (options.all === options.songs.length > 0)
        return yield* Effect.fail(
          badUsage(
            "Name the songs to export, or say --all. Nothing was written.",
            "See `whiteroom help song export`."
          )
        )
      const library = yield* cli.open
      const songs = yield* library.songs.getAll()
      const chosen = options.all ? songs : yield* attempt(() => selectAll(songs, options.songs, here))
      return yield* exportDocuments(cli, "song", chosen, options, readDocument(library))
    })
)

/** Performances stay when their song goes; that is worth knowing before. */
const orphans = (library: Library, songs: ReadonlyArray<SongSummary>) =>
  Effect.forEach(songs, ({ id }) => library.performances.getBySongId(id)).pipe(
    Effect.map((found) => {
      const left = found.flat().length
      return left === 0
        ? ""
        : `${count(left, "performance")} of ${songs.length === 1 ? "it" : "them"} will stay.`
    })
  )

const deleteSongs = define(
  "delete",
  { brief: message`Delete songs. Backups keep theirs.` },
  object({ songs: songArguments(1) }),
  (options, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const songs = yield* library.songs.getAll()
      const chosen = yield* attempt(() => selectAll(songs, options.songs, here))
      return yield* deleteEntities(cli, library, "song", chosen, yield* orphans(library, chosen))
    })
)

const subcommands = or(list, show, historyOf("song"), importSongs, exportSongs, deleteSongs, {
  errors: { noMatch: message`Say what to do with songs: list, show, history, import, export or delete.` }
})

export const song = command("song", subcommands, {
  brief: message`List, show, import, export or delete songs.`
})
export const songs = command("songs", subcommands, { brief: message`The same as song.`, hidden: true })
