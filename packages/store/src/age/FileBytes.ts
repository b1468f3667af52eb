/** Files as streams of bytes, and streams as files. */
import { constants } from "node:fs"
import { type FileHandle, open, rm } from "node:fs/promises"

const chunkBytes = 256 * 1024

/** The bytes of a file. Does not wait for a pipe that nobody writes to. */
export async function* bytesOfFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
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

const writeAll = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

/**
 * Writes a new file that only its owner may read, never over another one; durable when it succeeds. When anything
 * fails the file is removed.
 */
export const writeNewFile = async (path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  const file = await open(path, "wx", 0o600)
  try {
    for await (const chunk of chunks) await writeAll(file, chunk)
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
  await file.close()
}
