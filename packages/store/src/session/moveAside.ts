import * as fs from "node:fs"
import * as path from "node:path"
import { InvalidInput, LibraryLocked } from "@white-room/core"
import { checkPlace, openingError } from "../file/DatabaseFile.js"
import { syncFolder } from "../file/Durable.js"
import { type InPlaceOptions, openInPlace } from "../file/InPlace.js"
import { otherPrograms } from "../file/otherPrograms.js"
import { Database } from "../sqlite/Database.js"

/** `library.set-aside.db` beside the file; numbered when that is taken. */
const freeName = (file: string): string => {
  const { dir, name, ext } = path.parse(file)
  for (let number = 1; ; number++) {
    const aside = path.join(dir, `${name}.set-aside${number === 1 ? "" : `-${number}`}${ext}`)
    if (!fs.existsSync(aside)) return aside
  }
}

/**
 * Gives the file of a library another name beside it, in one step, while nobody else has it open: nothing of it lies in a
 * second file then, which would be left behind and be taken for part of the next one. Returns the new name.
 * @throws LibraryLocked when another program has it open
 */
export const moveAside = (file: string, options: InPlaceOptions): string => {
  checkPlace(file)
  if (fs.lstatSync(file).isSymbolicLink())
    throw new InvalidInput({ field: file, reason: "it is a link; name the file that it leads to" })
  // Of a program that reads nothing just now SQLite knows nothing.
  if (Database.isOpenHere(file) || otherPrograms(file).length > 0) throw new LibraryLocked({ path: file })
  const aside = freeName(file)
  try {
    const db = openInPlace(file, file, { ...options, readonly: false })
    const isHeld = process.platform !== "win32"
    try {
      // Takes everything out of the files beside it, and is refused while others have it open. Opening it makes it WAL again.
      if (db.pragma("journal_mode = DELETE") !== "delete") throw new LibraryLocked({ path: file })
      db.exec("BEGIN EXCLUSIVE")
      if (isHeld) fs.renameSync(file, aside)
    } finally {
      db.close()
    }
    // Windows moves no file that is open: what opens it in between makes this fail.
    if (!isHeld) fs.renameSync(file, aside)
  } catch (error) {
    throw openingError(error, file)
  }
  syncFolder(path.dirname(aside))
  return aside
}
