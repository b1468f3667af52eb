/**
 * The append-only log as a service. `@white-room/store` keeps it in SQLite together with the live tables;
 * `EventLog.layerMemory` keeps it in memory. Both pass `eventLogContract` (`@white-room/core/testing`).
 */

import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isWhiteRoomError, type WhiteRoomError } from "../errors/WhiteRoomError.js"
import type { EntityKey } from "../model/Entity.js"
import type { EntityState } from "./EntityState.js"
import type { LoggedEvent, LogHead } from "./Envelope.js"
import { MemoryLog, type MemoryLogOptions } from "./MemoryLog.js"
import type { AppendRequest, ReadOptions, Receipt } from "./Request.js"

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
