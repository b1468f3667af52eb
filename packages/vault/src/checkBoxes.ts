import { MalformedData, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { smallFile } from "./blobs/SmallFiles.js"
import { readBox } from "./segment/Box.js"
import { parseBoxName } from "./segment/SegmentName.js"
import { listAll, type Vault } from "./Vault.js"

/** Boxes that cannot be looked into: what is in them is missing, where it lies nowhere else. What is in the others is read as segments are. */
export const checkBoxes = (
  vault: Vault
): Effect.Effect<ReadonlyArray<{ readonly name: string; readonly reason: string }>, WhiteRoomError> =>
  Effect.gen(function* () {
    const found: Array<{ readonly name: string; readonly reason: string }> = []
    for (const { name, bytes } of vault.keyring === undefined ? [] : yield* listAll(vault, "")) {
      const box = parseBoxName(name)
      if (box === undefined) continue
      const start = yield* vault.blobs.get(name, { offset: 0, length: smallFile })
      try {
        readBox(box, start, bytes)
      } catch (error) {
        if (!(error instanceof MalformedData)) throw error
        found.push({ name, reason: error.reason })
      }
    }
    return found
  })
