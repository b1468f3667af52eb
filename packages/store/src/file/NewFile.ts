/**
 * Files for other places: written under a temporary name in the folder of the target, read again, synced, then given
 * their name. A power cut leaves what was there before, and at worst a hidden file that the next export removes.
 */
import { createHash, randomBytes } from "node:crypto"
import * as fs from "node:fs"
import { open } from "node:fs/promises"
import * as path from "node:path"
import { DiskFull, FileExists, FileNotVerified, InvalidInput, StorageFailed } from "@white-room/core"
import { syncFolder } from "./Durable.js"
import { fileChunks } from "./FileChunks.js"
import { isRunning } from "./isRunning.js"

const temporaryName = /^\.whiteroom-export-(\d+)-[0-9a-f]{8}$/

/** A name for something unfinished beside the target. */
export const temporaryBeside = (target: string): string =>
  path.join(path.dirname(target), `.whiteroom-export-${process.pid}-${randomBytes(4).toString("hex")}`)

/** Removes something unfinished, if it came to be. */
export const discard = (temporary: string): void => {
  if (fs.existsSync(temporary)) fs.rmSync(temporary, { recursive: true, force: true })
}

/** Removes what processes that ended in the middle left in a folder. */
export const removeAbandoned = (folder: string): void => {
  for (const name of fs.readdirSync(folder)) {
    const owner = temporaryName.exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner)))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""

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

/** What an error of the file system means for whoever named the target. */
export const targetError = (error: unknown, target: string): unknown => {
  const code = codeOf(error)
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFull({ path: path.dirname(target) })
  if (code === "EEXIST" || code === "ENOTEMPTY") return new FileExists({ file: target })
  const reason = reasons[code]
  if (reason !== undefined)
    return new InvalidInput({ field: "target", reason: `${target} cannot be written: ${reason}` })
  if (/^E[A-Z0-9]+$/.test(code) && error instanceof Error)
    return new StorageFailed({ path: target, operation: "write", detail: error.message })
  return error
}

/** Gives a finished file its name. A link fails when the name is taken, even when that happened a moment ago. */
export const publish = (temporary: string, target: string, force: boolean): void => {
  try {
    if (!force) fs.linkSync(temporary, target)
  } catch (error) {
    if (codeOf(error) === "EEXIST" || fs.existsSync(target)) throw new FileExists({ file: target })
    // Some file systems have no links.
    fs.renameSync(temporary, target)
  }
  if (force) fs.renameSync(temporary, target)
  fs.rmSync(temporary, { force: true })
}

/** Lets other work of the process go on. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Writes a new file, synced, and reads it again. Returns its size. @throws FileNotVerified when bytes differ */
export const writeBytes = async (file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> => {
  const written = createHash("sha256")
  let bytes = 0
  const handle = await open(file, "wx")
  try {
    for await (const chunk of chunks) {
      written.update(chunk)
      bytes += chunk.length
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
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
  options: { readonly force: boolean; readonly check?: (file: string) => Promise<void> }
): Promise<number> => {
  const temporary = temporaryBeside(target)
  try {
    if (!options.force && fs.existsSync(target)) throw new FileExists({ file: target })
    removeAbandoned(path.dirname(target))
    const bytes = await writeBytes(temporary, chunks)
    await options.check?.(temporary)
    publish(temporary, target, options.force)
    syncFolder(path.dirname(target))
    return bytes
  } catch (error) {
    throw targetError(error, target)
  } finally {
    discard(temporary)
  }
}
