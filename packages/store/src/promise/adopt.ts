import { checkOptions } from "@white-room/core"
import type { AdoptReport } from "../adopt/AdoptLibrary.js"
import { type AdoptRequest, adopt as adoptEffect } from "../adopt/adopt.js"
import { checkControl } from "./CallChecks.js"
import type { Abortable } from "./Promised.js"
import { run } from "./run.js"

const options: { readonly [K in keyof Required<AdoptRequest & Abortable>]: true } = {
  into: true,
  dryRun: true,
  actor: true,
  alone: true,
  allowSyncedFolder: true,
  onProgress: true,
  signal: true
}

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
export const adopt = async (path: string, request: AdoptRequest & Abortable = {}): Promise<AdoptReport> => {
  checkOptions("adopt", options, request)
  checkControl("adopt", request)
  const { signal, ...rest } = request
  signal?.throwIfAborted()
  return await run(adoptEffect(path, rest), signal)
}
