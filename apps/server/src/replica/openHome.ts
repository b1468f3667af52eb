import * as fs from "node:fs"
import * as path from "node:path"
import { VaultDamaged, type WhiteRoomError } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import { clone, type LineEnd, lineEnds, openVault, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Shelf } from "../library/Shelf.js"
import type { Facts } from "./Messages.js"

/** What its files hold of it; nothing where there is no vault yet. */
const keptOf = (shelf: Shelf, library: string) =>
  Effect.gen(function* () {
    const vault = yield* openVault(shelf.blobs(library))
    const ends: ReadonlyArray<LineEnd> = yield* lineEnds(vault)
    return ends.length === 0 ? undefined : vault
  }).pipe(Effect.catchTag("VaultNotFound", () => Effect.succeed(undefined)))

const make = (
  file: string,
  vault: Vault | undefined,
  { library, hasArrived }: Facts
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* Effect.sync(() => fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 }))
    // What was there once is never begun again with nothing in it.
    if (vault === undefined && hasArrived)
      return yield* new VaultDamaged({
        place: library,
        detail: "what was written here is gone, and so are its files"
      })
    if (vault === undefined) yield* createLibrary(file, { allowSyncedFolder: true })
    else yield* clone(vault, file, { name: "server", allowSyncedFolder: true })
  })

/**
 * Opens a library that is written here. One that was never written is made empty; one whose file is gone, as after the data
 * folder was made again from its mirror, comes back out of its files.
 */
export const openHome = (shelf: Shelf, facts: Facts): Effect.Effect<Library, WhiteRoomError, Scope.Scope> => {
  const { file, library } = facts
  const open = openLibrary(file, { actor: "server" })
  return Effect.catchTag(open, "LibraryNotFound", () =>
    Effect.gen(function* () {
      yield* make(file, yield* keptOf(shelf, library), facts)
      return yield* open
    })
  )
}
