import * as fsp from "node:fs/promises"
import * as path from "node:path"
import { errorCode, minute, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { folderError, lstatOrNone } from "./blobs/FolderPlace.js"
import { clockOf } from "./blobs/FolderPut.js"

/** A program that ended in the middle keeps the others waiting no longer than this, by the clock of the place. */
const longest = minute

/**
 * Makes a vault in a folder while nobody else does, of this library or another one: two that each made one would leave two
 * there. A file that one program alone can make says whose turn it is; interrupting gives the turn back.
 */
export const oneInFolder = <A>(
  folder: string,
  work: Effect.Effect<A, WhiteRoomError>
): Effect.Effect<A, WhiteRoomError> => {
  const place = { root: path.resolve(folder), place: path.resolve(folder) }
  const turn = path.join(place.root, ".~whiteroom-claim-vault.tmp")
  const tryTurn = async (): Promise<boolean> => {
    try {
      await (await fsp.open(turn, "wx", 0o600)).close()
      return true
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error
    }
    const held = await lstatOrNone(turn)
    if (held !== undefined && (await clockOf(place)) - held.mtimeMs > longest)
      await fsp.rm(turn, { force: true })
    return false
  }
  const acquire = Effect.gen(function* () {
    while (!(yield* Effect.tryPromise({ try: tryTurn, catch: (error) => folderError(place, error) })))
      yield* Effect.sleep("50 millis")
  })
  return Effect.acquireUseRelease(
    Effect.interruptible(acquire),
    () => work,
    () => Effect.promise(() => fsp.rm(turn, { force: true }).catch(() => {}))
  )
}
