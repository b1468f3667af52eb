/**
 * The append-only log as a service. `@white-room/store` keeps it in SQLite together with the live tables;
 * `EventLog.layerMemory` keeps it in memory. Both pass `eventLogContract` (`@white-room/core/testing`).
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isWhiteRoomError, type WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { EntityKey, Row } from "../model/Entity.js"
import type { EntityState, ExpectedVersion } from "./decide.js"
import type { LoggedEvent, LogHead } from "./Envelope.js"
import { MemoryLog, type MemoryLogOptions } from "./MemoryLog.js"

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

/** The append-only log of everything that happened to a library. */
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
>() {
  /** A log that lives as long as its scope: for tests and for trying things out. */
  static readonly layerMemory = (options: MemoryLogOptions): Layer.Layer<EventLog> =>
    Layer.sync(EventLog, () => serviceOf(new MemoryLog(options)))
}

const serviceOf = (log: MemoryLog): Context.Tag.Service<typeof EventLog> => ({
  append: (request) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.suspend(() => {
        try {
          return Effect.succeed(log.append(request, now))
        } catch (error) {
          return isWhiteRoomError(error) ? Effect.fail(error) : Effect.die(error)
        }
      })
    ),
  read: (options = {}) => Effect.sync(() => log.read(options)),
  head: Effect.sync(() => log.head),
  state: (key, position) => Effect.sync(() => log.state(key, position))
})
