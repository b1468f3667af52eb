import { genesis } from "@white-room/core"
import type { Library } from "@white-room/store"
import { push, type Vault, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"

/** A library that knows a vault from now on; gives what sends there what is new. */
export const sendingTo = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const records = vaultRecords(library)
    const line = "6d3c1f58-7f0c-4a44-8f3e-0f1d5c2b9a10"
    const pushed = { position: 0, chainHash: genesis }
    const entry = { name: "server", place: vault.blobs.place, vaultId: vault.id, line, pushed, pushedAt: 0 }
    yield* records.remember(entry)
    return Effect.gen(function* () {
      const [known = { ...entry, isOwnLine: true }] = yield* records.all
      return yield* push(library, vault, known)
    })
  })
