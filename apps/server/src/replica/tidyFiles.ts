import type { WhiteRoomError } from "@white-room/core"
import { mergeLine, openVault, startedLines } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import type { Tidied } from "./Messages.js"
import { notedBlobs } from "./notedBlobs.js"

/**
 * Merges the small files of each line of a library, and puts into the trash what was replaced a day ago: devices merge too, and
 * delete nothing here. Every position stays covered, at every moment.
 */
export const tidyFiles = (
  shelf: Pick<Shelf, "blobs" | "discard">,
  library: string
): Effect.Effect<Tidied, WhiteRoomError> =>
  Effect.gen(function* () {
    const { blobs, put, discarded, bytes } = notedBlobs(shelf, library)
    const vault = yield* openVault(blobs)
    for (const { library: of, line } of yield* startedLines(vault)) yield* mergeLine(vault, of, line)
    return { put, discarded, bytes: bytes() }
  })
