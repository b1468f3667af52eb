import { PlaceUnreachable, type WhiteRoomError } from "@white-room/core"
import type { Blobs } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { costOf, type Shelf } from "../library/Shelf.js"

/** What stops it, as a place says it. */
const asPlaceError = (error: WhiteRoomError) =>
  error._tag === "PlaceRefused" || error._tag === "PlaceUnreachable" || error._tag === "BlobRetained"
    ? error
    : new PlaceUnreachable({ place: "trash", reason: error.message, retryable: false })

interface Noted {
  readonly blobs: Blobs
  /** The names of new files. */
  readonly put: ReadonlyArray<string>
  /** The names of those that rest in the trash since. */
  readonly discarded: ReadonlyArray<string>
  /** What the library takes up more since, or less: see `costOf`. */
  readonly bytes: () => number
}

/** The files of a library, of which what comes and goes is noted; what goes rests in the trash. */
export const notedBlobs = (shelf: Pick<Shelf, "blobs" | "discard">, library: string): Noted => {
  const put: Array<string> = []
  const discarded: Array<string> = []
  let bytes = 0
  const blobs = shelf.blobs(library)
  return {
    put,
    discarded,
    bytes: () => bytes,
    blobs: {
      ...blobs,
      put: (name, source) =>
        Effect.tap(blobs.put(name, source), () => {
          put.push(name)
          bytes += costOf(source.bytes)
        }),
      delete: (name) =>
        Effect.gen(function* () {
          const info = yield* Effect.option(blobs.head(name))
          if (info._tag === "None" || !(yield* Effect.mapError(shelf.discard(library, name), asPlaceError)))
            return
          discarded.push(name)
          bytes -= costOf(info.value.bytes)
        })
    }
  }
}
