import { realpathSync } from "node:fs"
import type { WhiteRoomError } from "@white-room/core"
import Sqlite from "better-sqlite3"
import type * as Effect from "effect/Effect"
import { checkInPlace, type InPlaceOptions } from "../file/InPlace.js"
import { triggerTexts } from "../live/Triggers.js"
import { attempt } from "../session/Attempt.js"
import type { Damage } from "./Findings.js"

const isOurs = (error: unknown): boolean =>
  error instanceof Error && /^malformed database schema \(white_room_/.test(error.message)

/** True when SQLite refuses the file because it cannot read the text of a trigger of ours. */
const isRefused = (file: string): boolean => {
  const handle = new Sqlite(file, { readonly: true, fileMustExist: true })
  try {
    handle.prepare("SELECT 1 FROM sqlite_schema").get()
    return false
  } catch (error) {
    if (isOurs(error)) return true
    throw error
  } finally {
    handle.close()
  }
}

/** Writes the texts as they must be, and has everybody read the schema again. Returns the names of those that differed. */
const writeTexts = (file: string): ReadonlyArray<string> => {
  const handle = new Sqlite(file, { fileMustExist: true })
  try {
    handle.unsafeMode(true)
    // So it opens a schema that it cannot read in full, and lets its texts be written.
    handle.pragma("writable_schema = ON")
    handle.pragma("synchronous = FULL")
    handle.pragma("fullfsync = 1")
    if (handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'library_info'").get() === undefined)
      return []
    const write = handle.prepare(
      "UPDATE sqlite_schema SET sql = ? WHERE type = 'trigger' AND name = ? AND sql IS NOT ?"
    )
    return handle
      .transaction(() => {
        const mended = triggerTexts.filter(({ name, sql }) => write.run(sql, name, sql).changes > 0)
        const version = Number(handle.pragma("schema_version", { simple: true }))
        handle.pragma(`schema_version = ${version + 1}`)
        return mended.map(({ name }) => name)
      })
      .immediate()
  } finally {
    handle.close()
  }
}

/**
 * Makes a library readable again that nobody can open, neither we nor the app, because the text of one of our triggers was
 * damaged. Does nothing to any other file. Gives what it mended: damage, for a check to tell.
 */
export const mendSchema = (
  file: string,
  options: InPlaceOptions = {}
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  attempt(file, "mendSchema", () => {
    checkInPlace(realpathSync(file), file, options)
    return isRefused(file)
      ? writeTexts(file).map((name) => ({
          what: `trigger ${name}`,
          reason: "its text was damaged, so that no program could open the file",
          backups: [],
          entities: [],
          mended: true
        }))
      : []
  })
