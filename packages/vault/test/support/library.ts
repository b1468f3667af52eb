import { join } from "node:path"
import { genesis } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import { type KnownVault, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Vault } from "../../src/index.js"
import { temporaryFolder } from "./temporaryFolder.js"

/** A library with two songs, one of them edited, and a backup. */
export const someLibrary = Effect.gen(function* () {
  const path = join(yield* temporaryFolder, "library.db")
  yield* createLibrary(path)
  const library = yield* openLibrary(path, { actor: "ada@studio" })
  const song = (id: string, name: string, songDataJSON: string) => ({
    id,
    name,
    songDataJSON,
    determinismSeed: id
  })
  yield* library.songs.upsertAll([
    song("s1", "Night Drive", '{"bars":["velvet"]}'),
    song("s2", "Low Tide", '{"bars":["harbour"]}')
  ])
  yield* library.backups.take({ description: "before the tour" })
  yield* library.songs.upsertAll([song("s1", "Night Drive", '{"bars":["velvet","moonlit"]}')])
  return library
})

/** The library knows this vault, and pushed nothing yet. */
export const knows = (
  library: Library,
  vault: Vault
): Effect.Effect<
  KnownVault,
  Effect.Effect.Error<ReturnType<ReturnType<typeof vaultRecords>["remember"]>>
> => {
  const records = vaultRecords(library)
  const known = {
    name: "cloud",
    place: vault.blobs.place,
    vaultId: vault.id,
    line: "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad0aa",
    pushed: { position: 0, chainHash: genesis },
    pushedAt: 0
  }
  return Effect.as(records.remember(known), { ...known, isOwnLine: true })
}
