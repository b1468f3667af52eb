/** Blobs in a folder: another disk, a share, what a sync service takes elsewhere. */
import * as path from "node:path"
import { PlaceRefused, PlaceUnreachable, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type Blobs, type ByteRange, isBlobName, largestBlob } from "./Blobs.js"
import { checkedRange, cutRange } from "./ByteRanges.js"
import { listFolder } from "./FolderListing.js"
import { arrivalOf, type FolderPlace, folderError, openBlob, readInto, statBlob } from "./FolderPlace.js"
import { clockOf, deleteFile, putFile } from "./FolderPut.js"

export interface FolderOptions {
  /** The most blobs of a page; default 100,000, because each page reads the folder from its beginning. */
  readonly pageSize?: number | undefined
}

const readBlob = async (place: FolderPlace, name: string, range?: ByteRange): Promise<Uint8Array> => {
  const { file, stat } = await openBlob(place, name)
  try {
    const { offset, length } = cutRange(range, stat.size)
    if (length > largestBlob)
      throw new PlaceRefused({ place: place.place, reason: `${name} is larger than any blob` })
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, await readInto(file, bytes, offset))
  } finally {
    await file.close()
  }
}

/**
 * A folder, which must exist: it is never made. What is put is synced, read back, and private to its user. Arrival is
 * when the file came into this folder, by the clock of its file system.
 */
export const folderBlobs = (root: string, { pageSize = 100_000 }: FolderOptions = {}): Blobs => {
  const place: FolderPlace = { root: path.resolve(root), place: root }
  const swept = new Set<string>()
  const attempt = <A, Tag extends WhiteRoomError["_tag"]>(
    tags: ReadonlyArray<Tag>,
    body: (signal: AbortSignal) => Promise<A>
  ): Effect.Effect<A, Extract<WhiteRoomError, { _tag: Tag }> | PlaceUnreachable> =>
    Effect.tryPromise({
      try: body,
      catch: (thrown) => {
        const error = folderError(place, thrown)
        if (isOneOf(error, tags)) return error
        // Such as a full disk, where a file of no bytes should tell the time.
        return new PlaceUnreachable({ place: root, reason: error.message, retryable: false })
      }
    })
  return {
    place: root,
    put: (name, source) =>
      isBlobName(name)
        ? attempt(putTags, (signal) => putFile(place, name, source, swept, signal))
        : Effect.dieMessage(`not the name of a blob: ${name}`),
    get: (name, range) =>
      Effect.suspend(() => {
        const checked = checkedRange(range)
        return attempt(readTags, () => readBlob(place, name, checked))
      }),
    head: (name) =>
      attempt(readTags, async () => {
        const stat = await statBlob(place, name)
        return { name, bytes: stat.size, arrivedAt: arrivalOf(stat), isHere: true }
      }),
    list: (prefix, after = "") => attempt(placeTags, () => listFolder(place, prefix, after, pageSize)),
    delete: (name) => (isBlobName(name) ? attempt(deleteTags, () => deleteFile(place, name)) : Effect.void),
    now: attempt(placeTags, () => clockOf(place))
  }
}

const isOneOf = <Tag extends WhiteRoomError["_tag"]>(
  error: WhiteRoomError,
  tags: ReadonlyArray<Tag>
): error is Extract<WhiteRoomError, { _tag: Tag }> => tags.some((tag) => tag === error._tag)

const placeTags = ["PlaceRefused", "PlaceUnreachable"] as const
const putTags = [...placeTags, "BlobExists", "PlaceFull", "FileNotVerified"] as const
const readTags = [...placeTags, "BlobMissing", "BlobNotHere"] as const
const deleteTags = [...placeTags, "BlobRetained"] as const
