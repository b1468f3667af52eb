import * as fs from "node:fs"
import * as path from "node:path"
import { Database } from "../sqlite/Database.js"
import { canWrite, copyAside, isUnopenable } from "./DatabaseFile.js"

/**
 * A connection that changes nothing. One that may write takes its -wal and -shm away again, so it is used unless such
 * files are there: those belong to the app.
 */
const openUnchanged = (real: string): Database => {
  const inUse = fs.existsSync(`${real}-wal`) || fs.existsSync(`${real}-journal`)
  const db = Database.open(real, { readonly: inUse || !canWrite(real) })
  try {
    db.exec("PRAGMA query_only = 1")
    // Only reading shows whether there is something to mend first.
    void db.schemaVersion
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Runs `body` on a database and changes nothing in it. What a crash left in the middle of a write, or a medium that
 * cannot be written, can only be read where SQLite may write: then it is read from a copy.
 */
export const readUnchanged = <A>(real: string, body: (db: Database) => A): A => {
  let aside: string | undefined
  let db: Database | undefined
  const done = (): void => {
    db?.close()
    if (aside !== undefined) fs.rmSync(path.dirname(aside), { recursive: true, force: true })
  }
  try {
    try {
      db = openUnchanged(real)
    } catch (error) {
      if (!isUnopenable(error)) throw error
      aside = copyAside(real)
      db = Database.open(aside, { readonly: false })
    }
    const result = body(db)
    if (!(result instanceof Promise)) done()
    else void result.then(done, done)
    return result
  } catch (error) {
    done()
    throw error
  }
}
