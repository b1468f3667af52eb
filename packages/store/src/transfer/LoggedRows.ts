/** Events of another log, written as they are. */
import { chainHash, type Envelope, equalBytes, MalformedData, malformed, subjects } from "@white-room/core"
import { eventType } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import type { Database } from "../sqlite/Database.js"
import type { LoggedCommand } from "./LoggedCommand.js"
import type { EventRun, PlainEvent } from "./Snapshot.js"

/** An event that came, with the place that it has there. */
export interface ArrivedEvent {
  readonly position: number
  readonly event: PlainEvent
  /** The chain hash after it. */
  readonly chain: Uint8Array
}

/** The chain hash after an event at a position. @throws MalformedData for a type of the future */
const chainAfter = (
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

/**
 * The events of a run, each with its place; `known` gives commands that came before it.
 * @throws MalformedData unless they are as they were written
 */
export const placedEvents = (
  run: EventRun,
  known: (number: number) => LoggedCommand | undefined
): ReadonlyArray<ArrivedEvent> => {
  const commands = new Map(run.commands.map((command) => [command.number, command]))
  const placed: Array<ArrivedEvent> = []
  let chain = run.before
  let command: LoggedCommand | undefined
  for (const [index, event] of run.events.entries()) {
    const position = run.first + index
    if (command?.number !== event.command) command = known(event.command) ?? commands.get(event.command)
    if (command === undefined) throw malformed("event", `the command of @${position} is missing`)
    chain = chainAfter(chain, position, event, command)
    placed.push({ position, event, chain })
  }
  if (run.after !== undefined && !equalBytes(run.after, chain))
    throw malformed("event", `those from @${run.first} on are not as they were written`)
  return placed
}

/** Whether a run that brings all of its commands leads from the hash before it to the one after it: its bytes are as they were written. */
export const provesItself = (run: EventRun): boolean => {
  try {
    placedEvents(run, () => undefined)
    return run.after !== undefined
  } catch (error) {
    if (error instanceof MalformedData) return false
    throw error
  }
}

/** Adds an event; with `REPLACE` in the place of what stands at its position. */
export const insertEvent = (
  db: Database,
  { position, event, chain }: ArrivedEvent,
  onConflict: "ABORT" | "REPLACE" = "ABORT"
): void => {
  db.prepare(
    `INSERT OR ${onConflict} INTO event_log(position, command, subject, entity_id, version, type, schema, payload, chain_hash)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)`
  ).run(
    position,
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
