/** One segment as a whole, fetched and held against its name. */
import { isWhiteRoomError, MalformedData, malformed, type WhiteRoomError } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { largestBlob } from "./blobs/Blobs.js"
import { vaultDamaged } from "./Path.js"
import { pieceKey } from "./read/pieceKey.js"
import { withParity } from "./segment/Parity.js"
import { decodeTrailer, trailerLength } from "./segment/Segment.js"
import { isNamed, type ListedSegment, shortHash } from "./segment/SegmentName.js"
import { changed, checkTail, hasEnd, type OpenSegment, openSegment } from "./segment/SegmentReader.js"
import { type WalkedSegment, walkSegment, withTailMended } from "./segment/SegmentWalk.js"
import type { Vault } from "./Vault.js"

/** What of a segment could not be read. */
export interface SegmentProblem {
  readonly segment: string
  readonly reason: string
}

/** What is wrong, in words; anything but a typed error is thrown again. */
export const reasonOf = (error: unknown): string => {
  if (!isWhiteRoomError(error)) throw error
  return error instanceof MalformedData ? error.reason : error.message
}

/** Runs what reads bytes of a vault; what they cannot be is damage of it, and is said of the part that is named. */
export const readable = <A>(vault: Vault, part: string, body: () => A): Effect.Effect<A, WhiteRoomError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (error) {
      return Effect.fail(vaultDamaged(vault, `${part}: ${reasonOf(error)}`))
    }
  })

/** A segment that was fetched, as it was written or with an end that can be read. */
export interface FetchedSegment extends OpenSegment {
  readonly bytes: number
}

/** A segment that is not as it was written; of one whose end cannot be read, that is missing. */
export type DamagedSegment = (FetchedSegment | (WalkedSegment & { readonly bytes: number })) & {
  /** Its bytes are not those that were written, and what those were is not known: all that is wrong in it may follow from that. */
  readonly isChanged?: true
}

/** A segment of more bytes is looked at from its end before it is read into memory. */
const large = 64 * 1024 * 1024

/** The end of any segment is shorter: a hundred bytes for each of its frames, and its objects that are absent. */
const longestTail = 16 * 1024 * 1024

/** A file that only says that it is large is not read. */
const checkLarge = (
  vault: Vault,
  { name, bytes: size }: ListedSegment
): Effect.Effect<void, WhiteRoomError> =>
  size > largestBlob
    ? vaultDamaged(vault, `${name}: it claims to be larger than any`)
    : size <= large
      ? Effect.void
      : Effect.flatMap(vault.blobs.get(name, { offset: size - longestTail, length: longestTail }), (tail) =>
          readable(vault, name, () => checkTail(tail, size))
        )

const fetchBytes = (vault: Vault, listed: ListedSegment) =>
  Effect.zipRight(checkLarge(vault, listed), vault.blobs.get(listed.name))

const isAsNamed = (listed: ListedSegment, bytes: Uint8Array): boolean =>
  shortHash(sha256(bytes)) === listed.body

/** A segment of these bytes that is what its name says. @throws MalformedData */
const opened = (vault: Vault, listed: ListedSegment, bytes: Uint8Array, damaged = false): FetchedSegment => {
  const segment = openSegment(bytes, vault.protection.cipherOf, damaged)
  if (segment.head.vault !== vault.id || !isNamed(listed, segment.end.about, vault.protection.naming))
    throw malformed("segment", "it is not what its name says")
  return { ...segment, bytes: bytes.length }
}

/** Reads a segment and holds it against its name. Fails with `VaultDamaged` unless every byte is as it was written. */
export const fetchSegment = (
  vault: Vault,
  listed: ListedSegment
): Effect.Effect<FetchedSegment, WhiteRoomError> =>
  Effect.flatMap(fetchBytes(vault, listed), (bytes) =>
    readable(vault, listed.name, () => {
      if (!isAsNamed(listed, bytes)) throw malformed("segment", changed)
      return opened(vault, listed, bytes)
    })
  )

/** What is said of bytes that were changed, where all of them are known again. */
const mendable = "some of its bytes are not those that were written; what they were follows from the others"

/** The bytes that were written, of those of which a few were changed; `undefined` where that is not to be told. */
const mendedBytes = (listed: ListedSegment, bytes: Uint8Array): Uint8Array | undefined => {
  try {
    if (!hasEnd(bytes)) return withTailMended(bytes, listed)
    const { endAt } = decodeTrailer(bytes.subarray(-trailerLength), bytes.length)
    const mended = withParity(bytes, endAt)
    mended?.set(sha256(mended.subarray(0, -32)), mended.length - 32)
    return mended !== undefined && isAsNamed(listed, mended) ? mended : undefined
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}

/** No larger one is kept for who asks for its end. */
const mostKept = 64 * 1024

/** Keeps a segment where pieces are kept: with its end it has all of it. */
const kept = (vault: Vault, { name }: ListedSegment, bytes: Uint8Array): Effect.Effect<void> =>
  bytes.length > mostKept || vault.cache === undefined
    ? Effect.void
    : vault.cache.put(pieceKey(vault, name, "end"), bytes)

/**
 * `fetchSegment` for those who want what was written, and need not know whether all of it still lies there: few changed bytes are
 * given back by the others, and told of.
 */
export const fetchSound = (
  vault: Vault,
  listed: ListedSegment,
  onMended?: (problem: SegmentProblem) => void
): Effect.Effect<FetchedSegment, WhiteRoomError> =>
  Effect.flatMap(fetchBytes(vault, listed), (bytes) =>
    readable(vault, listed.name, () => {
      if (isAsNamed(listed, bytes)) return opened(vault, listed, bytes)
      const mended = mendedBytes(listed, bytes)
      if (mended === undefined) throw malformed("segment", changed)
      onMended?.({ segment: listed.name, reason: mendable })
      return opened(vault, listed, mended)
    }).pipe(Effect.tap(() => kept(vault, listed, bytes)))
  )

/** What can be read of bytes that are not those that were written. @throws MalformedData where that is nothing */
const damagedSegment = (vault: Vault, listed: ListedSegment, bytes: Uint8Array): DamagedSegment => {
  const { cipherOf, naming } = vault.protection
  if (hasEnd(bytes)) return { ...opened(vault, listed, bytes, true), isChanged: true }
  const walked = walkSegment(bytes, cipherOf, listed, naming)
  if (walked.head.vault !== vault.id) throw malformed("segment", "it is not what its name says")
  return { ...walked, bytes: bytes.length, isChanged: true }
}

/**
 * The same for those who take what there is: of one that was changed, what can be read. What is wrong with the file as a whole is told;
 * what is wrong with single frames is found by reading them. Fails with `VaultDamaged` where nothing can be read.
 */
export const fetchDamaged = (
  vault: Vault,
  listed: ListedSegment,
  onProblem: (problem: SegmentProblem) => void
): Effect.Effect<DamagedSegment, WhiteRoomError> =>
  Effect.flatMap(fetchBytes(vault, listed), (bytes) =>
    readable(vault, listed.name, () => {
      if (isAsNamed(listed, bytes)) return opened(vault, listed, bytes)
      const mended = mendedBytes(listed, bytes)
      onProblem({ segment: listed.name, reason: mended === undefined ? changed : mendable })
      if (mended !== undefined) return opened(vault, listed, mended)
      return damagedSegment(vault, listed, bytes)
    })
  )
