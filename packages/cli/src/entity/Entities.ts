/** What tells songs and performances apart. All else of their commands is the same. */
import {
  type EntityService,
  formatBackupSize,
  type Performance,
  type PerformanceSummary,
  type Song,
  type SongSummary,
  utf8
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { CliFailure } from "../error/CliError.js"
import type { Column, Field } from "../terminal/Table.js"
import { count } from "../terminal/Text.js"
import { ago, clock, exactTime } from "../terminal/Time.js"

type Told<A> = Effect.Effect<A, CliFailure>

/** `A`: as it is read. `S`: without its document, as in lists. */
export interface Entities<A, S> {
  readonly kind: "song" | "performance"
  readonly metavar: "SONG" | "PERFORMANCE"
  /** Where --search looks. */
  readonly searched: string
  /** What `import` takes. */
  readonly imports: string
  readonly repository: (library: Library) => Pick<EntityService<A, never, S>, "read" | "list" | "search">
  readonly columns: ReadonlyArray<Column>
  readonly rows: (
    library: Library,
    found: ReadonlyArray<S>,
    now: Date
  ) => Told<ReadonlyArray<ReadonlyArray<string>>>
  readonly details: (library: Library, entity: A) => Told<ReadonlyArray<Field>>
  readonly document: (entity: A) => string
  readonly documentColumn: string
  /** Worth knowing before these are deleted; empty: nothing is. */
  readonly beforeDelete: (library: Library, chosen: ReadonlyArray<S>) => Told<string>
}

const timesOf = ({ createdAt, updatedAt }: Song | Performance): ReadonlyArray<Field> => [
  ["created", exactTime(createdAt)],
  ["changed", exactTime(updatedAt)]
]

const sizeOf = (document: string): Field => ["document", formatBackupSize(utf8(document).length)]

export const songs: Entities<Song, SongSummary> = {
  kind: "song",
  metavar: "SONG",
  searched: "name, composer, description or genre",
  imports:
    "Takes Song objects, old song models, demo songs and any JSON object with a name or title; the file is kept byte for byte. Songs that are there already are replaced, unchanged ones skipped. One bad file never stops the rest.",
  repository: (library) => library.songs,
  columns: [
    { header: "Name", shrink: true },
    { header: "Composer", shrink: true, optional: true },
    { header: "Key", optional: true },
    { header: "Length", align: "right", optional: true },
    { header: "Changed" },
    { header: "Id", colour: "dim" }
  ],
  rows: (_, found, now) =>
    Effect.succeed(
      found.map((song) => [
        song.name,
        song.composer ?? "",
        song.key ?? "",
        song.duration === undefined ? "" : clock(song.duration),
        ago(song.updatedAt, now),
        song.id
      ])
    ),
  details: (_, song) =>
    Effect.succeed([
      ["id", song.id],
      ["composer", song.composer],
      ["description", song.description],
      ["genre", song.genre],
      ["key", song.key],
      ["length", song.duration === undefined ? undefined : clock(song.duration)],
      ...timesOf(song),
      ["seed", song.determinismSeed],
      ...Object.entries(song.customMetadata ?? {}),
      sizeOf(song.songDataJSON)
    ]),
  document: (song) => song.songDataJSON,
  documentColumn: "song_data_json",
  // Performances stay when their song goes.
  beforeDelete: (library, chosen) =>
    Effect.map(
      Effect.forEach(chosen, ({ id }) => library.performances.ofSong(id)),
      (found) => {
        const left = found.flat().length
        const them = chosen.length === 1 ? "it" : "them"
        return left === 0 ? "" : `${count(left, "performance")} of ${them} will stay.`
      }
    )
}

/** Names of the songs by id. */
const songNames = (library: Library) =>
  Effect.map(library.songs.list(), (all) => new Map<string, string>(all.map(({ id, name }) => [id, name])))

export const performances: Entities<Performance, PerformanceSummary> = {
  kind: "performance",
  metavar: "PERFORMANCE",
  searched: "name, description or tags",
  imports:
    "Takes Performance objects of Node and of iOS, table rows, and any JSON object with a name and a song id. One bad file never stops the rest.",
  repository: (library) => library.performances,
  columns: [
    { header: "Name", shrink: true },
    { header: "Song", shrink: true, optional: true },
    { header: "", optional: true },
    { header: "Length", align: "right", optional: true },
    { header: "Changed" },
    { header: "Id", colour: "dim" }
  ],
  rows: (library, found, now) =>
    Effect.map(songNames(library), (names) =>
      found.map((performance) => [
        performance.name,
        names.get(performance.songId) ?? performance.songId,
        performance.isFavorite ? "favourite" : "",
        clock(performance.duration),
        ago(performance.updatedAt, now),
        performance.id
      ])
    ),
  details: (library, performance) =>
    Effect.map(songNames(library), (names): ReadonlyArray<Field> => {
      const { songId } = performance
      const song = names.get(songId)
      return [
        ["id", performance.id],
        ["song", song === undefined ? `${songId} (not in this library)` : `${song}  ${songId}`],
        ["description", performance.description],
        ["length", clock(performance.duration)],
        ["favourite", performance.isFavorite ? "yes" : "no"],
        ["tags", performance.tags.join(", ")],
        ...timesOf(performance),
        sizeOf(performance.performanceDataJSON)
      ]
    }),
  document: (performance) => performance.performanceDataJSON,
  documentColumn: "performance_data_json",
  beforeDelete: () => Effect.succeed("")
}
