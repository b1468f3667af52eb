/** A vault as a place of segments, and what cannot be read of it. */
import { isWhiteRoomError, MalformedData, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Blobs } from "../blobs/Blobs.js"
import type { Protection } from "../segment/Protection.js"
import type { PieceCache } from "./PieceCache.js"

/** A vault, as far as reading its segments goes. */
export interface SegmentPlace {
  readonly blobs: Blobs
  readonly id: string
  readonly protection: Protection
  /** Where what was read before is kept; by default nowhere. */
  readonly cache?: PieceCache | undefined
}

/** What cannot be read of a vault, and why. */
const damage = ({ blobs }: SegmentPlace, part: string, error: unknown): WhiteRoomError => {
  if (!isWhiteRoomError(error)) throw error
  const reason = error instanceof MalformedData ? error.reason : error.message
  return new VaultDamaged({ place: blobs.place, detail: `${part}: ${reason}` })
}

/** Runs what reads bytes of a vault; what they cannot be is damage of the part that is named. */
export const readable = <A>(
  place: SegmentPlace,
  part: string,
  body: () => A
): Effect.Effect<A, WhiteRoomError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (error) {
      return Effect.fail(damage(place, part, error))
    }
  })

/** What is thrown where bytes of a vault are no event, record or state is damage of it. */
export const asDamage =
  (place: SegmentPlace) =>
  <A>(effect: Effect.Effect<A, WhiteRoomError>): Effect.Effect<A, WhiteRoomError> =>
    Effect.catchAllDefect(effect, (error) =>
      error instanceof MalformedData ? Effect.fail(damage(place, error.what, error)) : Effect.die(error)
    )
