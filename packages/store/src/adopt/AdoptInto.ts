/** Adopting into a new file: the app's database is copied as it is at one moment, also while the app has it open. */
import * as fs from "node:fs"
import * as path from "node:path"
import { InvalidInput, LibraryExists } from "@white-room/core"
import { checkPlace, openingError } from "../file/DatabaseFile.js"
import { makeFolder } from "../file/Durable.js"
import { publishDatabase, refuseSyncedFolder, refuseTaken } from "../file/NewDatabase.js"
import { beginFile } from "../file/NewFile.js"
import { readUnchanged } from "../file/readUnchanged.js"
import { Database } from "../sqlite/Database.js"
import {
  type AdoptOptions,
  type AdoptReport,
  adoptDatabase,
  adoptError,
  nothingNew,
  previewAdoption,
  reportOf
} from "./AdoptLibrary.js"
import { liveInventory, recognise } from "./AppDatabase.js"
import { requireRoom } from "./SafetyCopy.js"

/** Pages copied at a time: in between the app may write, in every journal mode. */
const pagesPerStep = 256

/** What is refused before anything is made. Returns the temporary name of the new library. */
export const prepareInto = (file: string, into: string, options: AdoptOptions): string => {
  checkPlace(file)
  refuseSyncedFolder(into, options)
  refuseTaken(into)
  makeFolder(path.dirname(into))
  return beginFile(path.dirname(into), { of: file })
}

/** What adopting `file` into `into` would do. */
export const previewInto = (file: string, into: string, options: AdoptOptions): AdoptReport => {
  checkPlace(file)
  refuseSyncedFolder(into, options)
  refuseTaken(into)
  const preview = previewAdoption(file, { ...options, allowSyncedFolder: true })
  if (preview.already) throw isLibrary(file)
  return { ...preview, path: into }
}

const isLibrary = (file: string): InvalidInput =>
  new InvalidInput({
    field: "--into",
    reason: `${file} is a library already; copy it with \`whiteroom backup --to\``
  })

/**
 * Copies the database at one moment, page by page and without holding a lock for long: SQLite begins again when the
 * app writes in between. The original is opened to read only.
 */
export const copyAtOneMoment = async (
  file: string,
  temporary: string,
  signal: AbortSignal,
  onProgress: AdoptOptions["onProgress"]
): Promise<void> => {
  try {
    await readUnchanged(fs.realpathSync(file), async (db) => {
      if (recognise(db, file) === "library") throw isLibrary(file)
      requireRoom(db, path.dirname(temporary), temporary)
      await db.handle.backup(temporary, {
        progress: ({ totalPages, remainingPages }) => {
          signal.throwIfAborted()
          onProgress?.({ done: totalPages - remainingPages, total: totalPages, step: "copy" })
          return pagesPerStep
        }
      })
    })
  } catch (error) {
    throw adoptError(openingError(error, file), file)
  }
}

/** Adopts the copy, makes it durable, and gives it its name. */
export const adoptCopy = (
  file: string,
  temporary: string,
  into: string,
  options: AdoptOptions,
  now: number
): AdoptReport => {
  const db = Database.open(temporary, { readonly: false })
  let report: AdoptReport
  try {
    recognise(db, file)
    const about = { ...nothingNew(db, into, temporary), ...liveInventory(db) }
    const made = adoptDatabase(db, file, options, now, () => undefined)
    // Adopted in place by another process before it was copied.
    if (made === undefined) throw new LibraryExists({ path: file })
    report = reportOf(about, made)
  } catch (error) {
    throw adoptError(error, file)
  } finally {
    db.close()
  }
  publishDatabase(temporary, into)
  return report
}
