import type { AdoptReport } from "../adopt/AdoptLibrary.js"
import { type AdoptRequest, adopt as adoptEffect } from "../adopt/adopt.js"
import { run } from "./Calls.js"
import type { Abortable } from "./Promised.js"

/**
 * Makes the database of a White Room app a library, in place or as a new file (`into`); what `adopt` of the Effect door
 * says holds here. Rejects with a `WhiteRoomError`, and has then changed nothing.
 *
 * @example
 * ```ts
 * import { adopt } from "@white-room/store/promise"
 *
 * const { songs, safetyCopy } = await adopt("white_room.db")
 * ```
 */
export const adopt = (path: string, request: AdoptRequest & Abortable = {}): Promise<AdoptReport> => {
  const { signal, ...rest } = request
  return run(adoptEffect(path, rest), signal)
}
