/** Reading segments: whole, frame by frame with every byte checked, or by ranges from the tail. */
import { equalBytes, isTooDense, MalformedData, malformed, openBlock } from "@white-room/core"
import { brotli, type EventRun, sha256 } from "@white-room/store/transfer"
import { decodeRun } from "./Events.js"
import {
  type Cipher,
  decodeEnd,
  decodeHead,
  decodeTrailer,
  endNumber,
  type FrameEntry,
  frameTypes,
  readFrameAt,
  type SegmentEnd,
  type SegmentHead,
  segmentMagic,
  segmentVersion,
  trailerLength
} from "./Segment.js"

const bad = (reason: string) => malformed("segment", reason)

/** Finds the cipher for a head; `undefined` for a plain segment. @throws WhiteRoomError without the right key */
export type CipherOf = (head: SegmentHead) => Cipher | undefined

/** A frame as it is read. */
export type SegmentFrame =
  | { readonly _tag: "Block"; readonly data: Uint8Array }
  | { readonly _tag: "Events"; readonly run: EventRun }
  | { readonly _tag: "Unreadable"; readonly of: "block" | "events" | "index"; readonly error: MalformedData }

export const startOf = (bytes: Uint8Array) => {
  const magic = segmentMagic.subarray(0, segmentMagic.length - 1)
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) throw bad("it does not begin with WRSEGMNT")
  const version = bytes[magic.length] ?? 0
  if (version !== segmentVersion)
    throw bad(`it has the format ${version}; this program knows ${segmentVersion}`)
  const frame = readFrameAt(bytes.subarray(segmentMagic.length))
  if (frame.type !== frameTypes.head) throw bad("it has no head")
  return { head: decodeHead(frame.payload), at: segmentMagic.length + frame.length }
}

const clear = (cipher: Cipher | undefined, type: number, number: number, payload: Uint8Array): Uint8Array =>
  cipher === undefined ? payload : cipher.open(type, number, payload)

/** A segment in memory. Its bytes were compared with its trailer. */
export interface OpenSegment {
  readonly head: SegmentHead
  readonly end: SegmentEnd
  /** Its blocks and events in order, each opened when it is asked for. */
  readonly frames: () => Generator<SegmentFrame>
}

/** The body of events or of an end. @throws MalformedData, before it allocates too much */
const openBody = (block: Uint8Array): Uint8Array => {
  if (isTooDense(block)) throw bad("it would grow to more than any honest one")
  return openBlock(block, brotli)
}

const frameOf = (type: number, payload: Uint8Array): SegmentFrame | undefined => {
  if (type === frameTypes.block) return { _tag: "Block", data: payload }
  return type === frameTypes.events ? { _tag: "Events", run: decodeRun(openBody(payload)) } : undefined
}

const wordFor = (type: number) =>
  type === frameTypes.events ? "events" : type === frameTypes.index ? "index" : "block"

const readListed = (
  bytes: Uint8Array,
  entry: FrameEntry,
  number: number,
  cipher: Cipher | undefined
): SegmentFrame | undefined => {
  try {
    const { type, payload, length } = readFrameAt(bytes)
    if (type !== entry.type || length !== entry.length) throw bad("a frame is not what its end says")
    return frameOf(type, clear(cipher, type, number, payload))
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    return { _tag: "Unreadable", of: wordFor(entry.type), error }
  }
}

/** The frames of the end's list lie between the head and the end. The index is derived: without it they can be read. */
function* framesOf(
  bytes: Uint8Array,
  from: number,
  listed: ReadonlyArray<FrameEntry>,
  cipher: Cipher | undefined,
  damaged: boolean
): Generator<SegmentFrame> {
  let at = from
  for (const [number, entry] of listed.entries()) {
    const frame = readListed(bytes.subarray(at, at + entry.length), entry, number, cipher)
    if (frame !== undefined && !(damaged && entry.type === frameTypes.index)) yield frame
    at += entry.length
  }
}

/**
 * Opens a whole segment. `damaged`: takes one whose bytes were changed, and finds that out frame by frame.
 * @throws MalformedData unless every byte is as it was written, or its end can at least be read
 */
export const openSegment = (bytes: Uint8Array, cipherOf: CipherOf, damaged = false): OpenSegment => {
  const { head, at } = startOf(bytes)
  const trailerAt = bytes.length - trailerLength
  const trailer = decodeTrailer(bytes.subarray(Math.max(0, trailerAt)), bytes.length)
  const endFrame = bytes.subarray(trailer.endAt, trailerAt)
  const before = bytes.subarray(0, bytes.length - trailer.body.length)
  if (!equalBytes(sha256(endFrame), trailer.end) || !(damaged || equalBytes(sha256(before), trailer.body)))
    throw bad("its bytes are not those that were written")
  const cipher = cipherOf(head)
  const end = readEnd(endFrame, cipher)
  const listed = end.frames.reduce((sum, { length }) => sum + length, 0)
  if (at + listed > trailer.endAt) throw bad("its frames are not those that its end lists")
  if (!damaged) checkPadding(bytes.subarray(at + listed, trailer.endAt), end.frames.length, cipher)
  return { head, end, frames: () => framesOf(bytes, at, end.frames, cipher, damaged) }
}

/** What lies before the end and is not in its list is one frame of zeros, or nothing. */
const checkPadding = (bytes: Uint8Array, number: number, cipher: Cipher | undefined): void => {
  if (bytes.length === 0) return
  const { type, payload, length } = readFrameAt(bytes)
  const isPadding = type === frameTypes.padding && length === bytes.length
  if (!isPadding || clear(cipher, type, number, payload).some((byte) => byte !== 0))
    throw bad("its frames are not those that its end lists")
}

/** The end, from the bytes of its frame. */
export const readEnd = (bytes: Uint8Array, cipher: Cipher | undefined): SegmentEnd => {
  const { type, payload, length } = readFrameAt(bytes)
  if (type !== frameTypes.end || length !== bytes.length) throw bad("it has no end")
  return decodeEnd(openBody(clear(cipher, type, endNumber, payload)))
}
