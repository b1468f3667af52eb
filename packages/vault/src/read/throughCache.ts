import { isWhiteRoomError, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { pieceKey } from "./pieceKey.js"
import { readable, type SegmentPlace } from "./SegmentPlace.js"

/** What a kept piece says; `undefined` where it cannot be read as what it should be. */
const readKept = <A>(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => A
): { readonly value: A } | undefined => {
  try {
    return { value: read(bytes) }
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return undefined
  }
}

/**
 * Reads a piece of a file that never changes: as it was kept, where that passes, else as the place gives it, and then it is
 * kept. `read` throws for bytes that are not what was written, whoever gave them.
 */
export const throughCache = <A>(
  place: SegmentPlace,
  name: string,
  piece: string,
  fetch: Effect.Effect<Uint8Array, WhiteRoomError>,
  read: (bytes: Uint8Array) => A
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    const { cache } = place
    const key = pieceKey(place, name, piece)
    const kept = yield* cache?.get(key) ?? Effect.succeed(undefined)
    const known = kept && readKept(kept, read)
    if (known !== undefined) return known.value
    if (kept !== undefined) yield* cache?.forget(key) ?? Effect.void
    const bytes = yield* fetch
    const value = yield* readable(place, name, () => read(bytes))
    yield* cache?.put(key, bytes) ?? Effect.void
    return value
  })
