/** Databases that are being made: what is refused of their place. */
import * as fs from "node:fs"
import * as path from "node:path"
import { FileExists, LibraryExists, UnsafePlace } from "@white-room/core"
import { publish } from "./NewFile.js"
import { syncedFolder } from "./syncedFolder.js"

export interface CreateOptions {
  /** Allow a folder of a synchronising service, where a live SQLite file can be corrupted. */
  readonly allowSyncedFolder?: boolean
}

/** `publish` for a database. @throws LibraryExists */
export const publishDatabase = (temporary: string, file: string): void => {
  try {
    publish(temporary, file)
  } catch (error) {
    throw error instanceof FileExists ? new LibraryExists({ path: file }) : error
  }
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
