/**
 * Putting a file into a folder: under a temporary name, synced, read back, then given its name without replacing.
 *
 * 1. Under its name a file is whole, also after a power cut: it is synced before it gets it, the folder after.
 * 2. Of several programs one wins. A link fails when the name is taken. Where links cannot be made (SMB, exFAT, FUSE),
 *    a claim, a file of its own that one program alone can make, guards the moment between looking and renaming.
 * 3. What a killed program left is hidden, passed over, and removed a day later, by the clock of the file system.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import {
  BlobExists,
  BlobRetained,
  day,
  equalBytes,
  errorCode,
  FileNotVerified,
  PlaceUnreachable
} from "@white-room/core"
import { verifiedChunks } from "./BlobSource.js"
import type { BlobSource } from "./Blobs.js"
import {
  checkRoot,
  type FolderPlace,
  foldersOf,
  hasFolders,
  hashOf,
  lstatNow,
  pathOf,
  placeholderOf
} from "./FolderPlace.js"

/** Dropbox passes over names that begin like this, iCloud Drive and OneDrive over those that end like this. */
const unfinished = /^\.~whiteroom-[a-z0-9.-]+\.tmp$/

const temporaryIn = (folder: string): string =>
  path.join(folder, `.~whiteroom-${randomBytes(8).toString("hex")}.tmp`)

/** Between looking and renaming pass milliseconds; a claim as old as this was left by a program that ended. */
const claimMs = 60_000

/** Makes a new or renamed entry durable. Windows, and some file systems, do that without being asked, and refuse. */
const syncFolder = async (folder: string): Promise<void> => {
  let handle: fsp.FileHandle | undefined
  try {
    handle = await fsp.open(folder, "r")
    await handle.sync()
  } catch (error) {
    if (!["EPERM", "EISDIR", "EACCES", "EINVAL", "ENOTSUP", "ENOSYS"].includes(errorCode(error))) throw error
  } finally {
    await handle?.close()
  }
}

/** Makes the folders of a blob that are missing, each durable in the one above. */
const makeFolders = async (place: FolderPlace, name: string): Promise<void> => {
  if (hasFolders(place, name)) return
  for (const folder of foldersOf(place, name)) {
    const known = lstatNow(folder)
    if (known === undefined)
      try {
        await fsp.mkdir(folder, { mode: 0o700 })
        await syncFolder(path.dirname(folder))
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error
      }
    const stat = known ?? (await fsp.lstat(folder))
    if (!stat.isDirectory())
      throw Object.assign(new Error(folder), { code: stat.isSymbolicLink() ? "ELOOP" : "ENOTDIR" })
  }
}

/** Whether one of two is the other under a second name: NFS may say that a link failed which it made. */
const isSameFile = (one: fs.Stats, other: fs.Stats): boolean =>
  one.ino !== 0 && one.ino === other.ino && one.dev === other.dev

/** Renames unless the name is taken, where only a claim can tell. */
const renameNew = async (place: FolderPlace, name: string, temporary: string): Promise<void> => {
  const target = pathOf(place, name)
  const claim = path.join(path.dirname(target), `.~whiteroom-claim-${path.basename(target)}.tmp`)
  const held = lstatNow(claim)
  if (held !== undefined && (await fsp.stat(temporary)).mtimeMs - held.mtimeMs > claimMs)
    await fsp.rm(claim, { force: true })
  try {
    await (await fsp.open(claim, "wx", 0o600)).close()
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error
    throw new PlaceUnreachable({
      place: place.place,
      reason: `another program is putting ${name}`,
      retryable: true
    })
  }
  try {
    if (lstatNow(target) !== undefined) throw new BlobExists({ place: place.place, name })
    await fsp.rename(temporary, target)
  } finally {
    await fsp.rm(claim, { force: true })
  }
}

