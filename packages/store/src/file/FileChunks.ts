/** Looking into files that may be anything. */
import * as fs from "node:fs"

const chunkBytes = 256 * 1024

/** The bytes of a file, a chunk at a time; a chunk is valid until the next one. Does not wait for a pipe. */
export function* fileChunks(path: string): Generator<Uint8Array> {
  const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (;;) {
      const length = fs.readSync(file, buffer, 0, chunkBytes, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
    }
  } finally {
    fs.closeSync(file)
  }
}

/** The first bytes of a file. */
export const headOfFile = (path: string, length = 512): Uint8Array => {
  for (const chunk of fileChunks(path)) return new Uint8Array(chunk.subarray(0, length))
  return new Uint8Array()
}

/** Chunks up to the first NUL: no text has one, and what follows may be a hole of gigabytes. */
export function* untilNul(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const chunk of chunks) {
    const end = chunk.indexOf(0)
    yield end < 0 ? chunk : chunk.subarray(0, end)
    if (end >= 0) return
  }
}
