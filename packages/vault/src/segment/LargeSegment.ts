/** A file that says it is a very large segment is looked at in its beginning and its end before it is read whole. */
import { equalBytes, malformed } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type Blobs, largestBlob, type ReadError } from "../blobs/Blobs.js"
import { decodeTrailer, segmentTarget, trailerLength } from "./Segment.js"
import { type CipherOf, readEnd, startOf } from "./SegmentReader.js"

/** Larger than a segment of the usual size is, with what was left over of the last run of events. */
export const usualSegment = 2 * segmentTarget

/** A head has far less, an end lists some ten thousand frames and objects. */
const largestHead = 64 * 1024
const largestEnd = usualSegment

const bad = (reason: string) => malformed("segment", reason)

/**
 * Fails unless the end of a large segment accounts for its size, and one document makes it so large. Takes two small reads
 * and the end. Fails with `MalformedData`, with what reading fails with, and without the right key as opening does.
 */
export const checkLargeSegment = (
  blobs: Blobs,
  { name, bytes }: { readonly name: string; readonly bytes: number },
  cipherOf: CipherOf
): Effect.Effect<void, ReadError> =>
  Effect.gen(function* () {
    if (bytes > largestBlob) throw bad("it claims to be larger than any")
    const tail = yield* blobs.get(name, { offset: bytes - trailerLength, length: trailerLength })
    const trailer = decodeTrailer(tail, bytes)
    const length = bytes - trailerLength - trailer.endAt
    if (length > largestEnd) throw bad("its end claims to be larger than any")
    const endFrame = yield* blobs.get(name, { offset: trailer.endAt, length })
    if (!equalBytes(sha256(endFrame), trailer.end)) throw bad("its bytes are not those that were written")
    const { head, at } = startOf(yield* blobs.get(name, { offset: 0, length: largestHead }))
    const { frames } = readEnd(endFrame, cipherOf(head))
    const listed = frames.reduce((sum, frame) => sum + frame.length, 0)
    const largest = frames.reduce((most, frame) => Math.max(most, frame.length), 0)
    // What is between them is padding, which is less than an eighth of it.
    if (listed - largest > usualSegment || trailer.endAt - at > listed + bytes / 8)
      throw bad("it is larger than what its end lists")
  })
