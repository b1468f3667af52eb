/** Reading segments: whole, frame by frame with every byte checked, or by ranges from the tail. */
import { bodyOfDamaged, equalBytes, isTooDense, MalformedData, malformed, openBlock } from "@white-room/core"
import { type BackupsChange, brotli, type EventRun, sha256 } from "@white-room/store/transfer"
import { decodeBackupPages } from "./BackupPages.js"
import { checkUnlisted } from "./checkUnlisted.js"
import { decodeDamagedRun, decodeRun } from "./Events.js"
import {
  type Cipher,
  decodeHead,
  decodeTrailer,
  endNumber,
  type FrameType,
  frameHead,
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

/** What is said of bytes that do not have the hash that stands beside them. */
export const changed = "its bytes are not those that were written"

/** Finds the cipher for a head; `undefined` for a plain segment. @throws WhiteRoomError without the right key */
export type CipherOf = (head: SegmentHead) => Cipher | undefined

/** A frame as it is read. */
export type SegmentFrame = ReadFrame | UnreadableFrame

/** A frame that could be read. */
export type ReadFrame =
  | { readonly _tag: "Block"; readonly data: Uint8Array }
  | { readonly _tag: "Events"; readonly run: EventRun }

/** A frame that is not as it was written. */
interface UnreadableFrame {
  readonly _tag: "Unreadable"
  readonly of: "block" | "events" | "index"
  readonly error: MalformedData
  /** What can be read of it all the same, for those who take what there is: nothing proves it. */
  readonly left?: ReadFrame | undefined
}

/** What of a frame can be read, proven or not. */
export const legible = (frame: SegmentFrame): ReadFrame | undefined =>
  frame._tag === "Unreadable" ? frame.left : frame

/** Head and where it ends. @throws MalformedData */
export const startOf = (
  bytes: Uint8Array
): { readonly head: SegmentHead; readonly payload: Uint8Array; readonly at: number } => {
  const magic = segmentMagic.subarray(0, segmentMagic.length - 1)
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) throw bad("it does not begin with WRSEGMNT")
  const version = bytes[magic.length] ?? 0
  if (version !== segmentVersion)
    throw bad(`it has the format ${version}; this program knows ${segmentVersion}`)
  const frame = readFrameAt(bytes.subarray(segmentMagic.length))
  if (frame.type !== frameTypes.head) throw bad("it has no head")
  const { payload, length } = frame
  return { head: decodeHead(payload), payload, at: segmentMagic.length + length }
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
  type === frameTypes.index ||
  type === frameTypes.state ||
  type === frameTypes.backups ||
  type === frameTypes.parity

const wordFor = (type: number) =>
  type === frameTypes.events ? "events" : isDerived(type) ? "index" : "block"

/** @throws MalformedData for a page that is not the one its end lists */
const checkPage = ({ check }: FrameEntry, frame: Uint8Array): void => {
  if (check !== undefined && !equalBytes(sha256(frame).subarray(0, check.length), check))
    throw bad("a page of it is not what its end says")
}

/** The payload of a frame whose first bytes need not say what it is. @throws MalformedData */
const payloadIn = (frame: Uint8Array, type: FrameType): Uint8Array => {
  const length = [2, 3, 4, 5, 6].find(
    (size) => frameHead(type, Math.max(0, frame.length - size)).length === size
  )
  if (length === undefined) throw bad("a frame is not what its end says")
  return frame.subarray(length)
}

/** What can be read of a frame that cannot be read as what it is. */
const leftOf = (
  frame: Uint8Array,
  { type, from }: FrameEntry,
  number: number,
  cipher: Cipher | undefined
): ReadFrame | undefined => {
  try {
    const payload = payloadIn(frame, type)
    const data = cipher === undefined ? payload : cipher.unproven(number, payload)
    if (type === frameTypes.block) return { _tag: "Block", data }
    if (type !== frameTypes.events || isTooDense(data)) return undefined
    const run = decodeDamagedRun(bodyOfDamaged(data, brotli))
    return run === undefined || (from !== undefined && from !== run.first)
      ? undefined
      : { _tag: "Events", run }
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
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
  cipher: Cipher | undefined,
  damaged: boolean
): SegmentFrame | undefined => {
  const { type } = entry
  try {
    const payload = damaged
      ? clear(cipher, type, number, payloadIn(bytes, type))
      : openFrame(bytes, entry, number, cipher)
    return frameOf(type, payload)
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    const left = damaged ? leftOf(bytes, entry, number, cipher) : undefined
    return { _tag: "Unreadable", of: wordFor(type), error, left }
  }
}

/** Frames that lie one after the other. Index and state are derived: of a damaged segment they are passed over. */
export function* framesOf(
  bytes: Uint8Array,
  from: number,
  listed: ReadonlyArray<FrameEntry>,
  cipher: Cipher | undefined,
  damaged: boolean
): Generator<SegmentFrame> {
  let at = from
  for (const [number, entry] of listed.entries()) {
    const isWanted = !(damaged && isDerived(entry.type))
    const bytesOf = bytes.subarray(at, at + entry.length)
    const frame = isWanted ? readListed(bytesOf, entry, number, cipher, damaged) : undefined
    if (frame !== undefined) yield frame
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
  if (endAt < size - tail.length || !equalBytes(sha256(frame), end)) throw bad(changed)
}

/** Whether the end of a segment is as it was written, which lists its frames. */
export const hasEnd = (bytes: Uint8Array): boolean => {
  try {
    checkTail(bytes, bytes.length)
    return true
  } catch (error) {
    if (error instanceof MalformedData) return false
    throw error
  }
}

/**
 * Opens a whole segment. `damaged`: takes one whose bytes were changed, and finds that out frame by frame.
 * @throws MalformedData unless every byte is as it was written, or its end can at least be read
 */
export const openSegment = (bytes: Uint8Array, cipherOf: CipherOf, damaged = false): OpenSegment => {
  const start = damaged ? undefined : startOf(bytes)
  const known = start && { cipher: cipherOf(start.head) }
  const trailerAt = bytes.length - trailerLength
  const trailer = decodeTrailer(bytes.subarray(Math.max(0, trailerAt)), bytes.length)
  const before = bytes.subarray(0, bytes.length - trailer.body.length)
  if (!damaged && !equalBytes(sha256(before), trailer.body)) throw bad(changed)
  // Its head stands at its end once more, where one that was changed is still whole.
  const {
    head,
    end,
    cipher,
    firstAt: at,
    headPayload
  } = readTail(
    bytes.subarray(trailer.endAt, trailerAt),
    trailer,
    known === undefined ? cipherOf : () => known.cipher
  )
  if (start !== undefined) {
    if (!equalBytes(start.payload, headPayload)) throw bad("its end is not that of its head")
    const listed = end.frames.reduce((sum, { length }) => sum + length, 0)
    checkUnlisted(bytes, at + listed, trailer.endAt, end.frames.length, cipher)
  }
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
  if (!equalBytes(sha256(bytes), trailer.end)) throw bad(changed)
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
