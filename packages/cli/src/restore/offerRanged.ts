import { decodeRecord, type EntityKey, Text } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { FoundEntity, Vault, VaultReader } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { byRanges, findRanged, rangedEntries } from "../backup/RangedSource.js"
import type { Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { attempt, type CliFailure } from "../error/CliError.js"
import { byIdOnly, idOnly } from "../select/Names.js"
import { selectAllByText } from "../select/Patterns.js"
import type { RestoreWish } from "./checkWish.js"

/** Songs and performances that were named, each as it was; and in what words they are found in the offered part. */
export interface RangedOffer {
  readonly source: Source
  readonly names: Pick<RestoreWish, "songs" | "performances">
}

/** Whether named songs and performances are all that is wished. Everything else takes the whole state, or the whole log. */
const isAboutNamed = (wish: RestoreWish): boolean =>
  wish.songs.length + wish.performances.length > 0 &&
  wish.tags.length === 0 &&
  wish.kinds.length === 0 &&
  !wish.preferences &&
  !wish.withPerformances &&
  wish.mode === "merge" &&
  wish.onConflict !== "combine" &&
  wish.onConflict !== "ask"

/** The keys that words mean; names are read only where there are other words than `id:…`. */
const keysOf = (vault: Vault, reader: VaultReader, source: Source, wish: RestoreWish) =>
  Effect.gen(function* () {
    const wanted = { song: wish.songs, performance: wish.performances }
    const ids = [...wish.songs, ...wish.performances].every((name) => idOnly(name) !== undefined)
    const entries = ids ? [] : yield* rangedEntries(vault, reader, source)
    const keys: Array<EntityKey> = []
    for (const kind of ["song", "performance"] as const) {
      const known = entries.filter((entry) => entry.kind === kind)
      for (const name of wanted[kind]) {
        const id = idOnly(name)
        if (id !== undefined) keys.push({ kind, id })
        else
          keys.push(
            ...(yield* attempt(() => selectAllByText(known, [name], { kind, where: source.name }))).map(
              (entry): EntityKey => ({ kind, id: entry.id })
            )
          )
      }
    }
    return keys
  })

/** The song of a performance, which a restore of it brings where it is missing. */
const songOf = ({ record }: FoundEntity): ReadonlyArray<EntityKey> => {
  const cell = record && decodeRecord("performance", record).get("song_id")
  return cell instanceof Text ? [{ kind: "song", id: cell.toString() }] : []
}

/** `undefined` for an entity that was not there, of which the whole log tells more. */
const readAll = (reader: VaultReader, keys: ReadonlyArray<EntityKey>, position: number) =>
  Effect.gen(function* () {
    const found = new Map<string, EntityKey & FoundEntity & { readonly record: Uint8Array }>()
    const documents = new Map<string, Uint8Array>()
    const read = (key: EntityKey) =>
      Effect.gen(function* () {
        const name = `${key.kind} ${key.id}`
        const known = found.get(name)
        if (known !== undefined) return known
        const entity = yield* reader.entity(key, position)
        if (entity?.record === undefined) return undefined
        const read = { ...key, ...entity, record: entity.record }
        found.set(name, read)
        for (const [hash, bytes] of entity.documents) documents.set(hash, bytes)
        return read
      })
    for (const key of keys) {
      const entity = yield* read(key)
      if (entity === undefined) return undefined
      if (key.kind === "performance") for (const song of songOf(entity)) yield* read(song)
    }
    return { entities: [...found.values()], documents }
  })

/**
 * Makes songs and performances of a vault a source for a restore, without bringing more of it here. `undefined` where that
 * does not answer: then the whole library there is looked at.
 */
export const offerRanged = (
  cli: Cli,
  library: Library,
  vault: Vault,
  from: string,
  wish: RestoreWish
): Effect.Effect<RangedOffer | undefined, CliFailure> =>
  Effect.gen(function* () {
    if (!isAboutNamed(wish) || (wish.source !== undefined && wish.at !== undefined)) return undefined
    const read = yield* byRanges(cli, vault, (reader) =>
      Effect.gen(function* () {
        const source = yield* findRanged(cli, reader, wish)
        if (source === undefined) return undefined
        const keys = yield* keysOf(vault, reader, source, wish)
        const all = yield* readAll(reader, keys, source.position)
        return all && { source, keys, ...all }
      })
    )
    if (read === undefined) return undefined
    const { offerPart } = yield* loadVault
    const { source, keys, entities, documents } = read
    const part = { state: source.name, backup: source.backup, entities, documents }
    const { reference } = yield* offerPart(library, part, from)
    const idsOf = (kind: EntityKey["kind"]) =>
      keys.filter((key) => key.kind === kind).map(({ id }) => byIdOnly(id))
    return {
      source: { ...source, reference },
      names: { songs: idsOf("song"), performances: idsOf("performance") }
    }
  }).pipe(
    // Among others these words say of several songs when they last changed, which the library here may know.
    Effect.catchTag("AmbiguousName", () => Effect.succeed(undefined))
  )
