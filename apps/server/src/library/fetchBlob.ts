import { createHash } from "node:crypto"
import * as fsp from "node:fs/promises"
import { BlobMissing, fileErrorReason, StorageFailed } from "@white-room/core"
import type { Blobs, ReadError } from "@white-room/vault"
import * as Effect from "effect/Effect"

/** Files come in parts of so many bytes: they may be larger than memory should be. */
const partBytes = 16 * 1024 * 1024

/**
 * Writes a blob into a file in place of what is there; gives its SHA-256, in hex.
 * @param largest one of more bytes is not read: `BlobMissing`
 */
export const fetchBlob = (
  blobs: Blobs,
  name: string,
  file: string,
  largest: number = Number.POSITIVE_INFINITY
): Effect.Effect<string, ReadError | StorageFailed> =>
  Effect.gen(function* () {
    const storing = <A>(body: () => Promise<A>) =>
      Effect.tryPromise({
        try: body,
        catch: (error) =>
          new StorageFailed({ path: file, operation: "write", detail: fileErrorReason(error) })
      })
    const { bytes } = yield* blobs.head(name)
    if (bytes > largest) return yield* new BlobMissing({ place: blobs.place, name })
    const hash = createHash("sha256")
    yield* storing(() => fsp.writeFile(file, "", { mode: 0o600 }))
    for (let offset = 0; offset < bytes; offset += partBytes) {
      const part = yield* blobs.get(name, { offset, length: partBytes })
      hash.update(part)
      yield* storing(() => fsp.appendFile(file, part))
    }
    return hash.digest("hex")
  })
