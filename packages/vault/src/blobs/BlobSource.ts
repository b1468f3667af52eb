/** Bytes to put, from memory or from a file, with their hash. */
import { createHash } from "node:crypto"
import { constants } from "node:fs"
import { open } from "node:fs/promises"
import { equalBytes, FileNotVerified, fileErrorReason, StorageFailed } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { BlobSource } from "./Blobs.js"

const chunkBytes = 256 * 1024

/** The chunks of a file, each the caller's own. */
async function* chunksOfFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(chunkBytes), 0, chunkBytes)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Bytes in memory, which must not change until they are put. */
export const sourceOf = (bytes: Uint8Array): BlobSource => ({
  bytes: bytes.length,
  sha256: new Uint8Array(createHash("sha256").update(bytes).digest()),
  read: () => [bytes]
})

/** A file, which must not change until it is put: it is read once here for its hash, and once for each try. */
export const sourceOfFile = (path: string): Effect.Effect<BlobSource, StorageFailed> =>
  Effect.tryPromise({
    try: async () => {
      const hash = createHash("sha256")
      let bytes = 0
      for await (const chunk of chunksOfFile(path)) {
        hash.update(chunk)
        bytes += chunk.length
      }
      return { bytes, sha256: new Uint8Array(hash.digest()), read: () => chunksOfFile(path) }
    },
    catch: (error) => new StorageFailed({ path, operation: "read", detail: fileErrorReason(error) })
  })

/**
 * Hands on the chunks of a source, the last of them only when all are known to be its bytes: who was promised so many lacks something otherwise,
 * and keeps nothing. @throws FileNotVerified when they are not its bytes, or cannot be read
 */
export async function* verifiedChunks(name: string, source: BlobSource): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256")
  let bytes = 0
  let last: Uint8Array | undefined
  try {
    for await (const chunk of source.read()) {
      bytes += chunk.length
      if (bytes > source.bytes) break
      hash.update(chunk)
      if (last !== undefined) yield last
      last = chunk
    }
  } catch (error) {
    throw new FileNotVerified({ file: name, reason: fileErrorReason(error) })
  }
  if (bytes !== source.bytes || !equalBytes(hash.digest(), source.sha256))
    throw new FileNotVerified({ file: name, reason: "its bytes changed meanwhile" })
  if (last !== undefined) yield last
}

const readVerified = async (name: string, source: BlobSource): Promise<Uint8Array> => {
  const bytes = new Uint8Array(source.bytes)
  let at = 0
  for await (const chunk of verifiedChunks(name, source)) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** All bytes of a source, copied. */
export const readAll = (name: string, source: BlobSource): Effect.Effect<Uint8Array, FileNotVerified> =>
  Effect.tryPromise({
    try: () => readVerified(name, source),
    // Anything else is a mistake of the program.
    catch: (error) => error
  }).pipe(
    Effect.catchAll((error) => (error instanceof FileNotVerified ? Effect.fail(error) : Effect.die(error)))
  )
