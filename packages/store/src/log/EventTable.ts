/** The event log in SQLite, read by position: its head, its events, and the states they come to. */
import {
  type EntityKey,
  type EntityState,
  type EventType,
  eventTypes,
  genesis,
  isDeletion,
  isEntity,
  type Kind,
  kinds,
  type LoggedEvent,
  type LogHead,
  malformed,
  noEntity,
  type Subject,
  subjects,
  upcast
} from "@white-room/core"
import { sha256 } from "../object/Compression.js"
import type { Database } from "../sqlite/Database.js"
import { bytesOf, countOf, textOf, timeOf, wholeOf } from "../sqlite/StoredValue.js"

export const readHead = (db: Database): LogHead => {
  const row = db.row<[unknown, unknown]>(
    "SELECT position, chain_hash FROM event_log ORDER BY position DESC LIMIT 1"
  )
  if (row === undefined) return { position: 0, chainHash: genesis }
  return { position: countOf(row[0], "event"), chainHash: bytesOf(row[1], "event") }
}

/** The chain hash after a position, and that before the first event for 0; `undefined` past the head. */
export const chainHashAt = (db: Database, position: number): Uint8Array | undefined => {
  if (position === 0) return genesis
  const row = db.row<[unknown]>("SELECT chain_hash FROM event_log WHERE position = ?", position)
  return row && bytesOf(row[0], "event")
}

/** The number of the command that an event is of; 0 where there is no event. */
export const commandAt = (db: Database, position: number): number =>
  wholeOf(db.row<[unknown]>("SELECT command FROM event_log WHERE position = ?", position)?.[0] ?? 0, "event")

/** How many events there are, and the position of the last: the same where none is missing. */
export const extentOf = (db: Database): { readonly count: number; readonly last: number } => {
  const [count, last] = db.row<[number, number]>(
    "SELECT count(*), coalesce(max(position), 0) FROM event_log"
  ) ?? [0, 0]
  return { count, last }
}

/** Positions of events that are there, after one; not looked at, because a damaged one may be any number. */
export const positionsAfter = (db: Database, after: number, limit: number): ReadonlyArray<number> =>
  db
    .rows<[number]>(
      "SELECT position FROM event_log WHERE position > ? ORDER BY position LIMIT ?",
      after,
      limit
    )
    .map(([position]) => position)

/** @throws MalformedData for a type of the future */
export const eventType = (stored: unknown): EventType => {
  const type = eventTypes.find((known) => known === stored)
  if (type === undefined) throw malformed("event", `unknown type ${stored}`)
  return type
}

/** A payload as stored, brought up to the newest schema version. @throws MalformedData for a version of the future */
export const payloadOf = (db: Database, type: EventType, schema: unknown, payload: unknown): Uint8Array =>
  upcast(type, countOf(schema, "event"), bytesOf(payload, "event"), db.upcasters)

/** What an entity is after an event of it: a row of its version, type, schema and payload. */
export const stateAfter = (
  db: Database,
  [version, stored, schema, payload]: ReadonlyArray<unknown>
): EntityState => {
  const type = eventType(stored)
  const record = isDeletion(type) ? undefined : payloadOf(db, type, schema, payload)
  return { version: countOf(version, "event"), record }
}

/** The last event of an entity at or before a position, as a state. */
export const stateOf = (
  db: Database,
  { kind, id }: EntityKey,
  position = Number.MAX_SAFE_INTEGER
): EntityState => {
  const row = db.row<[unknown, unknown, unknown, unknown]>(
    `SELECT version, type, schema, payload FROM event_log
     WHERE subject = ? AND entity_id = ? AND position <= ? ORDER BY position DESC LIMIT 1`,
    subjects.indexOf(kind),
    id,
    position
  )
  return row === undefined ? noEntity : stateAfter(db, row)
}

/** The version of an entity, a backup or the library after its last event up to a position. Reads no payload. */
export const lastEventOf = (
  db: Database,
  { kind, id }: { readonly kind: Subject; readonly id: string },
  until = Number.MAX_SAFE_INTEGER
): { readonly position: number; readonly version: number } => {
  const row = db.row<[unknown, unknown]>(
    `SELECT position, version FROM event_log
     WHERE subject = ? AND entity_id = ? AND position <= ? ORDER BY position DESC LIMIT 1`,
    subjects.indexOf(kind),
    id,
    until
  )
  return row === undefined
    ? { position: 0, version: 0 }
    : { position: wholeOf(row[0], "event"), version: wholeOf(row[1], "event") }
}

/** Who asked for an event, and when. */
interface Asked {
  readonly commandId: string
  readonly actor: string
  readonly recordedAt: number
}

/** Who asked for the events of a command. */
export const commandOf = (db: Database, number: number): Asked | undefined => {
  const row = db.row<ReadonlyArray<unknown>>(
    "SELECT command_id, actor, recorded_at FROM command WHERE number = ?",
    number
  )
  return (
    row && {
      commandId: textOf(row[0], "event"),
      actor: textOf(row[1], "event"),
      recordedAt: timeOf(row[2], "event")
    }
  )
}

/** An event of its row, up to its schema, and its bytes. @throws MalformedData */
export const loggedEvent = (
  row: ReadonlyArray<unknown>,
  payload: Uint8Array,
  chainHash: Uint8Array,
  { commandId, actor, recordedAt }: Asked
): LoggedEvent => {
  const subject = subjects[countOf(row[2], "event")]
  if (subject === undefined) throw malformed("event", `unknown subject ${row[2]} at @${row[0]}`)
  return {
    position: countOf(row[0], "event"),
    subject,
    id: textOf(row[3], "event"),
    version: countOf(row[4], "event"),
    type: eventType(row[5]),
    schema: countOf(row[6], "event"),
    commandId,
    actor,
    recordedAt,
    payload,
    payloadHash: sha256(payload),
    chainHash
  }
}

