import { randomBytes } from "node:crypto"
import { equalBytes } from "@white-room/core"
import * as Effect from "effect/Effect"
import { sourceOf } from "./BlobSource.js"
import type { Blobs, PutError, ReadError } from "./Blobs.js"

/**
 * Finds out, when a vault is made, whether a place keeps the first of two blobs of one name: several are put at once and
 * one after them, and one of all may win. False for stores that replace, or that can only be asked before: use
 * `askingFirst` there, and say so. Leaves nothing behind where it may delete. Give it blobs that retry: some places tell
 * those who come at once to come again.
 */
export const keepsFirst = (blobs: Blobs): Effect.Effect<boolean, PutError | ReadError> =>
  Effect.gen(function* () {
    const name = `probe-${randomBytes(8).toString("hex")}`
    const put = (bytes: Uint8Array) =>
      blobs.put(name, sourceOf(bytes)).pipe(
        Effect.as([bytes]),
        Effect.catchTag("BlobExists", () => Effect.succeed([]))
      )
    const bodies = Array.from({ length: 4 }, (_, index) => Uint8Array.of(index))
    const race = Effect.forEach(bodies, put, { concurrency: "unbounded" })
    return yield* Effect.gen(function* () {
      const winners = [...(yield* race).flat(), ...(yield* put(Uint8Array.of(bodies.length)))]
      const [winner] = winners
      return winners.length === 1 && winner !== undefined && equalBytes(yield* blobs.get(name), winner)
    }).pipe(Effect.ensuring(Effect.ignore(blobs.delete(name))))
  })
