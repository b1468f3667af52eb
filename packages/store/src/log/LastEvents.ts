/** The last events of many entities: looked up together, in a third of the time. */
import { type EntityKey, type EntityState, noEntity, subjects } from "@white-room/core"
import type { Database } from "../sqlite/Database.js"
import { wholeOf } from "../sqlite/StoredValue.js"
import { stateAfter, stateOf } from "./EventTable.js"

/** Entities whose last events are looked up together. */
export const entitiesAtOnce = 64

const wanted = Array.from({ length: entitiesAtOnce }, (_, number) => `(${number}, ?, ?)`).join(", ")

const lastByKey = (columns: string): string => `WITH wanted(number, subject, id) AS (VALUES ${wanted})
  SELECT number, ${columns} FROM wanted CROSS JOIN event_log e ON e.position =
    (SELECT max(position) FROM event_log WHERE subject = wanted.subject AND entity_id = wanted.id)`

const positionsByKey = lastByKey("position, version")
const statesByKey = lastByKey("version, type, schema, payload")

/** What a statement finds of each of these that has events, beside its number among them. */
const findEach = (
  db: Database,
  sql: string,
  keys: ReadonlyArray<EntityKey>
): ReadonlyArray<readonly [number: number, found: ReadonlyArray<unknown>]> => {
  const values = Array.from({ length: entitiesAtOnce }, (_, number) => {
    const key = keys[number]
    return key === undefined ? [null, null] : [subjects.indexOf(key.kind), key.id]
  })
  return db
    .rows<ReadonlyArray<unknown>>(sql, ...values.flat())
    .map(([number, ...found]) => [wholeOf(number, "event"), found])
}

/** `lastEventOf` each of these, `entitiesAtOnce` at most, in their order. */
export const lastEventsOf = (
  db: Database,
  keys: ReadonlyArray<EntityKey>
): ReadonlyArray<{ readonly position: number; readonly version: number }> => {
  const last = keys.map(() => ({ position: 0, version: 0 }))
  for (const [number, [position, version]] of findEach(db, positionsByKey, keys))
    last[number] = { position: wholeOf(position, "event"), version: wholeOf(version, "event") }
  return last
}

/** With fewer, looking each up takes no longer. */
const fewEntities = 8

/** `stateOf` each of these as it is now, in their order. */
export const statesOf = (db: Database, keys: ReadonlyArray<EntityKey>): ReadonlyArray<EntityState> => {
  if (keys.length < fewEntities) return keys.map((key) => stateOf(db, key))
  const states = keys.map(() => noEntity)
  for (let from = 0; from < keys.length; from += entitiesAtOnce)
    for (const [number, found] of findEach(db, statesByKey, keys.slice(from, from + entitiesAtOnce)))
      states[from + number] = stateAfter(db, found)
  return states
}
