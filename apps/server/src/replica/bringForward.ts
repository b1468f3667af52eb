import { fromHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { vaultRecords } from "@white-room/store/transfer"
import { follow, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Head } from "../control/Ownership.js"
import { hasHead } from "./hasHead.js"
import { homeName } from "./homeName.js"

/** What says nothing of the library: it is as it was, and may be brought forward the next time. */
const passing = new Set(["DiskFull", "PlaceRefused", "PlaceUnreachable"])

/**
 * Brings a library forward that another server went on with: what is new is read, and proven as all of it would be. It goes on from
 * the line of that one, and begins its own. False when that cannot be, as where it has what was never acknowledged: then it is made again.
 */
export const bringForward = (
  library: Library,
  opening: Effect.Effect<Vault, WhiteRoomError>,
  head: Head
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const vault = yield* opening
    const records = vaultRecords(library)
    // Before anything of the other line is in it: whatever ends this, its own line from before does not go on with that.
    for (const { name, vaultId } of yield* records.all) if (vaultId === vault.id) yield* records.forget(name)
    const pushed = { position: head.position, chainHash: fromHex(head.chainHash) }
    const known = { name: homeName, place: vault.blobs.place, vaultId: vault.id, line: head.line }
    yield* records.rememberOther({ ...known, pushed, pushedAt: 0 })
    return (yield* follow(library, vault, head.line)) && (yield* hasHead(library, head))
  }).pipe(
    // Whatever is wrong with it, or with what is new: making it again tells.
    Effect.catchAll((error) => (passing.has(error._tag) ? Effect.fail(error) : Effect.succeed(false)))
  )
