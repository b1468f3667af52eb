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
import { attempt, badUsage, type CliFailure } from "../CliError.js"
import { selectAllByText } from "../entities/selectByText.js"
import type { Source } from "../input/source.js"
import type { Named } from "../select.js"

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

/** Entries of one kind; those that are in the library too say when they last changed there. */
const namedEntries = (
  entries: ReadonlyArray<BackupEntry>,
  kind: EntityKey["kind"],
  today: ReadonlyArray<Named>
): ReadonlyArray<Named> => {
  const known = new Map(today.map((item) => [item.id, item]))
  return entries
    .filter((entry) => entry.kind === kind)
    .map(({ id, name }) => ({ ...known.get(id), id, name }))
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

/** The performances of the source with their songs and tags, from the log; no document is read. */
const pastPerformances = (library: Library, source: Source, entries: ReadonlyArray<BackupEntry>) =>
  Effect.forEach(
    entries.filter(({ kind }) => kind === "performance"),
    (entry) =>
      Effect.map(library.log.state(entry, source.position), ({ record }): PastPerformance => {
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
  return Effect.fail(
    badUsage(
      `No performance in ${where} has the tag ${unknown}. Nothing was changed.`,
      known.length === 0 ? `No performance in ${where} has a tag.` : `The tags there: ${known.join(", ")}.`
    )
  )
}

const keyOf = ({ kind, id }: EntityKey): EntityKey => ({ kind, id })

/** Preferences are restored as a whole record each; which fields is said elsewhere. */
const savedPreferences = (entries: ReadonlyArray<BackupEntry>, where: string) => {
  const saved = entries.filter(({ kind }) => kind === "preferences")
  return saved.length > 0
    ? Effect.succeed(saved)
    : new EntityNotFound({ kind: "preferences", name: "record", where, near: [] })
}

const differing = (library: Library, source: Source, entries: ReadonlyArray<BackupEntry>) =>
  Effect.filter(entries, (entry) =>
    Effect.map(
      library.backups.planRestore(source.reference, { only: [keyOf(entry)], withoutSongs: true }),
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
    const { entries } = yield* library.entries(source.reference)
    const where = source.name
    const pick = (kind: Exclude<Kind, "preferences">, names: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        if (names.length === 0) return []
        const today = yield* kind === "song" ? library.songs.getAll() : library.performances.getAll()
        const found = yield* attempt(() =>
          selectAllByText(namedEntries(entries, kind, today), names, { kind, where })
        )
        return found.map(({ id }): EntityKey => ({ kind, id }))
      })
    const chosenSongs = yield* pick("song", songs)
    const named = yield* pick("performance", performances)
    const past = tags.length + songs.length > 0 ? yield* pastPerformances(library, source, entries) : []
    const tagged = tags.length > 0 ? yield* withTags(past, tags, where) : []
    const ids = new Set(chosenSongs.map(({ id }) => id))
    const known = new Set([...named, ...tagged].map(({ id }) => id))
    const theirs = past
      .filter(({ songId, entry }) => ids.has(songId) && !known.has(entry.id))
      .map(({ entry }) => entry)
    const saved = preferences ? yield* savedPreferences(entries, where) : []
    const chosen = [...chosenSongs, ...named, ...tagged, ...(withPerformances ? theirs : []), ...saved]
    return {
      only: [...new Map(chosen.map((key) => [`${key.kind} ${key.id}`, keyOf(key)])).values()],
      offered: withPerformances ? [] : yield* differing(library, source, theirs)
    }
  })
