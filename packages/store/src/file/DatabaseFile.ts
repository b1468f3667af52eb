/** What can be seen of a database from outside, before SQLite opens it. */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { LibraryDamaged, LibraryNotFound, NotALibrary } from "@white-room/core"

/** Refuses what can be seen from outside. The file is not opened: see `damaged`. */
export const checkPlace = (file: string): void => {
  if (!fs.existsSync(file)) throw new LibraryNotFound({ path: file })
  const stat = fs.statSync(file)
  if (!stat.isFile()) throw new NotALibrary({ path: file, reason: "it is no file" })
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

/** A library on a medium that cannot be written is read from a copy, because WAL needs to write beside the file. */
export const copyAside = (file: string): string => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), "white-room-"))
  const copy = path.join(folder, "library.db")
  for (const suffix of ["", "-wal", "-journal"])
    if (fs.existsSync(file + suffix)) {
      fs.copyFileSync(file + suffix, copy + suffix)
      fs.chmodSync(copy + suffix, 0o600)
    }
  return copy
}

const magic = "SQLite format 3\u0000"

/** Whether a file that SQLite refused begins like a database all the same: then it was one. */
const beginsWell = (file: string): boolean => {
  const handle = fs.openSync(file, "r")
  try {
    const header = Buffer.alloc(magic.length)
    fs.readSync(handle, header, 0, magic.length, 0)
    return header.toString("latin1") === magic
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * What is wrong with a file that SQLite takes for no database. Only then is the file opened by hand: closing it would
 * drop the locks of other connections of this process to it (POSIX), and another program would remove their WAL.
 */
export const damaged = (error: unknown, file: string): unknown => {
  const refused = error instanceof Error && "code" in error && error.code === "SQLITE_NOTADB"
  return refused && beginsWell(file)
    ? new LibraryDamaged({ path: file, detail: "its first page cannot be read" })
    : error
}
