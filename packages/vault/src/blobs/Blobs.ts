/**
 * A place that keeps named, immutable files: a folder, a bucket, memory. What every place guarantees, and
 * `blobsContract` (`@white-room/vault/testing`) checks:
 *
 * 1. A blob is whole or absent, also when the power goes, and never replaced: of several who put one name, one wins
 *    and the others fail with `BlobExists`.
 * 2. What `put` said is there can be read, by others too; `list` may show it later.
 * 3. Names are those of `isBlobName`; anything else in the place is passed over.
 * 4. No operation tries again: `retrying` does.
 * 5. An operation that is interrupted or killed leaves the blob whole or absent, and may still finish.
 */
import type {
  BlobExists,
  BlobMissing,
  BlobNotHere,
  BlobRetained,
  FileNotVerified,
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
  /** False when a sync service knows the blob and its bytes are not on this machine; `bytes` may be 0 then. */
  readonly isHere: boolean
}

/** Bytes to put. They are read once for each try. */
export interface BlobSource {
  readonly bytes: number
  /** SHA-256 of all of them. */
  readonly sha256: Uint8Array
  /** The bytes, from the first on; once for each try. */
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

/** `FileNotVerified`: the bytes are not those of the hash, as they came from their source or after they were written. */
export type PutError = PlaceError | BlobExists | PlaceFull | FileNotVerified

export type ReadError = PlaceError | BlobMissing | BlobNotHere

/**
 * More bytes than any blob has: a segment that is made is of some 32 MiB at most, but for one document that is larger, and none that a program
 * writes as text is as large as that when it is compressed. What is larger is not put, and what a place says of it is not
 * believed.
 */
export const largestBlob = 512 * 1024 * 1024

/** A part of a name: no hidden file, and nothing that a file system changes on the way. */
const part = /^[a-z0-9](?:[a-z0-9.-]{0,198}[a-z0-9-])?$/

/**
 * Whether a text can name a blob: parts of `[a-z0-9.-]` with `/` between them, which begin with a letter or digit and do
 * not end with a dot, of at most 200 characters; 700 in all, which leaves room for a prefix in every store.
 */
export const isBlobName = (name: string): boolean =>
  name.length <= 700 && name.split("/").every((each) => part.test(each))

export interface Blobs {
  /** The place as people know it, without secrets: a path, `s3://bucket/prefix`. */
  readonly place: string
  /** Puts a blob unless one of that name is there. Durable when it succeeds. Never keeps bytes of another hash. */
  readonly put: (name: string, source: BlobSource) => Effect.Effect<void, PutError>
  /** The bytes of a blob, or of a range of it; a range past its end is cut there, and empty behind it. */
  readonly get: (name: string, range?: ByteRange) => Effect.Effect<Uint8Array, ReadError>
  /** What a listing would show of a blob. */
  readonly head: (name: string) => Effect.Effect<BlobInfo, ReadError>
  /** Blobs whose names begin with a prefix, those after one name. A page is empty only when it is the last. */
  readonly list: (prefix: string, after?: string) => Effect.Effect<BlobPage, PlaceError>
  /** Deletes a blob; one that is not there is no error. */
  readonly delete: (name: string) => Effect.Effect<void, PlaceError | BlobRetained>
  /** The clock of the place, in epoch milliseconds. */
  readonly now: Effect.Effect<number, PlaceError>
}
