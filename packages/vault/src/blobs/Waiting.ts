/**
 * Waiting for what a sync service has not brought yet: a file of which it shows the name, or that comes after files which
 * are there. Nothing is begun again: what was read before stays read.
 */
import { BlobNotHere, type OnProgress, type WhiteRoomError } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Blobs } from "./Blobs.js"
import { listBlobs } from "./SmallFiles.js"

export interface WaitOptions {
  /** How often it is looked again; 5 s by default. */
  readonly every?: Duration.DurationInput | undefined
  /** After so long the wait fails with `BlobNotHere`; a day by default. */
  readonly longest?: Duration.DurationInput | undefined
  /** Told at each look how many files are here, and of how many the names are. */
  readonly onProgress?: OnProgress | undefined
  /** Told once of each thing that is waited for. */
  readonly onWait?: ((missing: BlobNotHere) => void) | undefined
}

/** Runs something, again while it fails with `BlobNotHere`. Interrupted, it is over at once. */
export const untilHere = <A, E extends WhiteRoomError, R>(
  blobs: Blobs,
  { every = "5 seconds", longest = "1 day", onProgress, onWait }: WaitOptions,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    for (let isFirst = true; ; isFirst = false) {
      const result = yield* Effect.either(work)
      if (result._tag === "Right") return result.right
      const error: WhiteRoomError = result.left
      const waited = (yield* Clock.currentTimeMillis) - began
      if (!(error instanceof BlobNotHere) || waited >= Duration.toMillis(longest))
        return yield* Effect.fail(result.left)
      if (isFirst) onWait?.(error)
      if (onProgress !== undefined) {
        const all = yield* Effect.orElseSucceed(listBlobs(blobs, ""), () => [])
        onProgress({
          done: all.filter(({ isHere }) => isHere).length,
          total: all.length,
          step: "wait for the sync service"
        })
      }
      yield* Effect.sleep(every)
    }
  })

/** Blobs that wait for the bytes of a file that a sync service keeps elsewhere. */
export const waiting = (blobs: Blobs, options: WaitOptions = {}): Blobs => ({
  ...blobs,
  get: (name, range) => untilHere(blobs, options, blobs.get(name, range))
})