/** Gives a finished file its name. @throws BlobExists */
const giveName = async (place: FolderPlace, name: string, temporary: string): Promise<void> => {
  const target = pathOf(place, name)
  try {
    await fsp.link(temporary, target)
  } catch (error) {
    // Systems say in many ways that they cannot link; when something else is wrong, renaming says it.
    if (errorCode(error) !== "EEXIST") return renameNew(place, name, temporary)
    if (!isSameFile(await fsp.lstat(temporary), await fsp.lstat(target)))
      throw new BlobExists({ place: place.place, name })
  }
}

const writeAll = async (file: fsp.FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
}

/** Writes a source under a temporary name, syncs it and reads it back: all of it, and nothing more. @throws FileNotVerified */
const writeVerified = async (
  file: fsp.FileHandle,
  name: string,
  source: BlobSource,
  signal: AbortSignal
): Promise<void> => {
  for await (const chunk of verifiedChunks(name, source)) {
    signal.throwIfAborted()
    await writeAll(file, chunk)
  }
  await file.sync()
  const written = await hashOf(file, source.bytes)
  if (!equalBytes(written, source.sha256) || fs.fstatSync(file.fd).size !== source.bytes)
    throw new FileNotVerified({ file: name, reason: "other bytes came back" })
}

/**
 * Removes what programs that ended in the middle left in a folder a day ago or longer. What cannot be removed stays: it
 * is in nobody's way, and belongs to somebody else. `ours` was made just now, and tells the time.
 */
const removeUnfinished = async (folder: string, ours: string, made: fsp.FileHandle): Promise<void> => {
  const names = (await fsp.readdir(folder)).filter((name) => unfinished.test(name) && name !== ours)
  if (names.length === 0) return
  const now = (await made.stat()).mtimeMs
  for (const name of names) {
    const file = path.join(folder, name)
    const stat = lstatNow(file)
    if (stat?.isFile() === true && now - stat.mtimeMs > day)
      await fsp.rm(file, { force: true }).catch(() => {})
  }
}

/** @throws BlobExists FileNotVerified, and what the file system throws; `swept` has the folders that were tidied already */
export const putFile = async (
  place: FolderPlace,
  name: string,
  source: BlobSource,
  swept: Set<string>,
  signal: AbortSignal
): Promise<void> => {
  checkRoot(place)
  await makeFolders(place, name)
  const isTaken = [name, placeholderOf(name)].some((each) => lstatNow(pathOf(place, each)) !== undefined)
  if (isTaken) throw new BlobExists({ place: place.place, name })
  const folder = path.dirname(pathOf(place, name))
  const temporary = temporaryIn(folder)
  const file = await fsp.open(temporary, "wx+", 0o600)
  try {
    try {
      if (!swept.has(folder)) await removeUnfinished(folder, path.basename(temporary), file)
      swept.add(folder)
      await writeVerified(file, name, source, signal)
    } finally {
      await file.close()
    }
    signal.throwIfAborted()
    await giveName(place, name, temporary)
    await syncFolder(folder)
  } finally {
    // Gone already when it was renamed. Where nothing may be deleted, it stays hidden.
    await fsp.unlink(temporary).catch(() => {})
  }
}

/** The clock of the file system: when a file that was made just now is said to have been made. */
export const clockOf = async (place: FolderPlace): Promise<number> => {
  checkRoot(place)
  const temporary = temporaryIn(place.root)
  const file = await fsp.open(temporary, "wx", 0o600)
  try {
    return Math.floor((await file.stat()).mtimeMs)
  } finally {
    await file.close()
    await fsp.rm(temporary, { force: true })
  }
}

/** Deletes a blob, durably; of one that a sync service keeps elsewhere the placeholder. @throws BlobRetained */
export const deleteFile = async (place: FolderPlace, name: string): Promise<void> => {
  checkRoot(place)
  if (!hasFolders(place, name)) return
  for (const file of [pathOf(place, name), pathOf(place, placeholderOf(name))]) {
    if (lstatNow(file)?.isFile() !== true) continue
    try {
      await fsp.rm(file, { force: true })
    } catch (error) {
      if (!["EACCES", "EPERM", "EBUSY"].includes(errorCode(error))) throw error
      throw new BlobRetained({ place: place.place, name })
    }
    await syncFolder(path.dirname(file))
  }
}
