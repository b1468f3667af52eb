import { BlobExists } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type Blobs, isBlobName } from "./Blobs.js"

/**
 * Blobs of a store that replaces what it has: asked before each put. Between asking and putting another program can put
 * the same name, and the last one wins; so names have to say what is in them, as those of segments do.
 */
export const askingFirst = (blobs: Blobs): Blobs => ({
  ...blobs,
  put: (name, source) =>
    Effect.gen(function* () {
      if (!isBlobName(name)) return yield* blobs.put(name, source)
      const isThere = yield* blobs.head(name).pipe(
        Effect.as(true),
        Effect.catchTags({
          BlobMissing: () => Effect.succeed(false),
          BlobNotHere: () => Effect.succeed(true)
        })
      )
      if (isThere) return yield* Effect.fail(new BlobExists({ place: blobs.place, name }))
      return yield* blobs.put(name, source)
    })
})
