/** What SQLite and the file system throw, as typed errors. */
import { accessSync, constants, statfsSync } from "node:fs"
import { dirname } from "node:path"
import {
  DiskFull,
  errorCode,
  InvalidInput,
  isWhiteRoomError,
  LibraryDamaged,
  LibraryLocked,
  LibraryReadOnly,
  malformed,
  memoryFault,
  NeedsApp,
  NotALibrary,
  StorageFailed,
  type WhiteRoomError
} from "@white-room/core"
import { lackOf } from "./lackOf.js"

/** SQLite needs room for the index of its write-ahead log; without it, it only says that reading or opening failed. */
const roomToOpen = 64 * 1024

const isDiskFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < roomToOpen
  } catch {
    return false
  }
}

/** True for a file that is there, in a folder that takes none beside it, as SQLite needs. */
const isReadOnly = (file: string): boolean => {
  try {
    accessSync(file)
  } catch {
    return false
  }
  try {
    accessSync(dirname(file), constants.W_OK)
    return false
  } catch {
    return true
  }
}

/** The typed error for what SQLite or the file system threw; `undefined` for what is a bug. */
export const storageError = (error: unknown, path: string): WhiteRoomError | undefined => {
  if (isWhiteRoomError(error)) return error
  const memory = memoryFault(error)
  if (memory !== undefined) return memory
  const code = errorCode(error)
  if (code === "" || !(error instanceof Error)) return undefined
  const { message } = error
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC" || code === "EDQUOT") return new DiskFull({ path })
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return new LibraryLocked({ path })
  // A key beyond all whole numbers: only damage makes one.
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_MISMATCH"))
    return new LibraryDamaged({ path, detail: message })
  if (code.startsWith("SQLITE_NOTADB"))
    return new NotALibrary({ path, reason: "it is not a SQLite database" })
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS" || code === "EACCES" || code === "EPERM")
    return new LibraryReadOnly({ path })
  if (code.startsWith("SQLITE_IOERR") || code.startsWith("SQLITE_CANTOPEN"))
    return isDiskFull(path)
      ? new DiskFull({ path })
      : code.startsWith("SQLITE_CANTOPEN") && isReadOnly(path)
        ? new LibraryReadOnly({ path })
        : new StorageFailed({ path, operation: "read or write", detail: message })
  if (code.startsWith("SQLITE_TOOBIG"))
    return new StorageFailed({ path, operation: "read or write", detail: message })
  const lack = lackOf(error)
  if (lack !== undefined) return new NeedsApp({ path, needs: lack.needs, parts: [] })
  if (code === "SQLITE_ERROR" && (message === "unsupported file format" || message === "integer overflow"))
    return new LibraryDamaged({ path, detail: message })
  if (code === "SQLITE_ERROR" && /no such (table|column|index)|has no column/.test(message))
    return malformed("library", `the app changed its tables (${message})`)
  if (code.startsWith("SQLITE_CONSTRAINT")) return new InvalidInput({ field: "row", reason: message })
  if (/^E[A-Z]+$/.test(code)) return new StorageFailed({ path, operation: "read or write", detail: message })
  return undefined
}
