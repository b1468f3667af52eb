/**
 * A place that keeps named, immutable files: a folder, a bucket, memory. What every place guarantees, and
 * `blobsContract` (`@white-room/vault/testing`) checks:
 *
 * 1. A blob is whole or absent, also when the power goes, and never replaced: of several who put one name, one wins
 *    and the others fail with `BlobExists`.
 * 2. What `put` said is there can be read, by others too; `list` may show it later.
 * 3. Names are `[a-z0-9./-]`, without empty parts, `.` or `..`; anything else in the place is passed over.
 * 4. No operation tries again: `retrying` does.
 */
import type {
  BlobExists,
  BlobMissing,
  BlobNotHere,
  BlobRetained,
  PlaceFull,
  PlaceRefused,
  PlaceUnreachable
} from "@white-room/core"
import type * as Effect from "effect/Effect"

/** A blob as a listing shows it. */
export interface BlobInfo {
  readonly name: string
  readonly bytes: number
  /** When it came, in epoch milliseconds by the clock of the place. */
  readonly arrivedAt: number
}

/** Bytes to put. They are read once for each try. */
export interface BlobSource {
  readonly bytes: number
  /** SHA-256 of all of them. */
  readonly sha256: Uint8Array
  readonly read: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Bytes of a blob: from `offset` on, at most `length`. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** A page of a listing, in order of names. */
export interface BlobPage {
  readonly blobs: ReadonlyArray<BlobInfo>
  /** True when nothing follows; otherwise ask again `after` the last name. */
  readonly isLast: boolean
}

/** What any operation may fail with. */
export type PlaceError = PlaceRefused | PlaceUnreachable

export interface Blobs {
  /** The place as people know it, without secrets: a path, `s3://bucket/prefix`. */
  readonly place: string
  /** Puts a blob unless one of that name is there. Durable when it succeeds. */
  readonly put: (name: string, source: BlobSource) => Effect.Effect<void, PlaceError | BlobExists | PlaceFull>
  /** The bytes of a blob, or of a range of it; a range past its end is cut there, and empty behind it. */
  readonly get: (
    name: string,
    range?: ByteRange
  ) => Effect.Effect<Uint8Array, PlaceError | BlobMissing | BlobNotHere>
  readonly head: (name: string) => Effect.Effect<BlobInfo, PlaceError | BlobMissing | BlobNotHere>
  /** Blobs whose names begin with a prefix, those after one name. */
  readonly list: (prefix: string, after?: string) => Effect.Effect<BlobPage, PlaceError>
  /** Deletes a blob; one that is not there is no error. */
  readonly delete: (name: string) => Effect.Effect<void, PlaceError | BlobRetained>
  /** The clock of the place, in epoch milliseconds. */
  readonly now: Effect.Effect<number, PlaceError>
}
