import type { OnProgress, WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { InPlaceOptions } from "../file/InPlace.js"
import type { CreateOptions } from "../file/NewDatabase.js"
import { discard } from "../file/NewFile.js"
import { defaultActor, wellFormed } from "../session/Actor.js"
import { attempt } from "../session/Attempt.js"
import { adoptCopy, copyAtOneMoment, prepareInto, previewInto } from "./AdoptInto.js"
import { type AdoptReport, adoptLibrary } from "./AdoptLibrary.js"
import { previewAdoption } from "./previewAdoption.js"

export interface AdoptRequest extends CreateOptions, InPlaceOptions {
  /** The path of a new library; the database itself is then only read, also while the app has it open. */
  readonly into?: string
  /** Only say what would be done. */
  readonly dryRun?: boolean
  /** Who adopts, as the log will say. Default: `user@host`. */
  readonly actor?: string
  readonly onProgress?: OnProgress
}

/**
 * Makes the database of a White Room app a library: in place, in one transaction and after a verified copy, or as a
 * new file (`into`). The app's tables keep their shape and its rows their bytes, and the app goes on; its old backups
 * become backups with their own ids. A library is left as it is, but for what the app added to its backups since.
 *
 * Fails with `LibraryNotFound`, `NotALibrary`, `LibraryTooNew`, `LibraryDamaged`, `LibraryReadOnly`, `LibraryLocked`,
 * `LibraryExists`, `DiskFull`, `UnsafePlace` or `StorageFailed`, and has then changed nothing.
 */
export const adopt = (
  path: string,
  request: AdoptRequest = {}
): Effect.Effect<AdoptReport, WhiteRoomError> => {
  const { into, ...rest } = request
  const options = { ...rest, actor: wellFormed(rest.actor ?? defaultActor()) }
  if (into === undefined)
    return options.dryRun === true
      ? previewAdoption(path, options)
      : attempt(path, "adopt", (now) => adoptLibrary(path, options, now))
  if (options.dryRun === true) return previewInto(path, into, options)
  return Effect.acquireUseRelease(
    attempt(path, "adopt.prepare", () => prepareInto(path, into, options)),
    (temporary) =>
      copyAtOneMoment(path, temporary, options).pipe(
        Effect.zipRight(attempt(into, "adopt", (now) => adoptCopy(path, temporary, into, options, now)))
      ),
    (temporary) => Effect.sync(() => discard(temporary))
  )
}
