/**
 * Making a library of a log that comes from elsewhere: events and objects first, as they come; then, when all of them
 * are there, what follows from them: live rows, the catalogue, and the trees of the backups, each of which must have
 * the root that its event says. The library is there as a whole, or not at all.
 */
import {
  chainHash,
  type Envelope,
  equalBytes,
  extentsOfBody,
  genesis,
  isTooDense,
  type LogHead,
  malformed,
  openBlock,
  subjects
} from "@white-room/core"
import { eventType } from "../log/EventTable.js"
import { brotli, sha256 } from "../object/Compression.js"
import { firstDense } from "../object/Objects.js"
import { describeLibrary } from "../session/describeLibrary.js"
import type { Database } from "../sqlite/Database.js"
import { liveSchema, ownSchema } from "../sqlite/Schema.js"
import type { EventRun, LoggedCommand, PlainEvent } from "./Snapshot.js"
import { makeTable, type TableForm } from "./TableForm.js"

interface LoggedRow {
  readonly event: PlainEvent
  readonly chain: Uint8Array
}

const hashOf = (
  previous: Uint8Array,
  position: number,
  event: PlainEvent,
  { commandId, actor, recordedAt }: LoggedCommand
): Uint8Array => {
  const { subject, id, version, schema } = event
  const type = eventType(event.type)
  const envelope: Envelope = { position, subject, id, version, type, schema, commandId, actor, recordedAt }
  return chainHash(previous, envelope, sha256(event.payload), sha256)
}

/** Takes events and objects into a library that is being made. */
export class Receiver {
  private position = 0
  private chain: Uint8Array = genesis
  private block = firstDense
  private readonly commands = new Map<number, LoggedCommand>()

  constructor(private readonly db: Database) {}

  get head(): LogHead {
    return { position: this.position, chainHash: this.chain }
  }

  /** Makes empty tables, before anything else. */
  begin(libraryId: string, forms: ReadonlyArray<TableForm>, identity: string, now: number): void {
    this.db.exec(liveSchema)
    for (const form of forms) makeTable(this.db, form)
    this.db.exec(ownSchema)
    describeLibrary(this.db, identity, now, libraryId)
  }

  /** Takes a block with its objects, each named by its own bytes. @throws MalformedData, and nothing of it was taken */
  objects(data: Uint8Array): void {
    if (isTooDense(data)) throw malformed("block", "it would grow to more than any honest one")
    const body = openBlock(data, brotli)
    const insert = this.db.prepare(
      "INSERT OR IGNORE INTO object(hash, block, offset, length) VALUES(?, ?, ?, ?)"
    )
    let brought = 0
    for (const { offset, length } of extentsOfBody(body)) {
      const hash = sha256(body.subarray(offset, offset + length))
      brought += insert.run(hash, this.block, offset, length).changes
    }
    if (brought === 0) return
    this.db.run("INSERT INTO block(number, raw_bytes, data) VALUES(?, ?, ?)", this.block, body.length, data)
    this.block++
  }

  /** Takes the next events. @throws MalformedData unless they continue those that came, and nothing of them was taken */
  events(run: EventRun): void {
    if (run.first !== this.position + 1 || !equalBytes(run.before, this.chain))
      throw malformed("event", `those from @${run.first} on do not continue @${this.position}`)
    const commands = new Map(run.commands.map((command) => [command.number, command]))
    const logged: Array<LoggedRow> = []
    let chain = run.before
    for (const event of run.events) {
      const command = commands.get(event.command) ?? this.commands.get(event.command)
      if (command === undefined)
        throw malformed("event", `the command of @${run.first + logged.length} is missing`)
      chain = hashOf(chain, run.first + logged.length, event, command)
      logged.push({ event, chain })
    }
    if (run.after !== undefined && !equalBytes(run.after, chain))
      throw malformed("event", `those from @${run.first} on are not as they were written`)
    for (const command of run.commands) this.command(command)
    for (const { event, chain: hash } of logged) this.insert(event, hash)
  }

  private command(command: LoggedCommand): void {
    if (this.commands.has(command.number)) return
    this.commands.set(command.number, command)
    this.db
      .prepare(
        `INSERT INTO command(number, command_id, request_hash, actor, recorded_at, first_position, last_position)
         VALUES(?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        command.number,
        command.commandId,
        command.requestHash ?? null,
        command.actor,
        command.recordedAt,
        command.first,
        command.last
      )
  }

  private insert(event: PlainEvent, chain: Uint8Array): void {
    this.chain = chain
    this.position++
    this.db
      .prepare(
        `INSERT INTO event_log(position, command, subject, entity_id, version, type, schema, payload, chain_hash)
         VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        this.position,
        event.command,
        subjects.indexOf(event.subject),
        event.id,
        event.version,
        event.type,
        event.schema,
        event.payload,
        chain
      )
  }
}
