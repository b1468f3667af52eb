/**
 * New files, the one way they are made: under a temporary name in the folder of their target, with the id of their
 * process in it, until they are whole; then synced and given their name, never over another file unless that is wished.
 * A power cut leaves what was there before, and at worst a hidden file that the next one removes.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { errorCode, FileExists } from "@white-room/core"
import { syncFile, syncFolder } from "./Durable.js"

/** Who may read a new file: as any of this user by default, only this user, or who may read the file it is a copy of. */
export type Readers = "owner" | { readonly of: string }

/** Makes an empty file; fails when there is one. */
export const createFile = (file: string, readers?: Readers): void => {
  const handle = fs.openSync(file, "wx", readers === undefined ? 0o666 : 0o600)
  try {
    if (typeof readers === "object") fs.fchmodSync(handle, fs.statSync(readers.of).mode & 0o777)
  } finally {
    fs.closeSync(handle)
  }
}

/** SQLite may have files of its own beside one that is being made. */
const unfinished = /^\.whiteroom-new-(\d+)-[0-9a-f]{8}(?:-(?:wal|shm|journal))?$/

/** A name for something unfinished in a folder. */
export const temporaryIn = (folder: string): string =>
  path.join(folder, `.whiteroom-new-${process.pid}-${randomBytes(4).toString("hex")}`)

/** True while a process with this id exists, no matter which user owns it. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === "EPERM"
  }
}

/**
 * Removes what processes that ended in the middle left in a folder, by names that have their id in them. What cannot be
 * removed stays: it belongs to somebody else.
 */
export const removeAbandoned = (folder: string, names = unfinished): void => {
  const remove = (name: string): void => {
    const owner = names.exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner)))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true })
  }
  const attempt = (body: () => void): void => {
    try {
      body()
    } catch {}
  }
  attempt(() => {
    for (const name of fs.readdirSync(folder)) attempt(() => remove(name))
  })
}

/** Begins a file in a folder: it is there, and empty. Returns its temporary name. */
export const beginFile = (folder: string, readers?: Readers): string => {
  removeAbandoned(folder)
  const temporary = temporaryIn(folder)
  createFile(temporary, readers)
  return temporary
}

/** Removes something unfinished, if it is there. */
export const discard = (temporary: string): void => {
  for (const suffix of ["", "-wal", "-shm", "-journal"])
    if (fs.existsSync(temporary + suffix)) fs.rmSync(temporary + suffix, { recursive: true })
}

/** Gives a file its name. A link fails when the name is taken, even when that happened a moment ago. */
export const giveName = (temporary: string, target: string, replace = false): void => {
  try {
    if (!replace) fs.linkSync(temporary, target)
  } catch (error) {
    if (errorCode(error) === "EEXIST" || fs.existsSync(target)) throw new FileExists({ file: target })
    // Some file systems have no links.
    fs.renameSync(temporary, target)
  }
  if (replace) fs.renameSync(temporary, target)
  fs.rmSync(temporary, { force: true })
}

/** Makes a finished file durable, gives it its name, and makes that durable too. @throws FileExists */
export const publish = (temporary: string, target: string, replace = false): void => {
  syncFile(temporary)
  giveName(temporary, target, replace)
  syncFolder(path.dirname(target))
}
