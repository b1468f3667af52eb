/** One segment as a whole, fetched and held against its name. */
import { isWhiteRoomError, MalformedData, malformed, type WhiteRoomError } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { largestBlob } from "./blobs/Blobs.js"
import { vaultDamaged } from "./Path.js"
import { isNamed, type ListedSegment, shortHash } from "./segment/SegmentName.js"
import { checkTail, type OpenSegment, openSegment } from "./segment/SegmentReader.js"
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

/** A segment that was fetched. */
export interface FetchedSegment extends OpenSegment {
  readonly bytes: number
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

/** Reads a segment and holds it against its name; what is wrong only with single frames is found by reading them. */
export const fetchSegment = (
  vault: Vault,
  listed: ListedSegment,
  { onProblem }: { readonly onProblem?: ((problem: SegmentProblem) => void) | undefined } = {}
): Effect.Effect<FetchedSegment, WhiteRoomError> =>
  Effect.flatMap(Effect.zipRight(checkLarge(vault, listed), vault.blobs.get(listed.name)), (bytes) =>
    Effect.suspend(() => {
      try {
        const isWhole = shortHash(sha256(bytes)) === listed.body
        if (!isWhole) {
          const reason = "its bytes are not those that were written"
          if (onProblem === undefined) throw malformed("segment", reason)
          onProblem({ segment: listed.name, reason })
        }
        const opened = openSegment(bytes, vault.protection.cipherOf, onProblem !== undefined)
        if (opened.head.vault !== vault.id || !isNamed(listed, opened.end.about, vault.protection.naming))
          throw malformed("segment", "it is not what its name says")
        return Effect.succeed({ ...opened, bytes: bytes.length })
      } catch (error) {
        return Effect.fail(vaultDamaged(vault, `${listed.name}: ${reasonOf(error)}`))
      }
    })
  )
