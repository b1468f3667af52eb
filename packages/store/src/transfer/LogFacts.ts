/** What a log that came says, for those who hold against it what was derived of it elsewhere. */
import type { EntityKey } from "@white-room/core"
import { changeAt, lastEventOf } from "../log/EventTable.js"
import type { Database } from "../sqlite/Database.js"
import { wholeOf } from "../sqlite/StoredValue.js"
import { type BackupsChange, backupsChangedSince } from "./BackupsChanged.js"

/** The last event of an entity up to a position. */
export interface EntityFact {
  readonly position: number
  readonly version: number
  /** `undefined`: it is its deletion. */
  readonly record: Uint8Array | undefined
}

export interface LogFacts {
  /** How many entities there ever were up to a position. */
  readonly entities: (until: number) => number
  /** `undefined` for one that never was. @throws MalformedData for an event that cannot be read */
  readonly entity: (key: EntityKey, until: number) => EntityFact | undefined
  /** What the events after one position, up to another, change of the backups. */
  readonly backupsChanged: (since: number, last: number) => BackupsChange
}

const countEntities = (db: Database, until: number): number => {
  const row = db.row<[unknown]>(
    `SELECT count(*) FROM (SELECT DISTINCT subject, entity_id FROM event_log
     WHERE +subject BETWEEN 1 AND 3 AND position <= ?)`,
    until
  )
  return wholeOf(row?.[0], "event")
}

export const logFacts = (db: Database): LogFacts => ({
  entities: (until) => countEntities(db, until),
  entity: (key, until) => {
    const { position, version } = lastEventOf(db, key, until)
    return position === 0
      ? undefined
      : { position, version, record: changeAt(db, position).record ?? undefined }
  },
  backupsChanged: (since, last) => backupsChangedSince(db, since, last)
})
