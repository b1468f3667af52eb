import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { loadVault } from "../command/Load.js"

/** Reads a song back from where it went, document and all; its name, or `undefined` when there is none to be read. */
export const readBack = (library: Library, vault: Vault): Effect.Effect<string | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const { openReader } = yield* loadVault
    const [song] = yield* library.songs.list()
    if (song === undefined) return undefined
    const reader = yield* openReader(vault)
    const found = yield* reader.entity({ kind: "song", id: song.id }, yield* reader.head)
    return found?.record === undefined ? undefined : song.name
  })
