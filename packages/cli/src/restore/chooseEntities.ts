/** What a person named for a restore, as keys of entities that the source holds. */
import {
  type BackupEntry,
  decodeRecord,
  type EntityKey,
  EntityNotFound,
  type Kind,
  ObjectRef
} from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Source } from "../backup/Source.js"
import { attempt, type CliFailure, refusal } from "../error/CliError.js"
import type { Named } from "../select/Names.js"
import { idOnly } from "../select/Names.js"
import { selectAllByText } from "../select/Patterns.js"

export interface Wanted {
  readonly songs: ReadonlyArray<string>
  readonly performances: ReadonlyArray<string>
  /** Performances with one of these tags. */
  readonly tags: ReadonlyArray<string>
  readonly preferences: boolean
  readonly withPerformances: boolean
}

export interface Choice {
  /** `undefined`: everything. */
  readonly only: ReadonlyArray<EntityKey> | undefined
  /** Performances of chosen songs that the source has otherwise than today, and that were not asked for. */
  readonly offered: ReadonlyArray<BackupEntry>
}

/** Those that are in the library too say when they last changed there. */
const namedEntries = (
  entries: ReadonlyArray<BackupEntry>,
  today: ReadonlyArray<Named>
): ReadonlyArray<Named> => {
  const known = new Map(today.map((item) => [item.id, item]))
  return entries.map(({ id, name }) => ({ ...known.get(id), id, name }))
}

interface PastPerformance {
  readonly entry: BackupEntry
  readonly songId: string
  readonly tags: ReadonlyArray<string>
}

const textsOf = (json: string): ReadonlyArray<string> => {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : []
  } catch {
    return []
  }
}

/** The performances of the source with their songs and tags; no document is read. */
const pastPerformances = (library: Library, source: Source, entries: ReadonlyArray<BackupEntry>) =>
  Effect.forEach(entries, (entry) =>
    Effect.map(library.history.recordAt(entry, source.reference), (record): PastPerformance => {
      const cells = record && decodeRecord("performance", record)
      const textOf = (column: string): string => {
        const cell = cells?.get(column)
        return cell === undefined || cell === null || cell instanceof ObjectRef ? "" : cell.toString()
      }
      return { entry, songId: textOf("song_id"), tags: textsOf(textOf("tags")) }
    })
  )

const withTags = (
  all: ReadonlyArray<PastPerformance>,
  tags: ReadonlyArray<string>,
  where: string
): Effect.Effect<ReadonlyArray<BackupEntry>, CliFailure> => {
  const known = [...new Set(all.flatMap((each) => each.tags))].toSorted()
  const unknown = tags.find((tag) => !known.includes(tag))
  if (unknown === undefined)
    return Effect.succeed(
      all.filter((each) => each.tags.some((tag) => tags.includes(tag))).map(({ entry }) => entry)
    )
  return refusal(
    `No performance in ${where} has the tag ${unknown}.`,
    known.length === 0 ? `No performance in ${where} has a tag.` : `The tags there: ${known.join(", ")}.`
  )
}

const keyOf = ({ kind, id }: EntityKey): EntityKey => ({ kind, id })

/** Whether the source has an entity of this id: one path of a tree, and nothing else is read. */
const isThere = (library: Library, source: Source, key: EntityKey) =>
  library.backups.plan(source.reference, { only: [key], withoutSongs: true }).pipe(
    Effect.as(true),
    Effect.catchTag("EntityNotFound", () => Effect.succeed(false))
  )

/** Those named by id or name; names of the source are read only where there are other words than `id:…`. */
const pick = (
  library: Library,
  source: Source,
  kind: Exclude<Kind, "preferences">,
  names: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<EntityKey>, CliFailure> =>
  Effect.gen(function* () {
    const keys = names.flatMap((name): ReadonlyArray<EntityKey> => {
      const id = idOnly(name)
      return id === undefined ? [] : [{ kind, id }]
    })
    const known = yield* Effect.forEach(keys, (key) => isThere(library, source, key))
    if (keys.length === names.length && known.every((is) => is)) return keys
    const { entries } = yield* library.history.entries(source.reference, [kind])
    const select = (today: ReadonlyArray<Named>) =>
      attempt(() => selectAllByText(namedEntries(entries, today), names, { kind, where: source.name }))
    // Only to tell those of one name apart.
    const today = kind === "song" ? library.songs.list() : library.performances.list()
    const found = yield* select([]).pipe(
      Effect.catchTag("AmbiguousName", () => Effect.flatMap(today, select))
    )
    return found.map(({ id }): EntityKey => ({ kind, id }))
  })

/** Preferences are restored as a whole record each; which fields is said elsewhere. */
const savedPreferences = (saved: ReadonlyArray<BackupEntry>, where: string) =>
  saved.length > 0
    ? Effect.succeed(saved)
    : new EntityNotFound({ kind: "preferences", name: "record", where, near: [] })

const differing = (library: Library, source: Source, entries: ReadonlyArray<BackupEntry>) =>
  Effect.filter(entries, (entry) =>
    Effect.map(
      library.backups.plan(source.reference, { only: [keyOf(entry)], withoutSongs: true }),
      ({ items }) => items.length > 0
    ).pipe(Effect.catchTag("MomentNotFound", () => Effect.succeed(false)))
  )

/** What was named, in the order of kinds. */
export const chooseEntities = (
  library: Library,
  source: Source,
  wanted: Wanted
): Effect.Effect<Choice, CliFailure> =>
  Effect.gen(function* () {
    const { songs, performances, tags, preferences, withPerformances } = wanted
    if (songs.length + performances.length + tags.length === 0 && !preferences)
      return { only: undefined, offered: [] }
    const entriesOf = (kind: Kind) =>
      Effect.map(library.history.entries(source.reference, [kind]), ({ entries }) => entries)
    const where = source.name
    const chosenSongs = yield* pick(library, source, "song", songs)
    const named = yield* pick(library, source, "performance", performances)
    const past =
      tags.length + songs.length > 0
        ? yield* pastPerformances(library, source, yield* entriesOf("performance"))
        : []
    const tagged = tags.length > 0 ? yield* withTags(past, tags, where) : []
    const ids = new Set(chosenSongs.map(({ id }) => id))
    const known = new Set([...named, ...tagged].map(({ id }) => id))
    const theirs = past
      .filter(({ songId, entry }) => ids.has(songId) && !known.has(entry.id))
      .map(({ entry }) => entry)
    const saved = preferences ? yield* savedPreferences(yield* entriesOf("preferences"), where) : []
    const chosen = [...chosenSongs, ...named, ...tagged, ...(withPerformances ? theirs : []), ...saved]
    return {
      only: [...new Map(chosen.map((key) => [`${key.kind} ${key.id}`, keyOf(key)])).values()],
      offered: withPerformances ? [] : yield* differing(library, source, theirs)
    }
  })