/** A page of events after a position, but for those whose command is missing. */
export const readEvents = (db: Database, after: number, limit: number): ReadonlyArray<LoggedEvent> => {
  const rows = db.rows<ReadonlyArray<unknown>>(
    `SELECT position, command, subject, entity_id, version, type, schema, payload, chain_hash FROM event_log
     WHERE position > ? ORDER BY position LIMIT ?`,
    after,
    limit
  )
  const events: Array<LoggedEvent> = []
  // Events of one command stand side by side: it is looked up once.
  let number: unknown
  let asked: Asked | undefined
  for (const row of rows) {
    if (row[1] !== number) {
      number = row[1]
      asked = commandOf(db, wholeOf(number, "event"))
    }
    if (asked !== undefined)
      events.push(loggedEvent(row, bytesOf(row[7], "event"), bytesOf(row[8], "event"), asked))
  }
  return events
}

/** An entity and its state after the last event about it in some range. */
export interface ChangedEntity extends EntityKey {
  readonly position: number
  readonly record: Uint8Array | null
}

/** What an event made of an entity: its record, `undefined` when it is gone. @throws MalformedData */
export const entityAfter = (
  db: Database,
  [subject, id, stored, schema, payload]: ReadonlyArray<unknown>
): EntityKey & { readonly record: Uint8Array | undefined } => {
  const kind = subjects[countOf(subject, "event")]
  if (kind !== "song" && kind !== "performance" && kind !== "preferences")
    throw malformed("event", "it is not about an entity")
  const type = eventType(stored)
  const record = isDeletion(type) ? undefined : payloadOf(db, type, schema, payload)
  return { kind, id: textOf(id, "event"), record }
}

/** A row of what `entityAfter` takes, and its position last. */
const changedEntity = (db: Database, row: ReadonlyArray<unknown>): ChangedEntity => {
  const { kind, id, record = null } = entityAfter(db, row)
  return { kind, id, position: countOf(row[5], "event"), record }
}

/**
 * The entities that have events in `(after, until]`, each with its last state in that range. `+subject` keeps SQLite
 * from reading the whole index of entities in place of that range.
 */
export function* eachChangedEntity(db: Database, after: number, until: number): Generator<ChangedEntity> {
  const rows = db.iterate<ReadonlyArray<unknown>>(
    `SELECT subject, entity_id, type, schema, payload, max(position) FROM event_log
     WHERE position > ? AND position <= ? AND +subject BETWEEN 1 AND 3 GROUP BY subject, entity_id`,
    after,
    until
  )
  for (const row of rows) yield changedEntity(db, row)
}

/** `eachChangedEntity` as a list. */
export const changedEntities = (db: Database, after: number, until: number): ReadonlyArray<ChangedEntity> => [
  ...eachChangedEntity(db, after, until)
]

/** `changedEntities` one by one, without what became of them: `changeAt` tells that. */
export function* changedKeys(
  db: Database,
  after: number,
  until: number
): Generator<EntityKey & { readonly position: number }> {
  const rows = db.iterate<ReadonlyArray<unknown>>(
    `SELECT max(position), subject, entity_id FROM event_log
     WHERE position > ? AND position <= ? AND +subject BETWEEN 1 AND 3 GROUP BY subject, entity_id`,
    after,
    until
  )
  for (const [position, subject, id] of rows) {
    const kind = subjects[countOf(subject, "event")]
    if (kind !== undefined && isEntity(kind))
      yield { kind, id: textOf(id, "event"), position: countOf(position, "event") }
  }
}

/** What the event at a position made of its entity. @throws MalformedData where there is none about one */
export const changeAt = (db: Database, position: number): ChangedEntity => {
  const row = db.row<ReadonlyArray<unknown>>(
    "SELECT subject, entity_id, type, schema, payload, position FROM event_log WHERE position = ?",
    position
  )
  if (row === undefined) throw malformed("event", `@${position} is missing`)
  return changedEntity(db, row)
}

/** Told why an event was left out. */
export type Unreadable = (error: unknown) => void

/** Ends the reading. */
export const rethrow: Unreadable = (error) => {
  throw error
}

/**
 * Every entity of these kinds that the log knows, deleted ones included, with its last state; one by one, in the order
 * of the log, so that each page of it is read once. Only the index is read of earlier events.
 * `unreadable` is told why an event was left out; by default that ends it.
 */
export function* latestStates(
  db: Database,
  wanted: ReadonlyArray<Kind> = kinds,
  unreadable: Unreadable = rethrow
): Generator<ChangedEntity> {
  for (const kind of wanted) {
    const rows = db.iterate<ReadonlyArray<unknown>>(
      `SELECT e.subject, e.entity_id, e.type, e.schema, e.payload, e.position FROM
         (SELECT max(position) AS last FROM event_log INDEXED BY event_log_entity WHERE subject = ? GROUP BY entity_id
          ORDER BY last)
         CROSS JOIN event_log e ON e.position = last`,
      subjects.indexOf(kind)
    )
    for (const row of rows) {
      let state: ChangedEntity
      try {
        state = changedEntity(db, row)
      } catch (error) {
        unreadable(error)
        continue
      }
      yield state
    }
  }
}
