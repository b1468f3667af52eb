/** A database of SQLite as files. */
import { besideSuffixes } from "@white-room/store/transfer"

/** What may be there of one, itself first. */
export const sqliteFiles = (file: string): ReadonlyArray<string> =>
  ["", ...besideSuffixes].map((suffix) => file + suffix)

const libraryPart = new RegExp(`\\.db(?:${besideSuffixes.join("|")})?$`)

/** Whether a name is that of a library file, or of what lies beside one. */
export const isLibraryPart = (name: string): boolean => libraryPart.test(name)
