import type { WhiteRoomError } from "@white-room/core"
import { openPlace } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { bucketShelf } from "./bucketShelf.js"
import { folderShelf } from "./folderShelf.js"
import type { Shelf } from "./Shelf.js"

/** Where a server keeps what it has. */
export interface Kept {
  /** The data folder. */
  readonly data: string
  /** The bucket of the files of libraries, `s3://bucket/prefix`; they are in the data folder without one. */
  readonly blobs?: string | undefined
}

/** The files of libraries, where they are kept. Keys of buckets come from the environment. */
export const shelfAt = ({ data, blobs }: Kept): Effect.Effect<Shelf, WhiteRoomError> =>
  blobs === undefined
    ? Effect.succeed(folderShelf(data))
    : Effect.map(openPlace(blobs), (bucket) => bucketShelf(data, bucket))
