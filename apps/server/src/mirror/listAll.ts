import type { BlobInfo, Blobs, PlaceError } from "@white-room/vault"
import * as Effect from "effect/Effect"

/** Everything with a prefix, page by page. */
export const listAll = (blobs: Blobs, prefix: string): Effect.Effect<ReadonlyArray<BlobInfo>, PlaceError> =>
  Effect.gen(function* () {
    const found: Array<BlobInfo> = []
    for (;;) {
      const page = yield* blobs.list(prefix, found.at(-1)?.name)
      for (const each of page.blobs) found.push(each)
      if (page.isLast) return found
    }
  })
