import { hash } from "node:crypto"
import * as zlib from "node:zlib"
import type { Compression, Sha256 } from "@white-room/core"

/**
 * SHA-256 by Node's one-shot digest, as a string of its bytes that is written into pooled memory: a digest that comes
 * as a buffer has memory of its own, which costs as much as hashing an event (measured).
 */
export const sha256: Sha256 = (bytes) => {
  const digest = Buffer.allocUnsafe(32)
  digest.write(hash("sha256", bytes, "binary"), "latin1")
  return digest
}

const options = (length: number, quality: number): zlib.BrotliOptions => ({
  chunkSize: Math.max(1024, Math.min(length, 128 * 1024)),
  params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: quality,
    [zlib.constants.BROTLI_PARAM_LGWIN]: length > 65536 ? 20 : 18,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: length
  }
})

const largestChunk = 512 * 1024

const brotliOf = (quality: number): Compression => ({
  compress: (bytes) => zlib.brotliCompressSync(bytes, options(bytes.length, quality)),
  decompress: (bytes, limit, cut = false) =>
    zlib.brotliDecompressSync(bytes, {
      ...(cut && { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
      // A block in one piece; a header that claims more allocates no more.
      chunkSize: Math.min(limit, largestChunk) + 64,
      maxOutputLength: Math.max(1, limit)
    })
})

/** Brotli at quality 1: fast enough that handing blocks to other threads costs more than it saves (measured). */
export const brotli = brotliOf(1)

/** A third smaller than `brotli` on documents and several times slower: for sealing, which is little at a time. */
export const denseBrotli = brotliOf(5)
