/** The one way to open a database where it lies, which may not be ours. */
import * as fs from "node:fs"
import * as path from "node:path"
import Sqlite from "better-sqlite3"
import { checkBeside } from "../sqlite/Beside.js"
import { Database, type DatabaseOptions } from "../sqlite/Database.js"
import { copyAsItLies } from "./DatabaseFile.js"
import { headOfFile } from "./FileChunks.js"
import { makePrivateFolder } from "./PrivateFolder.js"
import { checkSchemaPages } from "./TreePages.js"

export interface InPlaceOptions {
  /**
   * True when nothing in this process opens the file but this package. Then the pages of its schema are looked at before
   * SQLite reads them, which would not end where they lead in circles. Default false.
   */
  readonly alone?: boolean | undefined
}

const journalMagic = "d9d505f920a163d7"

/** True where a crash left a journal: SQLite would write its pages into the file before it reads the schema. */
const hasJournal = (file: string): boolean =>
  fs.existsSync(`${file}-journal`) &&
  Buffer.from(headOfFile(`${file}-journal`, 8)).toString("hex") === journalMagic

/** Walks the schema as it is once SQLite wrote the journal's pages back, which it does in a copy. */
const checkRecovered = (file: string, named: string): void => {
  const folder = makePrivateFolder()
  try {
    const copy = path.join(folder, "database")
    copyAsItLies(file, copy)
    const handle = new Sqlite(copy)
    try {
      // Reads the first page, and so writes the journal back; the schema is not looked at.
      handle.pragma("schema_version")
    } finally {
      handle.close()
    }
    checkSchemaPages(copy, named)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const triesWhileWriting = 3

/**
 * Looks at a database before SQLite does: at what lies beside it, and with `alone` at each page of its schema, once, as SQLite
 * would go round for ever where they lead in circles. Others may be writing to it: what was read in the middle of a write is
 * read again. Where a connection of ours has it open the schema was looked at, and nothing is read by hand: closing a file
 * drops all locks that the process has on it (POSIX).
 * @param named how the person calls the file
 * @throws UnsafeDatabase | LibraryDamaged
 */
export const checkInPlace = (file: string, named: string, { alone }: InPlaceOptions): void => {
  checkBeside(file, named)
  if (alone !== true || Database.isOpenHere(file)) return
  for (let tries = 1; ; tries++)
    try {
      if (hasJournal(file)) checkRecovered(file, named)
      else checkSchemaPages(file, named)
      return
    } catch (error) {
      if (tries === triesWhileWriting) throw error
    }
}

/** Opens it, after that look. @throws UnsafeDatabase | LibraryDamaged, and errors of SQLite */
export const openInPlace = (
  file: string,
  named: string,
  options: DatabaseOptions & InPlaceOptions
): Database => {
  checkInPlace(file, named, options)
  return Database.open(file, options)
}
