/**
 * The append-only log as a service. `@white-room/store` keeps it in SQLite together with the live tables;
 * `layerMemory` here keeps it in memory. Both pass `eventLogContract` (`@white-room/core/testing`).
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { toHex } from "../codec/Bytes.js"
import { CommandReused, isWhiteRoomError, type WhiteRoomError } from "../errors/WhiteRoomError.js"
import { type EntityKey, type Kind, keyString, type Row } from "../model/Entity.js"
import { encodeRecord, type NewObject, type Sha256 } from "../model/Record.js"
import { decide, type EntityState, type ExpectedVersion, evolve, noEntity } from "./decide.js"
import { chainHash, type Envelope, genesis, type LoggedEvent, type LogHead } from "./Envelope.js"
import { requestHash } from "./requestHash.js"

/** One wish: this entity shall have this row (`null`: shall be gone). */
export interface Change extends EntityKey {
  readonly row: Row | null
  readonly expected?: ExpectedVersion
}

export interface AppendRequest {
  readonly changes: ReadonlyArray<Change>
  /** Makes the request idempotent: repeated with the same changes it returns the first receipt. */
  readonly commandId?: string
  /** Defaults to the actor the log was opened for. */
  readonly actor?: string
}

/** What an append did. `events` is 0 when every entity was already as wished. */
export interface Receipt {
  readonly commandId: string
  /** Positions of the first and last event written; both 0 when there was none. */
  readonly first: number
  readonly last: number
  readonly events: number
  /** True when this is the receipt of an earlier, equal request. */
  readonly repeated: boolean
}

export interface ReadOptions {
  /** Events after this position. Default 0: from the beginning. */
  readonly after?: number
  /** At most this many; pages keep memory bounded. Default 1,000. */
  readonly limit?: number
}

export class EventLog extends Context.Tag("@white-room/core/EventLog")<
  EventLog,
  {
    /**
     * Writes the events that the changes need, all or none, durably before it succeeds. An entity that changed
     * outside the log is captured first, so that this never swallows another program's write.
     * Fails with `VersionConflict` or `CommandReused`, and with storage errors.
     */
    readonly append: (request: AppendRequest) => Effect.Effect<Receipt, WhiteRoomError>
    /** A page of events in order of position. */
    readonly read: (options?: ReadOptions) => Effect.Effect<ReadonlyArray<LoggedEvent>, WhiteRoomError>
    readonly head: Effect.Effect<LogHead, WhiteRoomError>
    /** Version and record of one entity at a position (default: now). */
    readonly state: (key: EntityKey, position?: number) => Effect.Effect<EntityState, WhiteRoomError>
  }
>() {}

interface Memory {
  readonly events: Array<LoggedEvent>
  readonly states: Map<string, EntityState>
  readonly objects: Map<string, Uint8Array>
  readonly receipts: Map<string, { readonly hash: string; readonly receipt: Receipt }>
}

const emptyMemory = (): Memory => ({ events: [], states: new Map(), objects: new Map(), receipts: new Map() })

const headOf = (memory: Memory): LogHead => {
  const last = memory.events.at(-1)
  return last === undefined ? { position: 0, chainHash: genesis } : last
}

/** Decides everything first, then commits: a conflict leaves the memory as it was. */
const appendInMemory = (
  memory: Memory,
  request: AppendRequest,
  now: number,
  sha256: Sha256,
  actor: string
): Receipt => {
  const encoded = request.changes.map((change) => ({
    change,
    ...(change.row === null ? { record: null, objects: [] } : encodeRecord(change.kind, change.row, sha256))
  }))
  const hash = toHex(requestHash(encoded, sha256))
  const commandId = request.commandId ?? `memory-${memory.events.length + 1}`
  const before = memory.receipts.get(commandId)
  if (before !== undefined && request.commandId !== undefined) {
    if (before.hash !== hash) throw new CommandReused({ commandId })
    return { ...before.receipt, repeated: true }
  }
  const states = new Map<string, EntityState>()
  const events: Array<LoggedEvent> = []
  const objects: Array<NewObject> = []
  let head = headOf(memory)
  for (const { change, record, objects: needed } of encoded) {
    const key = keyString(change.kind, change.id)
    const state = states.get(key) ?? memory.states.get(key) ?? noEntity
    const event = decide(change, state, record, change.expected)
    if (event === undefined) continue
    const next = evolve(state, event)
    const envelope: Envelope = {
      position: head.position + 1,
      subject: change.kind,
      id: change.id,
      version: next.version,
      type: event.type,
      schema: event.schema,
      commandId,
      actor: request.actor ?? actor,
      recordedAt: now
    }
    const payloadHash = sha256(event.payload)
    const logged = {
      ...envelope,
      payload: event.payload,
      payloadHash,
      chainHash: chainHash(head.chainHash, envelope, payloadHash, sha256)
    }
    states.set(key, next)
    events.push(logged)
    objects.push(...needed)
    head = logged
  }
  for (const [key, state] of states) memory.states.set(key, state)
  for (const { hash: id, bytes } of objects) memory.objects.set(toHex(id), bytes)
  memory.events.push(...events)
  const receipt: Receipt = {
    commandId,
    first: events[0]?.position ?? 0,
    last: events.at(-1)?.position ?? 0,
    events: events.length,
    repeated: false
  }
  memory.receipts.set(commandId, { hash, receipt })
  return receipt
}

const stateAt = (memory: Memory, kind: Kind, id: string, position: number): EntityState =>
  memory.events
    .filter((event) => event.subject === kind && event.id === id && event.position <= position)
    .reduce(evolve, noEntity)

/** A log that lives as long as its scope: for tests and for trying things out. */
export const layerMemory = (options: {
  readonly sha256: Sha256
  readonly actor: string
}): Layer.Layer<EventLog> =>
  Layer.sync(EventLog, () => {
    const memory = emptyMemory()
    return EventLog.of({
      append: (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) =>
          Effect.try({
            try: () => appendInMemory(memory, request, now, options.sha256, options.actor),
            catch: (error) => error
          })
        ).pipe(
          Effect.catchAll((error) => (isWhiteRoomError(error) ? Effect.fail(error) : Effect.die(error)))
        ),
      read: (page = {}) =>
        Effect.sync(() => memory.events.slice(page.after ?? 0, (page.after ?? 0) + (page.limit ?? 1000))),
      head: Effect.sync(() => {
        const { position, chainHash: hash } = headOf(memory)
        return { position, chainHash: hash }
      }),
      state: (key, position) =>
        Effect.sync(() => stateAt(memory, key.kind, key.id, position ?? Number.POSITIVE_INFINITY))
    })
  })
