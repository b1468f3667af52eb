/** Reading segments: whole, frame by frame with every byte checked, or by ranges from the tail. */
import { equalBytes, isTooDense, MalformedData, malformed, openBlock } from "@white-room/core"
import { type BackupsChange, brotli, type EventRun, sha256 } from "@white-room/store/transfer"
import { decodeBackupPages } from "./BackupPages.js"
import { decodeRun } from "./Events.js"
import {
  type Cipher,
  decodeHead,
  decodeTrailer,
  endNumber,
  type FrameType,
  frameTypes,
  readFrameAt,
  type SegmentHead,
  segmentMagic,
  segmentVersion,
  type Trailer,
  trailerLength
} from "./Segment.js"
import { decodeEnd, type FrameEntry, type SegmentEnd } from "./SegmentEnd.js"
import { decodeStatePage, type EntityPlace } from "./StatePages.js"

const bad = (reason: string) => malformed("segment", reason)

/** Finds the cipher for a head; `undefined` for a plain segment. @throws WhiteRoomError without the right key */
export type CipherOf = (head: SegmentHead) => Cipher | undefined

/** A frame as it is read. */
export type SegmentFrame =
  | { readonly _tag: "Block"; readonly data: Uint8Array }
  | { readonly _tag: "Events"; readonly run: EventRun }
  | { readonly _tag: "Unreadable"; readonly of: "block" | "events" | "index"; readonly error: MalformedData }

const startOf = (bytes: Uint8Array) => {
  const magic = segmentMagic.subarray(0, segmentMagic.length - 1)
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) throw bad("it does not begin with WRSEGMNT")
  const version = bytes[magic.length] ?? 0
  if (version !== segmentVersion)
    throw bad(`it has the format ${version}; this program knows ${segmentVersion}`)
  const frame = readFrameAt(bytes.subarray(segmentMagic.length))
  if (frame.type !== frameTypes.head) throw bad("it has no head")
  return { head: decodeHead(frame.payload), at: segmentMagic.length + frame.length }
}

/** The head of a segment, of its first bytes. @throws MalformedData */
export const readHead = (bytes: Uint8Array): SegmentHead => startOf(bytes).head

const clear = (cipher: Cipher | undefined, type: number, number: number, payload: Uint8Array): Uint8Array =>
  cipher === undefined ? payload : cipher.open(type, number, payload)

/** A segment in memory. Its bytes were compared with its trailer. */
export interface OpenSegment {
  readonly head: SegmentHead
  readonly end: SegmentEnd
  /** Its blocks and events in order, each opened when it is asked for. */
  readonly frames: () => Generator<SegmentFrame>
  /** What it says of backups; `undefined`: its events are about none. @throws MalformedData */
  readonly backups: () => BackupsChange | undefined
  /** The pages of its state; none: it has no state. @throws MalformedData */
  readonly states: () => Generator<ReadonlyArray<EntityPlace>>
}

/** The body of events, of a page of state or of an end. @throws MalformedData, before it allocates too much */
export const openBody = (block: Uint8Array): Uint8Array => {
  if (isTooDense(block)) throw bad("it would grow to more than any honest one")
  return openBlock(block, brotli)
}

const frameOf = (type: number, payload: Uint8Array): SegmentFrame | undefined => {
  if (type === frameTypes.block) return { _tag: "Block", data: payload }
  return type === frameTypes.events ? { _tag: "Events", run: decodeRun(openBody(payload)) } : undefined
}

/** What follows from the rest of a segment, which can be read without it. */
const isDerived = (type: number): boolean =>
  type === frameTypes.index || type === frameTypes.state || type === frameTypes.backups

const wordFor = (type: number) =>
  type === frameTypes.events ? "events" : isDerived(type) ? "index" : "block"

/** @throws MalformedData for a page that is not the one its end lists */
const checkPage = ({ check }: FrameEntry, frame: Uint8Array): void => {
  if (check !== undefined && !equalBytes(sha256(frame).subarray(0, check.length), check))
    throw bad("a page of it is not what its end says")
}

/** The clear payload of a frame that is listed so. @throws MalformedData */
export const openFrame = (
  bytes: Uint8Array,
  entry: FrameEntry,
  number: number,
  cipher: Cipher | undefined
): Uint8Array => {
  const { type, payload, length } = readFrameAt(bytes)
  if (type !== entry.type || length !== entry.length) throw bad("a frame is not what its end says")
  checkPage(entry, bytes)
  return clear(cipher, type, number, payload)
}

