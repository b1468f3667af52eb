import * as zlib from "node:zlib"
import type { Compression } from "../../src/object/Block.js"

/** Brotli as a platform passes it in. */
export const brotli: Compression = {
  compress: (bytes) =>
    zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  decompress: (bytes, limit, cut = false) =>
    zlib.brotliDecompressSync(bytes, {
      maxOutputLength: Math.max(1, limit),
      ...(cut && { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH })
    })
}
