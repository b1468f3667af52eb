import { equalBytes } from "../codec/Bytes.js"
import { VersionConflict } from "../errors/WhiteRoomError.js"
import type { EntityKey } from "../model/Entity.js"
import { type EventType, entityEvent, isDeletion, noPayload } from "./Event.js"

/**
 * What the writer believes is there: `Any` (does not care), `NoEntity` (nothing, or deleted), or an exact entity
 * version. Anything else that is found is a `VersionConflict`.
 */
export type ExpectedVersion = "Any" | "NoEntity" | number

/** The state of one entity as the log tells it: its version and, unless it is deleted, its record. */
export interface EntityState {
  readonly version: number
  readonly record: Uint8Array | undefined
}

/** The state of an entity that never was. */
export const noEntity: EntityState = { version: 0, record: undefined }

/** The payload is of the newest schema version; the log that writes the event says which one that is. */
export interface DecidedEvent {
  readonly type: EventType
  readonly payload: Uint8Array
}

const checkExpected = (key: EntityKey, state: EntityState, expected: ExpectedVersion): void => {
  const fits =
    expected === "Any" || (expected === "NoEntity" ? state.record === undefined : expected === state.version)
  if (fits) return
  const wanted = expected === "NoEntity" ? 0 : expected
  throw new VersionConflict({ kind: key.kind, id: key.id, expected: Number(wanted), actual: state.version })
}

/**
 * Which event, if any, takes an entity from `state` to `record` (`null`: deleted). A change that changes nothing
 * is not an event. @throws VersionConflict
 */
export const decide = (
  key: EntityKey,
  state: EntityState,
  record: Uint8Array | null,
  expected: ExpectedVersion = "Any"
): DecidedEvent | undefined => {
  checkExpected(key, state, expected)
  const event = (verb: "Created" | "Edited" | "Deleted", payload: Uint8Array): DecidedEvent => ({
    type: entityEvent(key.kind, verb),
    payload
  })
  if (record === null) return state.record === undefined ? undefined : event("Deleted", noPayload)
  if (state.record === undefined) return event("Created", record)
  return equalBytes(state.record, record) ? undefined : event("Edited", record)
}

/** The state after an event. */
export const evolve = (state: EntityState, event: DecidedEvent): EntityState => ({
  version: state.version + 1,
  record: isDeletion(event.type) ? undefined : event.payload
})
