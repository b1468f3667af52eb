/**
 * The time zone of a library: whose days, weeks and hours retention counts. It is settled once, at first use, and does not
 * follow whoever prunes: two people in two zones would each let go what the other's days keep.
 */
import { InvalidInput, isZone, systemZone } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import type { Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"
import { hasTable, settingSchema } from "../sqlite/Schema.js"
import { textOf } from "../sqlite/StoredValue.js"

const name = "time zone"

/** The zone that was settled; `undefined` before the first use. */
export const settledZone = (db: Database): string | undefined => {
  if (!hasTable(db, "library_setting")) return undefined
  const [value] = db.row<[unknown]>("SELECT value FROM library_setting WHERE name = ?", name) ?? []
  return value === undefined ? undefined : textOf(value, "setting")
}

/** Settles the zone. @throws InvalidInput for one that is not known here */
export const settleZone = (session: Session, zone: string, now: number): void => {
  if (!isZone(zone))
    throw new InvalidInput({
      field: "timeZone",
      reason: `"${zone}" is not a time zone that is known here, such as Europe/Berlin or UTC`
    })
  commit(session, { now }, () => {
    const { db } = session
    if (!hasTable(db, "library_setting")) {
      db.exec(settingSchema)
      session.rememberSchema()
    }
    db.run(
      "INSERT INTO library_setting(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
      name,
      zone
    )
  })
}

/** The zone to count by, and the one that was settled where that is not known here and UTC takes its place. */
export interface ZoneInUse {
  readonly zone: string
  readonly unknownZone?: string | undefined
}

/** Before one is settled: `otherwise`, the zone of who asks, else that of this machine. */
export const zoneInUse = (db: Database, otherwise: string | undefined): ZoneInUse => {
  const zone = settledZone(db) ?? otherwise ?? systemZone()
  return isZone(zone) ? { zone } : { zone: "UTC", unknownZone: zone }
}
