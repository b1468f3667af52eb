import { LibraryTooNew } from "@white-room/core"
import type { ForeignDatabase } from "../file/ForeignDatabase.js"
import { hasTable } from "../sqlite/Schema.js"
import { formatVersion, readInfo, Session, type SessionOptions } from "./Session.js"

/**
 * The library that a database of unknown origin is, to read its backups; `undefined` when it is none. Closing the database
 * closes it.
 * @throws LibraryTooNew | MalformedData
 */
export const openForeignLibrary = (
  { db, notOurs }: ForeignDatabase,
  file: string,
  options: SessionOptions
): Session | undefined => {
  if (notOurs.length > 0 || !hasTable(db, "library_info") || !hasTable(db, "event_log")) return undefined
  const { minReader, epoch } = readInfo(db)
  if (minReader > formatVersion)
    throw new LibraryTooNew({ path: file, needs: minReader, supported: formatVersion, access: "read" })
  return new Session(db, file, options, "", epoch, undefined)
}
