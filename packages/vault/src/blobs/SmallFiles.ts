/** Small files of a place, and all of what it lists. */
import type { PlaceRefused, PlaceUnreachable } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { BlobInfo, Blobs, ReadError } from "./Blobs.js"

/** A small file is no larger than this; of a larger one the rest is not read. */
export const smallFile = 64 * 1024

/** The bytes of a small file. */
export const readSmall = (blobs: Blobs, name: string): Effect.Effect<Uint8Array, ReadError> =>
  blobs.get(name, { offset: 0, length: smallFile })

/** Everything whose name begins with a prefix, page by page. */
export const listBlobs = (
  blobs: Blobs,
  prefix: string,
  after?: string
): Effect.Effect<ReadonlyArray<BlobInfo>, PlaceRefused | PlaceUnreachable> =>
  Effect.gen(function* () {
    const all: Array<BlobInfo> = []
    for (let last = after; ; last = all.at(-1)?.name) {
      const page = yield* blobs.list(prefix, last)
      all.push(...page.blobs)
      if (page.isLast || page.blobs.length === 0) return all
    }
  })
