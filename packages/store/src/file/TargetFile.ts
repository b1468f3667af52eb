/** Files for other places: read again before they get their name. What goes wrong is said in words of the target. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { open } from "node:fs/promises"
import * as path from "node:path"
import {
  DiskFull,
  errorCode,
  FileExists,
  FileNotVerified,
  InvalidInput,
  StorageFailed
} from "@white-room/core"
import { fileChunks } from "./FileChunks.js"
import { beginFile, discard, publish, type Readers } from "./NewFile.js"

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the medium cannot be written",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  EINVAL: "the system does not take this name"
}

/** What an error of the file system means for the person who named the target. */
export const targetError = (error: unknown, target: string): unknown => {
  const code = errorCode(error)
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFull({ path: path.dirname(target) })
  if (code === "EEXIST" || code === "ENOTEMPTY") return new FileExists({ file: target })
  const reason = reasons[code]
  if (reason !== undefined)
    return new InvalidInput({ field: "target", reason: `${target} cannot be written: ${reason}` })
  if (/^E[A-Z0-9]+$/.test(code) && error instanceof Error)
    return new StorageFailed({ path: target, operation: "write", detail: error.message })
  return error
}

/** Lets other work of the process go on. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Writes to a file that was just begun; durable when it is done. */
const writeChunks = async (file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  const handle = await open(file, "r+")
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The same, and reads it again. Returns its size. @throws FileNotVerified when bytes differ */
export const writeVerified = async (file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> => {
  const written = createHash("sha256")
  let bytes = 0
  const counted = async function* () {
    for await (const chunk of chunks) {
      written.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  await writeChunks(file, counted())
  const found = createHash("sha256")
  let reads = 0
  for (const chunk of fileChunks(file)) {
    found.update(chunk)
    if (++reads % 16 === 0) await breathe()
  }
  if (!found.digest().equals(written.digest()))
    throw new FileNotVerified({ file, reason: "its bytes are not those that were written" })
  return bytes
}

/** Writes `target` as a whole or not at all; `check` looks at what lies under the temporary name. Returns its size. */
export const writeTarget = async (
  target: string,
  chunks: AsyncIterable<Uint8Array>,
  options: {
    readonly readers: Readers
    readonly force: boolean
    readonly check?: ((file: string) => Promise<void>) | undefined
  }
): Promise<number> => {
  let temporary: string | undefined
  try {
    if (!options.force && fs.existsSync(target)) throw new FileExists({ file: target })
    temporary = beginFile(path.dirname(target), options.readers)
    const bytes = await writeVerified(temporary, chunks)
    await options.check?.(temporary)
    publish(temporary, target, options.force)
    return bytes
  } catch (error) {
    throw targetError(error, target)
  } finally {
    if (temporary !== undefined) discard(temporary)
  }
}

/** Writes a new file that only its owner may read; there is none when it fails. @throws FileExists | DiskFull | FileNotVerified */
export const writePrivateFile = async (target: string, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  await writeTarget(target, chunks, { readers: "owner", force: false })
}
