/** A copy of a database as it is at one moment, although another program may be writing to it. Its file is only read. */
import * as fs from "node:fs"
import * as path from "node:path"
import { NotImportable } from "@white-room/core"
import Sqlite from "better-sqlite3"
import { copyAsItLies, hasRoom, isUnopenable } from "./DatabaseFile.js"
import { headOfFile } from "./FileChunks.js"

/** True for a database in WAL mode that nobody has open: then it changes only after a WAL appeared. */
const isAtRest = (file: string): boolean => {
  if (fs.existsSync(`${file}-wal`) || fs.existsSync(`${file}-journal`)) return false
  return headOfFile(file)[18] === 2
}

const copyAtRest = (file: string, target: string): boolean => {
  const before = fs.statSync(file, { bigint: true })
  fs.copyFileSync(file, target)
  const after = fs.statSync(file, { bigint: true })
  const same = before.mtimeNs === after.mtimeNs && before.size === after.size && before.ino === after.ino
  if (same && isAtRest(file)) return true
  fs.rmSync(target)
  return false
}

/** Page by page, letting go of the lock in between, so that the app never waits long. */
const copyLive = async (file: string, target: string): Promise<void> => {
  const handle = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5000 })
  try {
    await handle.backup(target)
  } finally {
    handle.close()
  }
}

/** @throws NotImportable when the disk has no room for the copy */
const checkSpace = (file: string, target: string, named: string): void => {
  if (!hasRoom(path.dirname(target), fs.statSync(file).size))
    throw new NotImportable({
      file: named,
      reason: "the disk of the temporary folder has no room for a copy of it"
    })
}

/** Writes the copy to a new file. What is wrong with the database shows when it is read. */
export const snapshotDatabase = async (file: string, target: string, named = file): Promise<void> => {
  const real = fs.realpathSync(file)
  checkSpace(real, target, named)
  if (isAtRest(real) && copyAtRest(real, target)) return
  try {
    await copyLive(real, target)
  } catch (error) {
    fs.rmSync(target, { force: true })
    if (!isUnopenable(error)) throw error
    copyAsItLies(real, target)
  }
}
