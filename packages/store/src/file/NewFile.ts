/**
 * New files, the one way they are made: under a temporary name in the folder of their target, with the names of their
 * machine and process in it, until they are whole; then synced and given their name, never over another file unless that is
 * wished. A power cut leaves what was there before, and at worst a hidden file that the next one removes.
 *
 * None is easier to read than what it is made of: see `Readers`.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { day, errorCode, FileExists, InvalidInput } from "@white-room/core"
import { besideSuffixes } from "../sqlite/Beside.js"
import { syncFile, syncFolder } from "./Durable.js"
import { hostId } from "./hostId.js"

/** Who may read a new file: only this user, or at most those who may read the file it is made of. */
export type Readers = "owner" | { readonly of: string }

const rightsOf = (readers: Readers): { readonly mode: number; readonly gid: number | undefined } => {
  const stat = readers === "owner" ? undefined : fs.statSync(readers.of, { throwIfNoEntry: false })
  return { mode: 0o600 | ((stat?.mode ?? 0) & 0o066), gid: stat?.gid }
}

/** Makes an empty file; fails when there is one. What the process keeps from others by its umask stays so. */
export const createFile = (file: string, readers: Readers): void => {
  const { mode, gid } = rightsOf(readers)
  const handle = fs.openSync(file, "wx", mode)
  try {
    // Another group is other people.
    const made = fs.fstatSync(handle)
    if (gid !== undefined && made.gid !== gid) fs.fchmodSync(handle, made.mode & 0o706)
  } finally {
    fs.closeSync(handle)
  }
}

/** Makes a folder for such files. */
export const createFolder = (folder: string, readers: Readers): void => {
  const { mode } = rightsOf(readers)
  fs.mkdirSync(folder, 0o700 | (mode & 0o066) | ((mode & 0o044) >> 2))
}

/** SQLite may have files of its own beside one that is being made. */
const unfinished = /^\.whiteroom-new-(?:([0-9a-f]{8})-)?(\d+)-[0-9a-f]{8}(?:-(?:wal|shm|journal))?$/

/** A name for something unfinished in a folder. */
export const temporaryIn = (folder: string): string =>
  path.join(folder, `.whiteroom-new-${hostId()}-${process.pid}-${randomBytes(4).toString("hex")}`)

/** True while a process with this id exists, no matter which user owns it. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === "EPERM"
  }
}

/** Whoever writes for so long does not: what another machine left, or a version that did not say where it ran. */
const longest = 30 * day

/** True for what was left by a process that ended here, and for what is so old that no process anywhere goes on with it. */
const isAbandoned = (file: string, host: string | undefined, pid: number): boolean => {
  const stat = fs.lstatSync(file)
  if (process.getuid !== undefined && stat.uid !== process.getuid()) return false
  return host === hostId() ? !isRunning(pid) : Date.now() - stat.mtimeMs > longest
}

/**
 * Removes what processes that ended in the middle left in a folder, by names that say where and which they were: the first
 * group of `names` is the machine, the second the process. What another machine writes stays, and what cannot be removed:
 * it belongs to somebody else.
 */
export const removeAbandoned = (folder: string, names = unfinished): void => {
  const remove = (name: string): void => {
    const [, host, pid] = names.exec(name) ?? []
    const file = path.join(folder, name)
    if (pid !== undefined && isAbandoned(file, host, Number(pid)))
      fs.rmSync(file, { recursive: true, force: true })
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
export const beginFile = (folder: string, readers: Readers): string => {
  removeAbandoned(folder)
  const temporary = temporaryIn(folder)
  createFile(temporary, readers)
  return temporary
}

/** Removes something unfinished, if it is there. */
export const discard = (temporary: string): void => {
  for (const suffix of ["", ...besideSuffixes])
    if (fs.existsSync(temporary + suffix)) fs.rmSync(temporary + suffix, { recursive: true })
}

/** A device, a pipe or a folder is nothing that a file takes the place of. A link is: what it leads to stays. */
const requireReplaceable = (target: string): void => {
  const stat = fs.lstatSync(target, { throwIfNoEntry: false })
  if (stat !== undefined && !stat.isFile() && !stat.isSymbolicLink())
    throw new InvalidInput({ field: "target", reason: `${target} is not a file, and is not replaced by one` })
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
  if (replace) {
    requireReplaceable(target)
    fs.renameSync(temporary, target)
  }
  fs.rmSync(temporary, { force: true })
}

/** Makes a finished file durable, gives it its name, and makes that durable too. @throws FileExists */
export const publish = (temporary: string, target: string, replace = false): void => {
  syncFile(temporary)
  giveName(temporary, target, replace)
  syncFolder(path.dirname(target))
}
