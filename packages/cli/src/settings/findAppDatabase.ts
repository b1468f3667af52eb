/** Looks for the database of the app. Reads it, and leaves it as it is. */
import { existsSync } from "node:fs"
import { parseTime } from "@white-room/core"
import { appDatabase } from "./Environment.js"

export interface AppDatabase {
  readonly path: string
  /** True when it was adopted before. */
  readonly library: boolean
  /** `undefined` when the file could not be read, for example because the app is writing it. */
  readonly songs: number | undefined
  readonly changedAt: Date | undefined
}

const isRow = (row: unknown): row is { readonly songs: number; readonly changed: string | null } =>
  typeof row === "object" && row !== null && "songs" in row && typeof row.songs === "number"

/** The app's database in its usual place. */
export const findAppDatabase = async (
  env: Readonly<Record<string, string | undefined>>
): Promise<AppDatabase | undefined> => {
  const path = appDatabase(env)
  if (!existsSync(path)) return undefined
  const unreadable: AppDatabase = { path, library: false, songs: undefined, changedAt: undefined }
  const { default: Database } = await import("better-sqlite3")
  try {
    // A read-only connection would leave the -wal and -shm files behind that it makes for a database in WAL mode; one
    // that may write takes them away again. Those that are there already belong to the app.
    const db = new Database(path, { readonly: existsSync(`${path}-wal`), fileMustExist: true })
    try {
      const library =
        db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'library_info'").get() !== undefined
      const row = db.prepare("SELECT count(*) AS songs, max(updated_at) AS changed FROM song_data").get()
      if (!isRow(row)) return { ...unreadable, library }
      const changedAt = row.changed === null ? undefined : parseTime(row.changed)
      return { path, library, songs: row.songs, changedAt }
    } finally {
      db.close()
    }
  } catch {
    // Locked, damaged or of another kind: that it is there is still worth saying.
    return unreadable
  }
}
