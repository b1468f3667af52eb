/** Looking into files that may be anything. None waits for a pipe that nobody writes to. */
import * as fs from "node:fs"
import { type OpenFileOptions, openFile, openFileAsync } from "./OpenFile.js"

const chunkBytes = 256 * 1024

/** The bytes of a file, a chunk at a time; a chunk is valid until the next one. */
export function* fileChunks(path: string, options: OpenFileOptions = {}): Generator<Uint8Array> {
  const file = openFile(path, options)
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

/** The same while other work goes on; each chunk is the caller's. */
export async function* fileChunksAsync(path: string): AsyncGenerator<Uint8Array> {
  const file = await openFileAsync(path)
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(chunkBytes), length: chunkBytes })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
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
