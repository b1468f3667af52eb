/** The files of keys that a vault has, read with bounds. */
import { type BlobNotHere, formatBackupSize, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { BlobInfo, Blobs } from "../blobs/Blobs.js"
import { listBlobs } from "../blobs/SmallFiles.js"
import type { SlotFile } from "./Slots.js"

/** Files of keys that a vault may have, the bytes of one that are read, and those of all; none has so many. */
const mostFiles = 1000
const largestFile = 1024 * 1024
const largestTogether = 64 * largestFile

/** Fails with `VaultDamaged` when there are more than any honest vault has. */
export const listKeyFiles = (blobs: Blobs): Effect.Effect<ReadonlyArray<BlobInfo>, WhiteRoomError> =>
  Effect.flatMap(listBlobs(blobs, "keys/"), (files) => {
    const { place } = blobs
    if (files.length > mostFiles)
      return new VaultDamaged({ place, detail: `it has ${files.length} files of keys` })
    const size = files.reduce((sum, { bytes }) => sum + Math.min(bytes, largestFile), 0)
    return size > largestTogether
      ? new VaultDamaged({ place, detail: `its files of keys take ${formatBackupSize(size)}` })
      : Effect.succeed(files)
  })

/** One that was not read, and why. */
interface Unread {
  readonly name: string
  readonly reason: string
  /** Present where it may be read later. */
  readonly notHere?: BlobNotHere
}

/** Key files, those that are still there. What cannot be read stops no other. */
export const readKeyFiles = (blobs: Blobs, listed: ReadonlyArray<BlobInfo>) =>
  Effect.gen(function* () {
    const files: Array<SlotFile> = []
    const unread: Array<Unread> = []
    const read = ({ name, bytes: size }: BlobInfo) =>
      size > largestFile
        ? Effect.sync(() => void unread.push({ name, reason: "it is far too large" }))
        : blobs.get(name, { offset: 0, length: largestFile }).pipe(
            Effect.andThen((bytes) => void files.push({ name, bytes })),
            // It was removed after it was listed.
            Effect.catchTag("BlobMissing", () => Effect.void),
            Effect.catchTag("BlobNotHere", (notHere) =>
              Effect.sync(
                () => void unread.push({ name, reason: "its bytes are not on this machine", notHere })
              )
            )
          )
    yield* Effect.forEach(listed, read, { concurrency: 8, discard: true })
    return { files, unread }
  })
