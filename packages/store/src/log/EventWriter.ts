import {
  chainHash,
  type DecidedEvent,
  type Envelope,
  type LogHead,
  malformed,
  newestSchema,
  type Subject,
  subjects
} from "@white-room/core"
import { hasAppTriggers } from "../live/Triggers.js"
import { sha256 } from "../object/Compression.js"
import type { Database } from "../sqlite/Database.js"
import { wholeOf } from "../sqlite/StoredValue.js"
import { readHead } from "./EventTable.js"

/** Who asked for the events, and when. */
export interface Command {
  readonly commandId: string
  readonly actor: string
  readonly now: number
  /** Present when the command may be repeated. */
  readonly requestHash?: Uint8Array | undefined
}

/** Above that of every command, also of one whose row was lost: its events are not those of another. */
const nextNumber = `1 + max((SELECT coalesce(max(number), 0) FROM command),
  coalesce((SELECT command FROM event_log WHERE position = (SELECT max(position) FROM event_log)), 0))`

/** Nobody comes so far: only damage has larger positions, and numbers end a little after it. */
const lastPosition = 2 ** 52

/**
 * Adds the events of one command; made and finished inside one write transaction. While it is open, the capture
 * triggers are quiet, unless the app has triggers: what those change must be noted, and our own writes with it.
 */
export class EventWriter {
  private head: LogHead
  private readonly number: number
  private readonly first: number
  /** Triggers of the app may change rows of their own whenever one is written. */
  readonly runsAppTriggers: boolean
  /** The last event that the command's receipt names: the marker of an import is not one of them. */
  private last: number

  constructor(
    private readonly db: Database,
    private readonly command: Command
  ) {
    this.head = readHead(db)
    if (this.head.position > lastPosition) throw malformed("log", "no position can follow its last one")
    this.first = this.head.position + 1
    this.last = this.head.position
    this.runsAppTriggers = hasAppTriggers(db)
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO command(number, command_id, request_hash, actor, recorded_at, first_position, last_position)
         VALUES(${nextNumber}, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        command.commandId,
        command.requestHash ?? null,
        command.actor,
        command.now,
        this.first,
        this.runsAppTriggers ? 0 : -1
      )
    this.number = Number(lastInsertRowid)
  }

  /** When the command is recorded. */
  get now(): number {
    return this.command.now
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
