/** How the app that writes a library's rows spells times. */
import { kinds, type TimeSpelling } from "@white-room/core"
import { LiveTable } from "../live/LiveTable.js"
import type { Database } from "../sqlite/Database.js"

const iosShape = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'"

/** Rows that are looked at per table. */
const looked = 1000

/** The spelling of most of the newest rows; ISO 8601, as this library writes itself, where there are none. */
export const timeSpellingOf = ({ db }: { readonly db: Database }): TimeSpelling => {
  let lead = 0
  for (const kind of kinds) {
    const live = LiveTable.of(db, kind, "unknown")
    if (live?.defaults.has("updated_at") !== true) continue
    const [ios, all] = db.row<[number, number]>(
      `SELECT coalesce(sum(updated_at GLOB ${iosShape}), 0), count(*)
       FROM (SELECT updated_at FROM "${live.definition.table}" ORDER BY ${live.order} DESC LIMIT ${looked})`
    ) ?? [0, 0]
    lead += 2 * ios - all
  }
  return lead > 0 ? "ios" : "iso"
}
