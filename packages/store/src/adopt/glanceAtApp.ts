import { NotALibrary, parseTime, type WhiteRoomError } from "@white-room/core"
import type * as Effect from "effect/Effect"
import { LiveTable } from "../live/LiveTable.js"
import type { Database } from "../sqlite/Database.js"
import { requireWholeCopy } from "./AppDatabase.js"
import { inPrivateCopy } from "./inPrivateCopy.js"

/** What is seen of a database at a glance. */
export interface AppGlance {
  /** True when it is a library already. */
  readonly library: boolean
  readonly songs: number
  /** `undefined`: nothing in it says so. */
  readonly changedAt: Date | undefined
}

const table = "song_data"

/** The newest time at which a song says that it was changed. */
const changedAt = (db: Database, live: LiveTable | undefined): Date | undefined => {
  if (live?.defaults.has("updated_at") !== true) return undefined
  const [newest] = db.row<[unknown]>(`SELECT max(CAST(updated_at AS TEXT)) FROM ${table}`) ?? []
  return typeof newest === "string" ? parseTime(newest) : undefined
}

/**
 * How many songs the database at `file` has, and when the last was changed: seen in a private copy, so that nothing happens to
 * the file, to what lies beside it, or anywhere else, whoever made it.
 */
export const glanceAtApp = (file: string): Effect.Effect<AppGlance, WhiteRoomError> =>
  inPrivateCopy(file, ({ db, schema }) => {
    const library = schema.some(({ name }) => name.toLowerCase() === "library_info")
    const live = LiveTable.of(db, "song", "unknown")
    if (live === undefined) throw new NotALibrary({ path: file, reason: "it has no songs of White Room" })
    requireWholeCopy(db, table, file)
    return { library, songs: live.count(), changedAt: changedAt(db, live) }
  })
