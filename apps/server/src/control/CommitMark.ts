/** Whether anything was committed to a database of SQLite since it was looked at last, by whichever connection of whichever program. */
import Sqlite from "better-sqlite3"

export interface CommitMark {
  /**
   * Another text than before as soon as a commit has ended; it is looked up in 2 µs. `undefined` where the file cannot be asked.
   */
  readonly now: () => string | undefined
  readonly close: () => void
}

/** What SQLite counts is comparable within one connection alone. */
let connections = 0

const openDatabase = (file: string) => {
  // Not read-only: of whichever connection is closed last, SQLite brings what is in the log beside the file into the file.
  const db = new Sqlite(file, { fileMustExist: true })
  try {
    const version = db.prepare<[], number>("PRAGMA data_version").pluck()
    return { db, version, connection: ++connections }
  } catch (error) {
    db.close()
    throw error
  }
}

/** The mark of a file, on a connection of its own that holds no lock between two questions. */
export const commitMark = (file: string): CommitMark => {
  let open: ReturnType<typeof openDatabase> | undefined
  const close = (): void => {
    open?.db.close()
    open = undefined
  }
  return {
    close,
    now: () => {
      try {
        open ??= openDatabase(file)
        return `${open.connection}.${open.version.get()}`
      } catch {
        close()
        return undefined
      }
    }
  }
}
