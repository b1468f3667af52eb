/**
 * Making a library of a log that comes from elsewhere: events and objects first, as they come; then, when all of them
 * are there, what follows from them: live rows, the catalogue, and the trees of the backups, each of which must have
 * the root that its event says. The library is there as a whole, or not at all.
 */
import {
  equalBytes,
  extentsOfBody,
  genesis,
  isTooDense,
  type LogHead,
  malformed,
  openBlock
} from "@white-room/core"
import { brotli, sha256 } from "../object/Compression.js"
import { firstDense, type PackedBlock } from "../object/Objects.js"
import { describeLibrary } from "../session/describeLibrary.js"
import type { Database } from "../sqlite/Database.js"
import { liveSchema, ownSchema } from "../sqlite/Schema.js"
import { type LogFacts, logFacts } from "./LogFacts.js"
import { commandOf, insertCommand, type LoggedCommand } from "./LoggedCommand.js"
import { insertEvent, placedEvents } from "./LoggedRows.js"
import type { EventRun } from "./Snapshot.js"
import { makeTable, type TableForm } from "./TableForm.js"

/**
 * A block of documents from elsewhere, each named by its own bytes.
 * @throws MalformedData before it takes more memory than any honest one
 */
export const arrivedBlock = (data: Uint8Array): PackedBlock => {
  if (isTooDense(data)) throw malformed("block", "it would grow to more than any honest one")
  const body = openBlock(data, brotli)
  const entries = extentsOfBody(body).map(({ offset, length }) => ({
    hash: sha256(body.subarray(offset, offset + length)),
    offset,
    length
  }))
  return { data, rawBytes: body.length, zone: "dense", entries }
}

/** Takes events and objects into a library that is being made. */
export class Receiver {
  private position = 0
  private chain: Uint8Array = genesis
  private block = firstDense
  /** The highest number of a command that came. */
  private highest = -1

  constructor(private readonly db: Database) {}

  get head(): LogHead {
    return { position: this.position, chainHash: this.chain }
  }

  /** What the events that came say. */
  get facts(): LogFacts {
    return logFacts(this.db)
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
    const { rawBytes, entries } = arrivedBlock(data)
    const insert = this.db.prepare(
      "INSERT OR IGNORE INTO object(hash, block, offset, length) VALUES(?, ?, ?, ?)"
    )
    let brought = 0
    for (const { hash, offset, length } of entries)
      brought += insert.run(hash, this.block, offset, length).changes
    if (brought === 0) return
    this.db.run("INSERT INTO block(number, raw_bytes, data) VALUES(?, ?, ?)", this.block, rawBytes, data)
    this.block++
  }

  /** Takes the next events. @throws MalformedData unless they continue those that came, and nothing of them was taken */
  events(run: EventRun): void {
    if (run.first !== this.position + 1 || !equalBytes(run.before, this.chain))
      throw malformed("event", `those from @${run.first} on do not continue @${this.position}`)
    const placed = placedEvents(run, (number) => this.known(number))
    for (const command of run.commands) this.command(command)
    for (const each of placed) insertEvent(this.db, each)
    this.position += placed.length
    this.chain = placed.at(-1)?.chain ?? this.chain
  }

  /** A command that came before. Most are new: those are not looked for. */
  private known(number: number): LoggedCommand | undefined {
    return number <= this.highest ? commandOf(this.db, number) : undefined
  }

  private command(command: LoggedCommand): void {
    if (this.known(command.number) !== undefined) return
    this.highest = Math.max(this.highest, command.number)
    insertCommand(this.db, command)
  }
}
