/** A copy of a database as it is at one moment, although another program may be writing to it. Its file is only read. */
import * as fs from "node:fs"
import * as path from "node:path"
import { LibraryDamaged, LibraryLocked, NotImportable } from "@white-room/core"
import Sqlite from "better-sqlite3"
import { besideSuffixes, checkBeside } from "../sqlite/Beside.js"
import { copyAsItLies, hasRoom, isUnopenable } from "./DatabaseFile.js"
import { headOfFile } from "./FileChunks.js"
import { createFile, discard } from "./NewFile.js"
import { copyFile } from "./OpenFile.js"

export interface SnapshotOptions {
  /** How the person calls the database. Default: its path. */
  readonly named?: string
  readonly signal?: AbortSignal
  readonly onPages?: (done: number, total: number) => void
}

/** True for a database in WAL mode that nobody has open: then it changes only after a WAL appeared. */
const isAtRest = (file: string): boolean => {
  if (fs.existsSync(`${file}-wal`) || fs.existsSync(`${file}-journal`)) return false
  return headOfFile(file)[18] === 2
}

/** What a database says that it has, where that counts as for SQLite; what follows in its file is no part of it. */
const bytesSaid = (file: string): number | undefined => {
  const head = Buffer.from(headOfFile(file))
  if (head.length < 100 || head.readUInt32BE(24) !== head.readUInt32BE(92)) return undefined
  const size = head.readUInt16BE(16)
  return head.readUInt32BE(28) * (size === 1 ? 65536 : size) || undefined
}

const copyAtRest = (file: string, target: string): boolean => {
  const before = fs.statSync(file, { bigint: true })
  copyFile(file, target, bytesSaid(file))
  const after = fs.statSync(file, { bigint: true })
  const same = before.mtimeNs === after.mtimeNs && before.size === after.size && before.ino === after.ino
  return same && isAtRest(file)
}

/** What a database and its log may hold at most: each page lies in one of them. */
const bytesOf = (file: string): number =>
  ["", ...besideSuffixes].reduce((sum, suffix) => {
    const stat = fs.statSync(file + suffix, { throwIfNoEntry: false })
    return sum + (stat?.size ?? 0)
  }, 0)

/** Pages copied at a time: in between the app may write, in every journal mode. */
const pagesPerStep = 256

/** Page by page, letting go of the lock in between, so that the app never waits long. Nothing of the schema is looked at. */
const copyPages = async (
  file: string,
  target: string,
  readonly: boolean,
  { named = file, signal, onPages }: SnapshotOptions
): Promise<void> => {
  const [high = 0, low = 0] = headOfFile(file).subarray(16, 18)
  const pageSize = high * 256 + low === 1 ? 65536 : high * 256 + low
  const handle = new Sqlite(file, { readonly, fileMustExist: true, timeout: 5000 })
  try {
    await handle.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted()
        // A log may say that the database has any number of pages.
        if (totalPages * pageSize > 2 * bytesOf(file) + 65536)
          throw new LibraryDamaged({ path: named, detail: "it says that it is far larger than its file" })
        onPages?.(totalPages - remainingPages, totalPages)
        return pagesPerStep
      }
    })
  } finally {
    handle.close()
  }
}

/** Changes when any of the files of a database does. */
const stateOf = (file: string): string =>
  ["", ...besideSuffixes]
    .map((suffix) => {
      const stat = fs.statSync(file + suffix, { bigint: true, throwIfNoEntry: false })
      return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeNs}`
    })
    .join(",")

/** True for a log that a crash left: SQLite would make an index beside it and leave that there. */
const wasLeft = (file: string): boolean => fs.existsSync(`${file}-wal`) && !fs.existsSync(`${file}-shm`)

/** What a crash left, or a medium that cannot be written: SQLite puts it in order in a copy, and that is copied. */
const copyRecovered = async (file: string, target: string, options: SnapshotOptions): Promise<void> => {
  const aside = `${target}-aside`
  try {
    const before = stateOf(file)
    copyAsItLies(file, aside)
    if (stateOf(file) !== before) throw new LibraryLocked({ path: options.named ?? file })
    checkBeside(aside, options.named ?? file)
    await copyPages(aside, target, false, options)
  } finally {
    discard(aside)
  }
}

/** Without a WAL of its own, the copy is one file. */
const leaveWal = (file: string): void => {
  const handle = fs.openSync(file, "r+")
  try {
    if (fs.fstatSync(handle).size >= 100) fs.writeSync(handle, Buffer.from([1, 1]), 0, 2, 18)
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * Writes the copy to a new file that only this user can read, or to an empty one that is there. What is wrong with the
 * database shows when it is read.
 * @throws UnsafeDatabase | NotImportable | LibraryDamaged, and errors of SQLite
 */
export const snapshotDatabase = async (
  file: string,
  target: string,
  options: SnapshotOptions = {}
): Promise<void> => {
  const real = fs.realpathSync(file)
  const { named = file } = options
  checkBeside(real, named)
  if (!hasRoom(path.dirname(target), fs.statSync(real).size))
    throw new NotImportable({
      file: named,
      reason: "the disk of the temporary folder has no room for a copy of it"
    })
  if (!fs.existsSync(target)) createFile(target, "owner")
  if (!isAtRest(real) || !copyAtRest(real, target)) {
    fs.truncateSync(target)
    const left = wasLeft(real)
    try {
      if (!left) await copyPages(real, target, true, { ...options, named })
    } catch (error) {
      if (!isUnopenable(error)) throw error
      fs.truncateSync(target)
      await copyRecovered(real, target, { ...options, named })
    }
    if (left) await copyRecovered(real, target, { ...options, named })
  }
  leaveWal(target)
}
