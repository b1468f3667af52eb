/** Events that were found in a vault. */
import { type EntityKey, type EventType, isDeletion, upcast } from "@white-room/core"
import { type EventRun, eventType, type LoggedCommand, type PlainEvent } from "@white-room/store/transfer"
import type { EntityPlace } from "../segment/StatePages.js"
import type { StateSegment } from "./PathSegments.js"

/** An event that was found. */
export interface FoundEvent {
  readonly position: number
  readonly event: PlainEvent
  readonly command: LoggedCommand
}

/** A version of an entity that was found. */
export interface FoundVersion extends FoundEvent {
  /** `undefined`: it is its deletion. */
  readonly record: Uint8Array | undefined
}

/** The last version of an entity, and where that was found: in what came after a state, or where that says. */
export interface FoundFrom {
  readonly version: FoundVersion
  readonly state: StateSegment | undefined
  readonly placed: EntityPlace | undefined
}

/** A version with its documents, by the hex of their hashes. */
export interface FoundEntity extends FoundVersion {
  readonly documents: ReadonlyMap<string, Uint8Array>
}

/** A version, and how its command ended. */
export interface VersionThere extends FoundVersion {
  /** The last event of its command. */
  readonly ended: EventType | undefined
}

/** All versions of an entity, oldest first, and their documents, by the hex of their hashes. */
export interface HistoryThere {
  readonly versions: ReadonlyArray<VersionThere>
  readonly documents: ReadonlyMap<string, Uint8Array>
}

/** What a run says of a position. */
export const eventIn = (run: EventRun, position: number): FoundEvent | undefined => {
  const event = run.events[position - run.first]
  const command = event && run.commands.find(({ number }) => number === event.command)
  return event && command && { position, event, command }
}

/** What an event makes of its entity. @throws MalformedData */
export const versionOf = (found: FoundEvent): FoundVersion => {
  const { type: stored, schema, payload } = found.event
  const type = eventType(stored)
  return { ...found, record: isDeletion(type) ? undefined : upcast(type, schema, payload) }
}

/** The events of an entity among runs, up to a position, oldest first. */
export const eventsOf = (
  runs: ReadonlyArray<EventRun>,
  { kind, id }: EntityKey,
  until: number
): ReadonlyArray<FoundEvent> =>
  runs.flatMap((run) =>
    run.events.flatMap((event, index) => {
      const position = run.first + index
      const isMeant = event.subject === kind && event.id === id && position <= until
      return (isMeant && eventIn(run, position)) || []
    })
  )
