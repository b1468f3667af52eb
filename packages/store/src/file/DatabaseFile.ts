/** What can be seen of a database from outside, before SQLite opens it. */
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode, LibraryDamaged, LibraryNotFound, NotALibrary } from "@white-room/core"
import { createFile } from "./NewFile.js"
import { copyFile, openFile } from "./OpenFile.js"
import { makePrivateFolder } from "./PrivateFolder.js"

/** Refuses what can be seen from outside. The file is not opened: see `openingError`. */
export const checkPlace = (file: string): void => {
  if (!fs.existsSync(file)) throw new LibraryNotFound({ path: file })
  const stat = fs.statSync(file)
  if (!stat.isFile()) throw new NotALibrary({ path: file, reason: "it is not a file" })
  if (stat.size === 0) throw new NotALibrary({ path: file, reason: "it is empty" })
}

export const canWrite = (file: string): boolean => {
  try {
    fs.accessSync(file, fs.constants.W_OK)
    fs.accessSync(path.dirname(file), fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** True when a folder has room for so many bytes more. */
export const hasRoom = (folder: string, bytes: number): boolean => {
  const { bavail, bsize } = fs.statfsSync(folder)
  return bavail * bsize >= bytes
}

/** True for what SQLite says where it may not write: there is something to mend first, or to put beside the file. */
export const isUnopenable = (error: unknown): boolean =>
  /^SQLITE_(?:READONLY|CANTOPEN)/.test(errorCode(error))

/** What a crash or a medium that cannot be written left: SQLite recovers it, but in a copy. */
export const copyAsItLies = (file: string, copy: string): void => {
  for (const suffix of ["", "-wal", "-journal"])
    if (fs.existsSync(file + suffix)) {
      createFile(copy + suffix, "owner")
      copyFile(file + suffix, copy + suffix)
    }
}

/** A library on a medium that cannot be written is read from a copy, because WAL needs to write beside the file. */
export const copyAside = (file: string): string => {
  const copy = path.join(makePrivateFolder(), "library.db")
  copyAsItLies(file, copy)
  return copy
}

const magic = "SQLite format 3\u0000"

/** Whether a file that SQLite refused begins like a database all the same: then it was one. */
const beginsWell = (file: string): boolean => {
  const handle = openFile(file)
  try {
    const header = Buffer.alloc(magic.length)
    fs.readSync(handle, header, 0, magic.length, 0)
    return header.toString("latin1") === magic
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * What to say of a file that could not be opened: one that SQLite does not take for a database may be damaged. Only then
 * is the file opened by hand: closing it would drop the locks of other connections of this process to it (POSIX), and
 * another program would remove their WAL.
 */
export const openingError = (error: unknown, file: string): unknown => {
  return errorCode(error) === "SQLITE_NOTADB" && beginsWell(file)
    ? new LibraryDamaged({ path: file, detail: "its first page cannot be read" })
    : error
}
