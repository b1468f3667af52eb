import type { WhiteRoomError } from "@white-room/core"
import { boxUp, mergeLine, openVault, reclaimAll, startedLines } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Shelf } from "../library/Shelf.js"
import { notedBlobs } from "./notedBlobs.js"

/** What merging the files of a library came to: names of new files and of those that rest in the trash, and what it takes up more. */
export interface Tidied {
  readonly put: ReadonlyArray<string>
  readonly discarded: ReadonlyArray<string>
  readonly bytes: number
}

/**
 * Merges the small files of each line of a library, and puts into the trash what was replaced a day ago: devices merge too, and
 * delete nothing here. With `reclaim` it lets go of what the policy of the vault does not keep any more, by when it came here. Every
 * position stays covered, at every moment. Of a sealed vault the small files are put into boxes, as they are: nobody here has a key.
 */
export const tidyFiles = (
  shelf: Pick<Shelf, "blobs" | "discard">,
  library: string,
  { reclaim }: { readonly reclaim: boolean }
): Effect.Effect<Tidied, WhiteRoomError> =>
  Effect.gen(function* () {
    const { blobs, put, discarded, bytes } = notedBlobs(shelf, library)
    const vault = yield* openVault(blobs).pipe(
      Effect.catchTag("VaultSealed", () => Effect.as(boxUp(blobs), undefined))
    )
    if (vault === undefined) return { put, discarded, bytes: bytes() }
    for (const { library: of, line } of yield* startedLines(vault)) yield* mergeLine(vault, of, line)
    if (reclaim) yield* reclaimAll(vault)
    return { put, discarded, bytes: bytes() }
  })
