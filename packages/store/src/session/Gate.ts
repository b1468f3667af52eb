/**
 * Who may use a connection while a transaction stays open on it over many turns of the event loop, as those of
 * `@white-room/store/sql` do. All other work of the store is synchronous and needs no turn: where nothing is open, it
 * runs at once.
 *
 * 1. Inside a transaction are the fiber that opened it and those it forks; everybody else waits until it has ended.
 * 2. A transaction inside another one is a part of it: what is beside the part waits until that has ended.
 * 3. What lasts longer without a transaction (`share`) runs beside such work, but never beside a transaction.
 * 4. A fiber that outlives its transaction goes on outside it. What is inside a transaction that was undone around it, by
 *    SQLite or because the whole ended before its part, fails.
 *
 * Where a fiber is stands in a FiberRef of this connection alone: another connection's transaction is none of ours, and
 * what replaces the context of a fiber, as resolvers do, does not take it out of its transaction.
 */
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import { type SqliteTransaction, wasUndone } from "../sqlite/Database.js"

/** More than will ever be shared at a time. */
const all = 2 ** 30

/** A connection, or the inside of a transaction on it. */
export class Place {
  /** The transaction of this place, from when it was opened on. */
  transaction: SqliteTransaction | undefined
  /** What is open inside it. */
  part: Place | undefined
  ended = false
  readonly turns = Effect.unsafeMakeSemaphore(all)

  constructor(readonly around: Place | undefined) {}

  /** Undoes what is open inside, innermost first. */
  undoParts(): void {
    this.part?.undoParts()
    this.part?.transaction?.rollback()
  }
}

/** Makes an effect interruptible again, as `Effect.uninterruptibleMask` gives it. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export class Gate {
  private readonly here: FiberRef.FiberRef<Place> = FiberRef.unsafeMake(new Place(undefined), {
    join: (own) => own
  })

  /** The path is for messages. */
  constructor(private readonly path: string) {}

  private withPlace<A, E>(use: (place: Place) => Effect.Effect<A, E>): Effect.Effect<A, E | WhiteRoomError> {
    return Effect.withFiberRuntime((fiber: Fiber.RuntimeFiber<A, E | WhiteRoomError>) => {
      let place = fiber.getFiberRef(this.here)
      while (place.ended && place.around !== undefined) place = place.around
      return place.transaction?.isOpen() === false ? Effect.fail(wasUndone(this.path)) : use(place)
    })
  }

  /** Runs what never suspends: at once, or when what is open beside this fiber has ended. */
  run<A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E | WhiteRoomError> {
    return this.withPlace(({ part, turns }) =>
      part === undefined ? work : Effect.zipRight(turns.withPermits(1)(Effect.void), this.run(work))
    )
  }

  /** Runs what takes its time, and has no transaction open meanwhile. */
  share<A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E | WhiteRoomError> {
    return this.withPlace((place) =>
      place.turns.withPermits(1)(Effect.suspend(() => (place.ended ? this.share(work) : work)))
    )
  }

  /** Waits until nothing else is open here, and opens a place. */
  enter(restore: Restore): Effect.Effect<Place, WhiteRoomError> {
    return this.withPlace((around) =>
      Effect.zipRight(
        restore(around.turns.take(all)),
        Effect.suspend(() => {
          if (around.ended) return Effect.zipRight(around.turns.release(all), this.enter(restore))
          around.part = new Place(around)
          return Effect.succeed(around.part)
        })
      )
    )
  }

  /** Closes a place; what waited beside it goes on. */
  leave(place: Place): Effect.Effect<void> {
    return Effect.suspend(() => {
      place.ended = true
      if (place.around === undefined) return Effect.void
      place.around.part = undefined
      return Effect.asVoid(place.around.turns.release(all))
    })
  }

  /** Runs an effect inside a place. */
  inside<A, E, R>(place: Place, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.locally(effect, this.here, place)
  }
}
