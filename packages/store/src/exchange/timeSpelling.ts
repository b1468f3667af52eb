/** How the app that writes a library's rows spells times. */
import type { TimeSpelling } from "@white-room/core"
import type { Database } from "../db/Database.js"

const iosShape = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'"

/** The spelling of the rows that were written last; ISO 8601, as this library writes itself, where there are none. */
export const timeSpellingOf = ({ db }: { readonly db: Database }): TimeSpelling => {
  for (const table of ["song_data", "performance_data", "user_preferences"]) {
    const exists = db.row("SELECT 1 FROM pragma_table_info(?) WHERE name = 'updated_at'", table)
    if (exists === undefined) continue
    const last = db.row<[number]>(
      `SELECT updated_at GLOB ${iosShape} FROM "${table}" WHERE typeof(updated_at) = 'text' ORDER BY rowid DESC LIMIT 1`
    )
    if (last !== undefined) return last[0] === 1 ? "ios" : "iso"
  }
  return "iso"
}
