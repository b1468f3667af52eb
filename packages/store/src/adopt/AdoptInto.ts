/** Adopting into a new file: the app's database is copied as it is at one moment, also while the app has it open. */
import * as path from "node:path"
import { InvalidInput, LibraryExists, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { checkPlace, openingError } from "../file/DatabaseFile.js"
import { makeFolder } from "../file/Durable.js"
import type { ForeignDatabase } from "../file/ForeignDatabase.js"
import { publishDatabase, refuseSyncedFolder, refuseTaken } from "../file/NewDatabase.js"
import { beginFile } from "../file/NewFile.js"
import { snapshotDatabase } from "../file/snapshotDatabase.js"
import { attempt, failure } from "../session/Attempt.js"
import { Database } from "../sqlite/Database.js"
import {
  type AdoptOptions,
  type AdoptReport,
  adoptDatabase,
  adoptError,
  nothingNew,
  reportOf
} from "./AdoptLibrary.js"
import { liveInventory, recognise, requireWholeCopy, requireWholeFile } from "./AppDatabase.js"
import { inPrivateCopy } from "./inPrivateCopy.js"
import { previewAdoption } from "./previewAdoption.js"
import { requireRoom } from "./SafetyCopy.js"

/** What is refused before anything is made. Returns the temporary name of the new library. */
export const prepareInto = (file: string, into: string, options: AdoptOptions): string => {
  checkPlace(file)
  refuseSyncedFolder(into, options)
  refuseTaken(into)
  makeFolder(path.dirname(into))
  return beginFile(path.dirname(into), { of: file })
}

/** What adopting `file` into `into` would do. */
export const previewInto = (
  file: string,
  into: string,
  options: AdoptOptions
): Effect.Effect<AdoptReport, WhiteRoomError> =>
  attempt(into, "adopt.preview", () => {
    checkPlace(file)
    refuseSyncedFolder(into, options)
    refuseTaken(into)
  }).pipe(
    Effect.zipRight(previewAdoption(file, { allowSyncedFolder: true })),
    Effect.filterOrFail(
      ({ already }) => !already,
      () => isLibrary(file)
    ),
    Effect.map((preview) => ({ ...preview, path: into }))
  )

const isLibrary = (file: string): InvalidInput =>
  new InvalidInput({
    field: "--into",
    reason: `${file} is a library already; copy it with \`whiteroom backup --to\``
  })

/** @throws InvalidInput for a library, NotALibrary, DiskFull, LibraryDamaged */
const requireAdoptable = ({ db, schema }: ForeignDatabase, file: string, temporary: string): void => {
  if (recognise(db, file, schema, requireWholeCopy) === "library") throw isLibrary(file)
  requireRoom(db, path.dirname(temporary), temporary)
}

/**
 * Copies the database at one moment, page by page and without holding a lock for long: SQLite begins again when the
 * app writes in between. The original is only read, and looked at in a copy of its own before it is copied again.
 */
export const copyAtOneMoment = (
  file: string,
  temporary: string,
  { onProgress }: AdoptOptions
): Effect.Effect<void, WhiteRoomError> =>
  inPrivateCopy(file, (foreign) => requireAdoptable(foreign, file, temporary)).pipe(
    Effect.zipRight(
      Effect.tryPromise({
        try: (signal) =>
          snapshotDatabase(file, temporary, {
            signal,
            onPages: (done, total) => onProgress?.({ done, total, step: "copy" })
          }),
        catch: (error) => adoptError(openingError(error, file), file)
      })
    ),
    Effect.catchAll((error) => failure(error, file))
  )

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
    requireWholeFile(db, file)
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
