import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { openPlain, upkeep, vaultRecords } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import { homeName } from "./homeName.js"
import { isReclaimDue } from "./isReclaimDue.js"
import { notedBlobs } from "./notedBlobs.js"
import type { KnownHere } from "./pushHome.js"
import type { Tidied } from "./tidyFiles.js"

/**
 * Merges the many small files of a library that is written here. What another server wrote of it becomes one file for each line: that one
 * writes it no more. What nobody needs any more goes unless it `mayReclaim` not. What fails leaves the files as they are.
 */
export const keepUpHome = (
  library: Library,
  shelf: Shelf,
  id: string,
  { left, cache }: KnownHere,
  { mayReclaim }: { readonly mayReclaim: boolean }
): Effect.Effect<Tidied, WhiteRoomError> =>
  Effect.gen(function* () {
    const { put, discarded, bytes, blobs } = notedBlobs(shelf, id)
    const known = (yield* vaultRecords(library).all).find(({ name }) => name === homeName)
    if (known !== undefined) {
      const now = yield* Clock.currentTimeMillis
      const reclaim = mayReclaim && isReclaimDue(now, known.reclaimedAt ?? 0)
      const vault = { ...openPlain(blobs, known.vaultId), cache }
      yield* Effect.ignore(upkeep(library, vault, known, { reclaim, isAlone: true }))
    }
    const before = left.get(id)
    if (before !== undefined) left.set(id, { ...before, bytes: before.bytes + bytes() })
    return { put, discarded, bytes: bytes() }
  })
