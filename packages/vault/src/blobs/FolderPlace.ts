/**
 * A folder as a place: where its blobs lie, what in it is not ours, and what its file system says, in words of ours.
 * Nothing below the folder is reached through a link. A sync service may keep the name of a file and not its bytes.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import {
  BlobMissing,
  BlobNotHere,
  errorCode,
  isWhiteRoomError,
  PlaceFull,
  PlaceRefused,
  PlaceUnreachable,
  type WhiteRoomError
} from "@white-room/core"
import { isBlobName } from "./Blobs.js"

export interface FolderPlace {
  readonly root: string
  /** As people know it. */
  readonly place: string
}

/** A blob that is about to be read. */
export interface OpenBlob {
  readonly file: fsp.FileHandle
  readonly stat: fs.Stats
}

const pieceBytes = 256 * 1024

export const pathOf = ({ root }: FolderPlace, name: string): string => path.join(root, ...name.split("/"))

/** iCloud Drive put this in the place of a file whose bytes it took away (until macOS 14; files without blocks since). */
export const placeholderOf = (name: string): string => {
  const { dir, base } = path.posix.parse(name)
  return path.posix.join(dir, `.${base}.icloud`)
}

/** The blob that such a placeholder stands for. */
export const placeholderTarget = (file: string): string | undefined => /^\.(.+)\.icloud$/.exec(file)?.[1]

const fuse = 0x65735546

/** Of an NTFS file as small as that, the bytes lie beside its name, in no block. */
const residentBytes = 1024

/**
 * Whether the bytes of a file are on this machine. Sync services leave a size without blocks where they are not. Many
 * FUSE file systems count no blocks at all; Linux has no such placeholders, and what is read there is what there is.
 */
export const isHere = async (file: string, stat: fs.Stats): Promise<boolean> => {
  if (stat.blocks > 0 || stat.size === 0) return true
  if (process.platform === "win32") return stat.size < residentBytes
  return process.platform === "linux" && (await fsp.statfs(file)).type === fuse
}

/** When a file came here. Sync services and copies keep the time of change from elsewhere; this one is set here. */
export const arrivalOf = (stat: fs.Stats): number => Math.floor(stat.ctimeMs)

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"])

const refusals: ReadonlyMap<string, string> = new Map([
  ["EACCES", "this user has no right to do that there"],
  ["EPERM", "this user has no right to do that there"],
  ["EROFS", "it can only be read"],
  ["ENOTDIR", "a file is where a folder is needed"],
  ["EISDIR", "a folder is where a file is needed"],
  ["ELOOP", "a link is in the way"],
  ["ENAMETOOLONG", "names as long as these do not fit there"]
])

/** What a file system threw, as an error of ours. */
export const folderError = ({ place }: FolderPlace, error: unknown): WhiteRoomError => {
  if (isWhiteRoomError(error)) return error
  const code = errorCode(error)
  if (code === "") throw error
  if (full.has(code)) return new PlaceFull({ place })
  const refusal = refusals.get(code)
  if (refusal !== undefined) return new PlaceRefused({ place, reason: refusal })
  const reason = code === "ENOENT" ? "a folder vanished meanwhile" : `its file system says ${code}`
  return new PlaceUnreachable({ place, reason, retryable: true })
}

/** Missing folders are never made: where a disk is mounted, one of its name on another disk would take its blobs. */
export const checkRoot = ({ root, place }: FolderPlace): void => {
  const stat = fs.statSync(root, { throwIfNoEntry: false })
  if (stat?.isDirectory() === true) return
  if (stat !== undefined) throw new PlaceRefused({ place, reason: "it is not a folder" })
  throw new PlaceUnreachable({ place, reason: "there is no such folder", retryable: false })
}

/**
 * What a path is, or `undefined` when it is nothing: asked at once, in a few microseconds. Of a file that is put or read five are asked, and a thread
 * that has to wake for each takes ten times as long of the one that asks.
 */
export const lstatNow = (file: string): fs.Stats | undefined => {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return undefined
    throw error
  }
}

/** The same by another thread, where there are many to ask: on a share they are answered side by side. */
export const lstatOrNone = async (file: string): Promise<fs.Stats | undefined> => {
  try {
    return await fsp.lstat(file)
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined
    throw error
  }
}

/** The folders between the root and a blob, from above. */
export const foldersOf = ({ root }: FolderPlace, name: string): ReadonlyArray<string> => {
  const parts = name.split("/").slice(0, -1)
  return parts.map((_, index) => path.join(root, ...parts.slice(0, index + 1)))
}

/** Whether all folders of a blob are there and are folders, not links to some. */
export const hasFolders = (place: FolderPlace, name: string): boolean =>
  foldersOf(place, name).every((folder) => lstatNow(folder)?.isDirectory() === true)

/** What is there of a blob, without opening it. @throws BlobMissing BlobNotHere */
export const statBlob = async (place: FolderPlace, name: string): Promise<fs.Stats> => {
  checkRoot(place)
  const missing = new BlobMissing({ place: place.place, name })
  const notHere = new BlobNotHere({ place: place.place, name })
  if (!isBlobName(name) || !hasFolders(place, name)) throw missing
  const stat = lstatNow(pathOf(place, name))
  if (stat?.isFile() === true) {
    if (await isHere(pathOf(place, name), stat)) return stat
    throw notHere
  }
  throw lstatNow(pathOf(place, placeholderOf(name)))?.isFile() === true ? notHere : missing
}

/** Opens a blob for reading. It is looked at first: opening a pipe or a device can do things. @throws BlobMissing BlobNotHere */
export const openBlob = async (place: FolderPlace, name: string): Promise<OpenBlob> => {
  await statBlob(place, name)
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
  let file: fsp.FileHandle | undefined
  try {
    file = await fsp.open(pathOf(place, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = await file.stat()
    if (stat.isFile()) return { file, stat }
  } catch (error) {
    await file?.close()
    // macOS, of a file that it may not or cannot download now.
    if (errorCode(error) === "EDEADLK") throw new BlobNotHere({ place: place.place, name })
    if (!["ENOENT", "ELOOP"].includes(errorCode(error))) throw error
    throw new BlobMissing({ place: place.place, name })
  }
  await file.close()
  throw new BlobMissing({ place: place.place, name })
}

/** Fills memory with what an open file has from an offset on. Gives how many bytes that were. */
export const readInto = async (file: fsp.FileHandle, into: Uint8Array, offset: number): Promise<number> => {
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(into, at, Math.min(pieceBytes, into.length - at), offset + at)
    at += bytesRead
    if (bytesRead === 0 || at === into.length) return at
  }
}

/**
 * The hash of the first bytes of an open file, all read into the same memory: with memory of its own for each piece, tens of megabytes of a
 * large file would wait to be collected.
 */
export const hashOf = async (file: fsp.FileHandle, bytes: number): Promise<Uint8Array> => {
  const hash = createHash("sha256")
  const piece = new Uint8Array(Math.min(pieceBytes, bytes))
  for (let at = 0; at < bytes; ) {
    const read = await readInto(file, piece.subarray(0, bytes - at), at)
    if (read === 0) break
    hash.update(piece.subarray(0, read))
    at += read
  }
  return hash.digest()
}
