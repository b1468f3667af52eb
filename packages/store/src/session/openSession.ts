/** Creating and opening library files: what fits, what is refused, and that refusing changes nothing. */

import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { LibraryTooNew, NotALibrary, StorageFailed } from "@white-room/core"
import { canWrite, checkPlace, copyAside, openingError } from "../file/DatabaseFile.js"
import { openInPlace } from "../file/InPlace.js"
import type { Database } from "../sqlite/Database.js"
import { checkOwnSchema } from "../sqlite/OwnSchema.js"
import { hasTable } from "../sqlite/Schema.js"
import { fileIdentity, formatVersion, readInfo, Session, type SessionOptions } from "./Session.js"

const checkTables = (db: Database, file: string): void => {
  if (hasTable(db, "library_info") && hasTable(db, "event_log")) return
  const app = hasTable(db, "song_data")
    ? "it is a White Room database that is not protected yet"
    : "it is a SQLite database of something else"
  throw new NotALibrary({ path: file, reason: app })
}

/** A file that is not the one last written to is a copy: it gets an epoch of its own. */
const recordIdentity = (db: Database, file: string): string => {
  const identity = fileIdentity(file)
  if (readInfo(db).fileIdentity !== identity)
    db.immediate(() => {
      if (readInfo(db).fileIdentity === identity) return
      db.run("UPDATE library_info SET file_identity = ?, epoch = ? WHERE id = 1", identity, randomBytes(16))
    })
  return identity
}

/** Opens a library; changes nothing in it but, for a copied file, its epoch. Never creates a file. */
export const openSession = (file: string, options: SessionOptions): Session => {
  checkPlace(file)
  // SQLite keeps its WAL beside the file itself, not beside a link to it.
  const real = fs.realpathSync(file)
  const readonly = !canWrite(real)
  const place = readonly ? copyAside(real) : real
  let db: Database | undefined
  try {
    db = openInPlace(place, file, { ...options, readonly: false })
    checkTables(db, file)
    checkOwnSchema(db, file)
    const info = readInfo(db)
    if (info.minReader > formatVersion)
      throw new LibraryTooNew({ path: file, needs: info.minReader, supported: formatVersion, access: "read" })
    const mayWrite = !readonly && info.minWriter <= formatVersion
    if (mayWrite) enterWal(db, file)
    const identity = mayWrite ? recordIdentity(db, file) : fileIdentity(file)
    const aside = readonly ? path.dirname(place) : undefined
    return new Session(db, file, options, identity, readInfo(db).epoch, aside)
  } catch (error) {
    db?.close()
    if (readonly) fs.rmSync(path.dirname(place), { recursive: true, force: true })
    throw openingError(error, file)
  }
}

const enterWal = (db: Database, file: string): void => {
  const mode = db.pragma("journal_mode = WAL")
  if (mode !== "wal")
    throw new StorageFailed({
      path: file,
      operation: "open",
      detail: `this disk does not support WAL (${String(mode)})`
    })
}
