import { PlaceRefused } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Blobs } from "./Blobs.js"

/** Blobs that nothing can be put to or deleted from through this value. */
export const readOnly = (blobs: Blobs): Blobs => {
  const refused = new PlaceRefused({ place: blobs.place, reason: "it was opened for reading only" })
  return { ...blobs, put: () => Effect.fail(refused), delete: () => Effect.fail(refused) }
}
