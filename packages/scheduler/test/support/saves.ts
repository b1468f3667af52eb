/** A library whose songs are saved as a test wants it, and songs to save. */
import { DiskFull, type SongInput } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { AutoSaveEvent } from "../../src/index.js"

export const song = (id: string, revision: number): SongInput => ({
  id,
  name: `Song ${id}`,
  songDataJSON: JSON.stringify({ revision }),
  determinismSeed: "seed"
})

export const revisionOf = ({ songDataJSON }: { readonly songDataJSON: string }): number =>
  JSON.parse(songDataJSON).revision

/** What a save of this library goes through before it begins. */
export const withSaves = (
  library: Library,
  before: (song: SongInput) => Effect.Effect<void, DiskFull>
): Library => {
  const upsert: Library["songs"]["upsert"] = (entity, options) =>
    Effect.zipRight(before(entity), library.songs.upsert(entity, options))
  return { ...library, songs: Object.assign(Object.create(library.songs), { upsert }) }
}

export const diskFull = (library: Library) => new DiskFull({ path: library.path })

/** An event in short: `saved s1`, `failed s1 (2)`. */
export const shortly = (event: AutoSaveEvent): string =>
  event._tag === "Saved" ? `saved ${event.id}` : `failed ${event.id} (${event.attempt})`