const readListed = (
  bytes: Uint8Array,
  entry: FrameEntry,
  number: number,
  cipher: Cipher | undefined
): SegmentFrame | undefined => {
  try {
    return frameOf(entry.type, openFrame(bytes, entry, number, cipher))
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    return { _tag: "Unreadable", of: wordFor(entry.type), error }
  }
}

/** The frames of the end's list lie between the head and the end. Index and state are derived: without them they can be read. */
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
    if (frame !== undefined && !(damaged && isDerived(entry.type))) yield frame
    at += entry.length
  }
}

/** The bodies of all frames of one type. */
function* bodiesOf(
  wanted: FrameType,
  bytes: Uint8Array,
  from: number,
  { frames }: SegmentEnd,
  cipher: Cipher | undefined
): Generator<Uint8Array> {
  let at = from
  for (const [number, entry] of frames.entries()) {
    if (entry.type === wanted)
      yield openBody(openFrame(bytes.subarray(at, at + entry.length), entry, number, cipher))
    at += entry.length
  }
}

/** What lies at the end of a segment of so many bytes, from its last ones: where its end is. @throws MalformedData */
export const checkTail = (tail: Uint8Array, size: number): void => {
  const { endAt, end } = decodeTrailer(tail.subarray(-trailerLength), size)
  const frame = tail.subarray(endAt - (size - tail.length), -trailerLength)
  if (endAt < size - tail.length || !equalBytes(sha256(frame), end))
    throw bad("its bytes are not those that were written")
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
  const { end, headFrame } = readEnd(endFrame, cipher)
  if (!equalBytes(headFrame, bytes.subarray(segmentMagic.length, at)))
    throw bad("its end is not that of its head")
  const listed = end.frames.reduce((sum, { length }) => sum + length, 0)
  if (at + listed > trailer.endAt) throw bad("its frames are not those that its end lists")
  if (!damaged) checkPadding(bytes.subarray(at + listed, trailer.endAt), end.frames.length, cipher)
  return {
    head,
    end,
    frames: () => framesOf(bytes, at, end.frames, cipher, damaged),
    backups: () =>
      end.backupsSince === undefined
        ? undefined
        : {
            since: end.backupsSince,
            ...decodeBackupPages([...bodiesOf(frameTypes.backups, bytes, at, end, cipher)])
          },
    *states() {
      for (const body of bodiesOf(frameTypes.state, bytes, at, end, cipher))
        yield decodeStatePage(body, end.sources)
    }
  }
}

/** What lies before the end and is not in its list is one frame of zeros, or nothing. */
const checkPadding = (bytes: Uint8Array, number: number, cipher: Cipher | undefined): void => {
  if (bytes.length === 0) return
  const { type, payload, length } = readFrameAt(bytes)
  const isPadding = type === frameTypes.padding && length === bytes.length
  if (!isPadding || clear(cipher, type, number, payload).some((byte) => byte !== 0))
    throw bad("its frames are not those that its end lists")
}

const readEnd = (bytes: Uint8Array, cipher: Cipher | undefined) => {
  const { type, payload, length } = readFrameAt(bytes)
  if (type !== frameTypes.end) throw bad("it has no end")
  const end = decodeEnd(openBody(clear(cipher, type, endNumber, payload)))
  return { end, headFrame: bytes.subarray(length) }
}

/** What the tail of a segment tells of all of it. */
export interface SegmentTail {
  readonly head: SegmentHead
  readonly end: SegmentEnd
  readonly cipher: Cipher | undefined
  /** The payload of the head, as those who point to the segment keep it. */
  readonly headPayload: Uint8Array
  /** Where the first frame after the head begins. */
  readonly firstAt: number
}

/**
 * Reads the end of a segment from the bytes of the frames there, of the end and of the head once more.
 * @throws MalformedData unless they are those that the trailer says
 */
export const readTail = (bytes: Uint8Array, trailer: Trailer, cipherOf: CipherOf): SegmentTail => {
  if (!equalBytes(sha256(bytes), trailer.end)) throw bad("its end is not the one that was written")
  const { length } = readFrameAt(bytes)
  const headFrame = bytes.subarray(length)
  const { type, payload, length: headLength } = readFrameAt(headFrame)
  if (type !== frameTypes.head || headLength !== headFrame.length) throw bad("it has no head")
  const head = decodeHead(payload)
  const cipher = cipherOf(head)
  const { end } = readEnd(bytes, cipher)
  const firstAt = segmentMagic.length + headLength
  const listed = end.frames.reduce((sum, frame) => sum + frame.length, 0)
  if (firstAt + listed > trailer.endAt) throw bad("its frames are not those that its end lists")
  return { head, end, cipher, headPayload: payload, firstAt }
}
