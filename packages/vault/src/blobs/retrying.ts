import { createHash } from "node:crypto"
import { equalBytes, type WhiteRoomError } from "@white-room/core"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { BlobSource, Blobs } from "./Blobs.js"

export interface RetryOptions {
  /** Tries after the first; 4 by default. */
  readonly times?: number | undefined
  /** The wait before the first of them; 200 ms by default. Each further one is twice as long, give or take a fifth. */
  readonly first?: Duration.DurationInput | undefined
  /** The longest wait; 10 s by default. */
  readonly longest?: Duration.DurationInput | undefined
}

/** True of what may be otherwise in a moment. */
const isRetryable = (error: WhiteRoomError): boolean => error._tag === "PlaceUnreachable" && error.retryable

/**
 * Blobs that try again what failed for the moment, waiting longer each time. A put whose answer was lost, and which then
 * meets its own bytes, has succeeded.
 */
export const retrying = (blobs: Blobs, options: RetryOptions = {}): Blobs => {
  const { times = 4, first = "200 millis", longest = "10 seconds" } = options
  const schedule = Schedule.exponential(first).pipe(
    Schedule.modifyDelay((_, delay) => Duration.min(delay, longest)),
    Schedule.jittered,
    Schedule.intersect(Schedule.recurs(times))
  )
  const again = <A, E extends WhiteRoomError>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.retry(effect, { schedule, while: isRetryable })

  const holds = (name: string, { bytes, sha256 }: BlobSource) =>
    Effect.gen(function* () {
      if ((yield* blobs.head(name)).bytes !== bytes) return false
      return equalBytes(
        createHash("sha256")
          .update(yield* blobs.get(name))
          .digest(),
        sha256
      )
    }).pipe(
      // One that was deleted meanwhile, or lies elsewhere, is not known to be ours.
      Effect.catchTags({ BlobMissing: () => Effect.succeed(false), BlobNotHere: () => Effect.succeed(false) })
    )

  const put: Blobs["put"] = (name, source) =>
    Effect.suspend(() => {
      let mayBeThere = false
      const attempt = blobs.put(name, source).pipe(
        Effect.tapErrorTag("PlaceUnreachable", () =>
          Effect.sync(() => {
            mayBeThere = true
          })
        ),
        Effect.catchTag("BlobExists", (exists) =>
          mayBeThere
            ? Effect.flatMap(holds(name, source), (same) => (same ? Effect.void : Effect.fail(exists)))
            : Effect.fail(exists)
        )
      )
      return again(attempt)
    })

  return {
    place: blobs.place,
    put,
    get: (name, range) => again(blobs.get(name, range)),
    head: (name) => again(blobs.head(name)),
    list: (prefix, after) => again(blobs.list(prefix, after)),
    delete: (name) => again(blobs.delete(name)),
    now: again(blobs.now)
  }
}
