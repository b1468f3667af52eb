/** Databases that are being made: a temporary name first, its own name only when it is whole. */

import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { LibraryExists, UnsafePlace } from "@white-room/core"
import { isRunning } from "./isRunning.js"
import { syncedFolder } from "./syncedFolder.js"

export interface CreateOptions {
  /** Allow a folder of a synchronising service, where a live SQLite file can be corrupted. */
  readonly allowSyncedFolder?: boolean
}

/** A name beside a file for what is being made; only this process uses it. */
export const temporaryName = (file: string): string =>
  `${file}.new-${process.pid}-${randomBytes(4).toString("hex")}`

/** Removes what processes that ended in the middle wrote under temporary names of `target`. */
export const removeAbandoned = (target: string): void => {
  const prefix = `${path.basename(target)}.new-`
  for (const name of fs.readdirSync(path.dirname(target))) {
    const owner = /^(\d+)-/.exec(name.slice(prefix.length))?.[1]
    if (name.startsWith(prefix) && owner !== undefined && !isRunning(Number(owner)))
      fs.rmSync(path.join(path.dirname(target), name), { force: true })
  }
}

export const removeDatabase = (file: string): void => {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) fs.rmSync(file + suffix, { force: true })
}

/** Gives a finished file its name, never over another one: a link fails when the name is taken. */
export const publish = (from: string, to: string): void => {
  try {
    fs.linkSync(from, to)
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "EEXIST") throw new LibraryExists({ path: to })
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EOPNOTSUPP") throw error
    if (fs.existsSync(to)) throw new LibraryExists({ path: to })
    fs.renameSync(from, to)
    return
  }
  fs.unlinkSync(from)
}

/** A path through the links of those of its folders that exist. */
const throughLinks = (file: string): string => {
  let folder = path.dirname(path.resolve(file))
  while (!fs.existsSync(folder)) folder = path.dirname(folder)
  return path.join(fs.realpathSync(folder), path.relative(folder, path.resolve(file)))
}

/** @throws UnsafePlace in the folder of a synchronising service, links to it included */
export const refuseSyncedFolder = (file: string, { allowSyncedFolder }: CreateOptions): void => {
  const service =
    allowSyncedFolder === true ? undefined : (syncedFolder(file) ?? syncedFolder(throughLinks(file)))
  if (service !== undefined) throw new UnsafePlace({ path: file, service })
}

/** A leftover WAL of a lost file would be played into a new one of its name. @throws LibraryExists */
export const refuseTaken = (file: string): void => {
  for (const taken of [file, `${file}-wal`, `${file}-journal`])
    if (fs.existsSync(taken)) throw new LibraryExists({ path: taken })
}
