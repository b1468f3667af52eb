/**
 * What lies beside a database, looked at before SQLite does. SQLite believes it: it writes into `-wal` and `-shm` wherever
 * these lead, and a rollback journal may end in the name of a "super-journal", a file that SQLite removes when it rolls
 * back (`readSuperJournal` and `pager_delsuper` of its `pager.c`). It can be the name of any file.
 *
 * A super-journal belongs to a transaction over several attached databases that was cut off; neither White Room nor this
 * program ever makes one. So every database whose journal names one is left alone, also where SQLite would ignore the
 * name: because its sum is wrong, or the journal is not hot.
 */
import * as fs from "node:fs"
import { errorCode, shortened, UnsafeDatabase } from "@white-room/core"

/** What SQLite keeps beside its files. */
export const besideSuffixes = ["-wal", "-shm", "-journal"] as const

const magic = Buffer.from("d9d505f920a163d7", "hex")

/** The length and the sum of the name, and the magic that follows it. */
const tailLength = 16

/** The bytes where a file ends, from one that is open. */
const endOf = (handle: number, length: number): Buffer => {
  const { size } = fs.fstatSync(handle)
  const end = Buffer.alloc(Math.min(size, length))
  fs.readSync(handle, end, 0, end.length, size - end.length)
  return end
}

/** Longer names are not looked for whole: SQLite itself takes none of that length. */
const longestName = 4096

/** None where the journal was removed a moment ago, as an app does that is writing. */
const openJournal = (journal: string): number | undefined => {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = fs.constants
  try {
    return fs.openSync(journal, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
}

/** The name that a journal ends in. */
const superJournalOf = (journal: string): string | undefined => {
  const handle = openJournal(journal)
  if (handle === undefined) return undefined
  try {
    const end = endOf(handle, tailLength + longestName)
    if (end.length < tailLength || !end.subarray(-magic.length).equals(magic)) return undefined
    const length = end.readUInt32BE(end.length - tailLength)
    if (length === 0) return undefined
    return end.subarray(Math.max(0, end.length - tailLength - length), -tailLength).toString("utf8")
  } finally {
    fs.closeSync(handle)
  }
}

/**
 * Refuses a database that SQLite could not open without harm.
 * @param named how the person calls the file
 * @throws UnsafeDatabase
 */
export const checkBeside = (file: string, named = file): void => {
  const refuse = (reason: string) => new UnsafeDatabase({ path: named, reason })
  // SQLite keeps them beside the file itself, not beside a link to it.
  const real = fs.existsSync(file) ? fs.realpathSync(file) : file
  for (const suffix of besideSuffixes) {
    const stat = fs.lstatSync(real + suffix, { throwIfNoEntry: false })
    if (stat === undefined) continue
    if (stat.isSymbolicLink())
      throw refuse(`its ${suffix} file is a link, and SQLite would write where it leads`)
    if (!stat.isFile())
      throw refuse(`there is something that is not a file where its ${suffix} file should be`)
  }
  const name = superJournalOf(`${real}-journal`)
  if (name !== undefined)
    throw refuse(
      `it was left in the middle of a write, and its journal names a file that SQLite would remove (${JSON.stringify(shortened(name))})`
    )
}
