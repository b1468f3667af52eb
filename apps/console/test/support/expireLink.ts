import { join } from "node:path"
import Database from "better-sqlite3"

/** Makes the invitation of a person one whose time is over, as if it had been made long ago. */
export const expireLink = (folder: string, name: string): void => {
  const database = new Database(join(folder, "server", "control.db"), { fileMustExist: true })
  try {
    const { changes } = database.prepare("UPDATE invitation SET expires_at = 1 WHERE name = ?").run(name)
    if (changes !== 1) throw new Error(`there are ${changes} invitations of ${name}`)
  } finally {
    database.close()
  }
}
