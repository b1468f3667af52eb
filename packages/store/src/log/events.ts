/** The event log in SQLite: reading it, and adding to it inside a write transaction. */
import {
  chainHash,
  type DecidedEvent,
  type EntityKey,
  type EntityState,
  type Envelope,
  type EventType,
  eventTypes,
  genesis,
  isDeletion,
  type Kind,
  kinds,
  type LoggedEvent,
  type LogHead,
  malformed,
  newestSchema,
  noEntity,
  type Subject,
  subjects,
  upcast
} from "@white-room/core"
import { bytesOf, textOf, wholeOf } from "../db/cells.js"
import type { Database } from "../db/Database.js"
import { hasAppTriggers } from "../live/triggers.js"
import { sha256 } from "../object/compression.js"

export const readHead = (db: Database): LogHead => {
  const row = db.row<[unknown, unknown]>(
    "SELECT position, chain_hash FROM event_log ORDER BY position DESC LIMIT 1"
  )
  if (row === undefined) return { position: 0, chainHash: genesis }
  return { position: wholeOf(row[0], "event"), chainHash: bytesOf(row[1], "event") }
}

/** @throws MalformedData for a type of the future */
export const eventType = (stored: unknown): EventType => {
  const type = eventTypes.find((known) => known === stored)
  if (type === undefined) throw malformed("event", `unknown type ${stored}`)
  return type
}

/** A payload as stored, brought up to the newest schema version. @throws MalformedData for a version of the future */
export const payloadOf = (db: Database, type: EventType, schema: unknown, payload: unknown): Uint8Array =>
  upcast(type, wholeOf(schema, "event"), bytesOf(payload, "event"), db.upcasters)

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
  if (row === undefined) return noEntity
  const type = eventType(row[1])
  const record = isDeletion(type) ? undefined : payloadOf(db, type, row[2], row[3])
  return { version: wholeOf(row[0], "event"), record }
}

type EventRow = ReadonlyArray<unknown>

const selectEvents = `SELECT e.position, e.subject, e.entity_id, e.version, e.type, e.schema, c.command_id, c.actor,
  c.recorded_at, e.payload, e.chain_hash FROM event_log e JOIN command c ON c.number = e.command`

const loggedEvent = (row: EventRow): LoggedEvent => {
  const subject = subjects[wholeOf(row[1], "event")]
  if (subject === undefined) throw malformed("event", `unknown subject ${row[1]} at @${row[0]}`)
  const payload = bytesOf(row[9], "event")
  return {
    position: wholeOf(row[0], "event"),
    subject,
    id: textOf(row[2], "event"),
    version: wholeOf(row[3], "event"),
    type: eventType(row[4]),
    schema: wholeOf(row[5], "event"),
    commandId: textOf(row[6], "event"),
    actor: textOf(row[7], "event"),
    recordedAt: wholeOf(row[8], "event"),
    payload,
    payloadHash: sha256(payload),
    chainHash: bytesOf(row[10], "event")
  }
}

/** A page of events after a position. */
export const readEvents = (db: Database, after: number, limit: number): ReadonlyArray<LoggedEvent> =>
  db
    .rows<EventRow>(`${selectEvents} WHERE e.position > ? ORDER BY e.position LIMIT ?`, after, limit)
    .map(loggedEvent)

/** An entity and its state after the last event about it in some range. */
export interface ChangedEntity extends EntityKey {
  readonly position: number
  readonly record: Uint8Array | null
}

type ChangedRow = ReadonlyArray<unknown>

const changedEntity = (db: Database, row: ChangedRow): ChangedEntity => {
  const kind = subjects[wholeOf(row[0], "event")]
  if (kind !== "song" && kind !== "performance" && kind !== "preferences")
    throw malformed("event", "no entity")
  const type = eventType(row[3])
  return {
    kind,
    id: textOf(row[1], "event"),
    position: wholeOf(row[2], "event"),
    record: isDeletion(type) ? null : payloadOf(db, type, row[4], row[5])
  }
}

