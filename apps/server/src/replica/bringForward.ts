import { fromHex, type WhiteRoomError } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import { vaultRecords } from "@white-room/store/transfer"
import { follow, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Head } from "../control/Ownership.js"
import type { Shelf } from "../library/Shelf.js"
import { hasHead } from "./hasHead.js"
import type { Facts } from "./Messages.js"

/** What says nothing of the library: it is as it was, and may be brought forward the next time. */
const passing = new Set(["DiskFull", "PlaceRefused", "PlaceUnreachable"])

/**
 * Brings the file of a library forward that another server went on with: what is new is read, and proven as all of it would be. It goes on from
 * the line of that one, and begins its own. False when that cannot be, as where it has what was never acknowledged: then it is made again.
 */
export const bringForward = (
  shelf: Shelf,
  { file, library: id }: Facts,
  head: Head
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const library = yield* openLibrary(file, { actor: "server" })
    const vault = yield* openVault(shelf.blobs(id))
    const records = vaultRecords(library)
    // Before anything of the other line is in it: whatever ends this, its own line from before does not go on with that.
    for (const { name, vaultId } of yield* records.all) if (vaultId === vault.id) yield* records.forget(name)
    const pushed = { position: head.position, chainHash: fromHex(head.chainHash) }
    const known = { name: "server", place: vault.blobs.place, vaultId: vault.id, line: head.line }
    yield* records.rememberOther({ ...known, pushed, pushedAt: 0 })
    return (yield* follow(library, vault, head.line)) && (yield* hasHead(library, head))
  }).pipe(
    Effect.scoped,
    // Whatever is wrong with it, or with what is new: making it again tells.
    Effect.catchAll((error) => (passing.has(error._tag) ? Effect.fail(error) : Effect.succeed(false)))
  )
