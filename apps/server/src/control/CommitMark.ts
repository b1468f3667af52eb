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

const openDatabase = (file: string, counter: string | undefined) => {
  // Not read-only: of whichever connection is closed last, SQLite brings what is in the log beside the file into the file.
  const db = new Sqlite(file, { fileMustExist: true })
  try {
    const version = db.prepare<[], number>("PRAGMA data_version").pluck()
    const count = counter === undefined ? version : db.prepare<[], number>(counter).pluck()
    return { db, version, count, connection: ++connections, seen: -1, mark: "" }
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * The mark of a file, on a connection of its own that holds no lock between two questions. With a `counter`, a statement that gives a number, it is
 * another text only when that number is another: the statement runs once after each commit.
 */
export const commitMark = (file: string, counter?: string): CommitMark => {
  let open: ReturnType<typeof openDatabase> | undefined
  const close = (): void => {
    open?.db.close()
    open = undefined
  }
  return {
    close,
    now: () => {
      try {
        open ??= openDatabase(file, counter)
        const version = open.version.get() ?? 0
        if (version !== open.seen) {
          open.mark = `${open.connection}.${open.count.get()}`
          open.seen = version
        }
        return open.mark
      } catch {
        close()
        return undefined
      }
    }
  }
}
