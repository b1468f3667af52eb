/** The copies in folders that a library remembers. */
import * as fs from "node:fs"
import * as path from "node:path"
import { isWhiteRoomError } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import type { Session } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"
import { readBundleFile } from "./BundleFile.js"
import { bundlesInFolder, withNeeds } from "./BundleFolder.js"

/** A folder counts once, with its newest bundle, and only when it has a backup as a whole. */
export const rememberCopy = (session: Session, copy: LibraryCopy, now: number, isCopy: boolean): void => {
  commit(session, { now }, () => {
    for (const known of copiesOf(session))
      if (path.dirname(known.path) === path.dirname(copy.path))
        session.db.run("DELETE FROM library_copy WHERE path = ?", known.path)
    if (!isCopy) return
    session.db.run(
      "INSERT INTO library_copy(path, copied_at, backup_number, position, bytes) VALUES(?, ?, ?, ?, ?)",
      copy.path,
      now,
      copy.backupNumber,
      copy.position,
      copy.bytes
    )
  })
}

/** True while a bundle and all that it builds on are where they were put. */
const isThere = (file: string): boolean => {
  try {
    if (!fs.existsSync(file)) return false
    const tip = readBundleFile(file)
    return withNeeds([tip], bundlesInFolder(path.dirname(file)).files).missing.length === 0
  } catch (error) {
    if (!isWhiteRoomError(error) && storageError(error, file) === undefined) throw error
    return false
  }
}

/** The copies that were made, newest first, and whether each is still where it was put, with all that it builds on. */
export const copiesOf = (session: Session): ReadonlyArray<LibraryCopy & { readonly present: boolean }> =>
  session.db
    .rows<[string, number, number, number, number]>(
      "SELECT path, copied_at, backup_number, position, bytes FROM library_copy ORDER BY copied_at DESC"
    )
    .map(([file, copiedAt, backupNumber, position, bytes]) => ({
      path: file,
      copiedAt: new Date(copiedAt),
      backupNumber,
      position,
      bytes,
      present: isThere(file)
    }))

export interface LibraryCopy {
  readonly path: string
  readonly copiedAt: Date
  readonly backupNumber: number
  readonly position: number
  readonly bytes: number
}