/**
 * The entities that have events in `(after, until]`, each with its last state in that range. `+subject` keeps SQLite
 * from reading the whole index of entities in place of that range.
 */
export const changedEntities = (db: Database, after: number, until: number): ReadonlyArray<ChangedEntity> =>
  db
    .rows<ChangedRow>(
      `SELECT subject, entity_id, max(position), type, schema, payload FROM event_log
       WHERE position > ? AND position <= ? AND +subject BETWEEN 1 AND 3 GROUP BY subject, entity_id`,
      after,
      until
    )
    .map((row) => changedEntity(db, row))

const fail = (error: unknown): never => {
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
  unreadable: (error: unknown) => void = fail
): Generator<ChangedEntity> {
  for (const kind of wanted) {
    const rows = db.iterate<ChangedRow>(
      `SELECT e.subject, e.entity_id, e.position, e.type, e.schema, e.payload FROM
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

/** Who asked for the events, and when. */
export interface Command {
  readonly commandId: string
  readonly actor: string
  readonly now: number
  /** Present when the command may be repeated. */
  readonly requestHash?: Uint8Array
}

/**
 * Adds the events of one command; made and finished inside one write transaction. While it is open, the capture
 * triggers are quiet, unless the app has triggers: what those change must be noted, and our own writes with it.
 */
export class EventWriter {
  private head: LogHead
  private readonly number: number
  private readonly first: number
  /** The last event that the command's receipt names: the marker of an import is none of them. */
  private last: number

  constructor(
    private readonly db: Database,
    private readonly command: Command
  ) {
    this.head = readHead(db)
    this.first = this.head.position + 1
    this.last = this.head.position
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO command(command_id, request_hash, actor, recorded_at, first_position, last_position)
         VALUES(?, ?, ?, ?, ?, ?)`
      )
      .run(
        command.commandId,
        command.requestHash ?? null,
        command.actor,
        command.now,
        this.first,
        hasAppTriggers(db) ? 0 : -1
      )
    this.number = Number(lastInsertRowid)
  }

  get position(): number {
    return this.head.position
  }

  get count(): number {
    return this.head.position + 1 - this.first
  }

  add(subject: Subject, id: string, version: number, event: DecidedEvent): void {
    const envelope: Envelope = {
      position: this.head.position + 1,
      subject,
      id,
      version,
      type: event.type,
      schema: newestSchema(event.type, this.db.upcasters),
      commandId: this.command.commandId,
      actor: this.command.actor,
      recordedAt: this.command.now
    }
    const hash = chainHash(this.head.chainHash, envelope, sha256(event.payload), sha256)
    this.db
      .prepare(
        `INSERT INTO event_log(position, command, subject, entity_id, version, type, schema, payload, chain_hash)
         VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        envelope.position,
        this.number,
        subjects.indexOf(subject),
        id,
        version,
        event.type,
        envelope.schema,
        event.payload,
        hash
      )
    this.head = { position: envelope.position, chainHash: hash }
    if (event.type !== "LibraryImported") this.last = envelope.position
  }

  /** Adds an event about a backup or the library, at the next version of that subject. */
  mark(subject: "library" | "backup", id: string, event: DecidedEvent): void {
    const last = this.db.row<[unknown]>(
      "SELECT version FROM event_log WHERE subject = ? AND entity_id = ? ORDER BY position DESC LIMIT 1",
      subjects.indexOf(subject),
      id
    )
    this.add(subject, id, wholeOf(last?.[0] ?? 0, "event") + 1, event)
  }

  /** Closes the command; one without events is kept only when it may be repeated. */
  finish(): void {
    if (this.count === 0 && this.command.requestHash === undefined)
      this.db.run("DELETE FROM command WHERE number = ?", this.number)
    else {
      const none = this.last < this.first
      this.db
        .prepare("UPDATE command SET first_position = ?, last_position = ? WHERE number = ?")
        .run(none ? 0 : this.first, none ? 0 : this.last, this.number)
    }
  }
}
