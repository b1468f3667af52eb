/** Segments that are read by ranges: the tail first, then single frames, or many that lie side by side in one request. */
import { concatBytes, MalformedData, malformed, type WhiteRoomError } from "@white-room/core"
import { type EventRun, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { decodeRun } from "../segment/Events.js"
import { parityWidth } from "../segment/Parity.js"
import { placeBytes } from "../segment/PlaceTable.js"
import {
  type Cipher,
  decodeHead,
  decodeTrailer,
  type FrameType,
  frameTypes,
  type Trailer,
  trailerLength
} from "../segment/Segment.js"
import type { FrameEntry, SegmentSource } from "../segment/SegmentEnd.js"
import { isNamed, type ListedSegment, shortHash } from "../segment/SegmentName.js"
import { openBody, openFrame, readTail, type SegmentTail } from "../segment/SegmentReader.js"
import type { FramePlace } from "../segment/StatePages.js"
import { checkRun } from "./checkRun.js"
import { readable, type SegmentPlace } from "./SegmentPlace.js"
import { throughCache } from "./throughCache.js"

/** A segment of this size is read whole: one request in place of several. */
const small = 64 * 1024

/** No more of a larger one is read first, nor a larger part of it. */
const longestTail = 3 * small
const largestPart = 1 / 4

/**
 * How much that is: its end, and what is before it, the state, or the index of a segment without one, where that is not long. How long
 * an index is the name tells: a song that is saved is an event and an object, each with a place in it. Between lies the parity, and in
 * what was pushed some padding.
 */
const tailOf = ({ bytes, level, first, last }: ListedSegment): number => {
  const index = 2 * (last - first + 1) * placeBytes
  const padding = level === 0 ? bytes / 32 : 0
  const both = Math.ceil(index + padding) + 2 * parityWidth(bytes) + small / 4
  const isLong = both > Math.min(longestTail, bytes * largestPart)
  return Math.max(small, isLong ? Math.min(Math.ceil(bytes / 8), longestTail) : both)
}

/** The end of any segment is shorter: a hundred bytes for each of its frames, and its objects that are absent. */
const longestEnd = 16 * 1024 * 1024

/** Bytes of a segment, and where they lie. */
interface Held {
  readonly bytes: Uint8Array
  readonly from: number
}

/** A segment whose end is known. */
export interface RangedSegment extends SegmentTail {
  readonly place: SegmentPlace
  readonly listed: ListedSegment
  /** Where each frame begins. */
  readonly offsets: ReadonlyArray<number>
  /** Bytes that were read already, and where they lie. */
  readonly held: Held
  /** The last frames that were asked for, when they are small: often who found something there asks for it next. */
  recent: Held | undefined
  /** Pages of the index that were read already, by the number of their frame. */
  readonly pages: Map<number, Uint8Array>
}

const offsetsOf = ({ firstAt, end }: SegmentTail): ReadonlyArray<number> => {
  let at = firstAt
  return end.frames.map(({ length }) => {
    at += length
    return at - length
  })
}

/** Bytes of a segment that were read already; `undefined` when some were not. */
const heldAt = ({ held, recent }: RangedSegment, offset: number, length: number): Uint8Array | undefined => {
  for (const { bytes, from } of recent === undefined ? [held] : [held, recent])
    if (offset >= from && offset + length <= from + bytes.length)
      return bytes.subarray(offset - from, offset - from + length)
  return undefined
}

/** The trailer of a segment, of its last bytes. @throws MalformedData */
const trailerOf = (listed: ListedSegment, bytes: Uint8Array): Trailer =>
  decodeTrailer(bytes.subarray(Math.max(0, bytes.length - trailerLength)), listed.bytes)

/** The end of a segment, and all of a small one: one request, two where the end is long. */
const fetchHeld = (place: SegmentPlace, listed: ListedSegment): Effect.Effect<Uint8Array, WhiteRoomError> =>
  Effect.gen(function* () {
    const { blobs } = place
    if (listed.bytes <= small) return yield* blobs.get(listed.name)
    const length = tailOf(listed)
    const from = listed.bytes - length
    const tail = yield* blobs.get(listed.name, { offset: from, length })
    const { endAt } = yield* readable(place, listed.name, () => {
      const trailer = trailerOf(listed, tail)
      if (from - trailer.endAt > longestEnd) throw malformed("segment", "its end is longer than any")
      return trailer
    })
    if (endAt >= from) return tail
    return concatBytes([yield* blobs.get(listed.name, { offset: endAt, length: from - endAt }), tail])
  })

/** Opens a segment by its last bytes. @throws MalformedData unless they are what was written, and what its name says */
const openHeld = (place: SegmentPlace, listed: ListedSegment, bytes: Uint8Array): RangedSegment => {
  const { protection } = place
  const held = { bytes, from: listed.bytes - bytes.length }
  const isWhole = listed.bytes <= small
  if (held.from < 0 || (isWhole && (held.from > 0 || shortHash(sha256(bytes)) !== listed.body)))
    throw malformed("segment", "its bytes are not those that were written")
  const trailer = trailerOf(listed, bytes)
  if (trailer.endAt < held.from) throw malformed("segment", "its end was cut off")
  const read = readTail(
    bytes.subarray(trailer.endAt - held.from, -trailerLength),
    trailer,
    protection.cipherOf
  )
  if (read.head.vault !== place.id || !isNamed(listed, read.end.about, protection.naming))
    throw malformed("segment", "it is not what its name says")
  return { ...read, place, listed, offsets: offsetsOf(read), held, recent: undefined, pages: new Map() }
}

/**
 * Reads the end of a segment, and all of a small one: nothing where it was kept, else one request, two where the end is long.
 * Fails with `VaultDamaged` when it is not what was written, or not what its name says.
 */
export const openRanged = (
  place: SegmentPlace,
  listed: ListedSegment
): Effect.Effect<RangedSegment, WhiteRoomError> =>
  throughCache(place, listed.name, "end", fetchHeld(place, listed), (bytes) => openHeld(place, listed, bytes))

/** The clear payloads of neighbouring frames, in one request. */
const readFrames = (
  segment: RangedSegment,
  from: number,
  to: number
): Effect.Effect<ReadonlyArray<Uint8Array>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { place, listed, end, offsets, cipher } = segment
    const entries = end.frames.slice(from, to)
    const start = offsets[from] ?? 0
    const length = entries.reduce((sum, each) => sum + each.length, 0)
    if (entries.length === 0) return []
    const read = (bytes: Uint8Array) => {
      const payloads = entries.map((entry, index) => {
        const at = (offsets[from + index] ?? 0) - start
        return openFrame(bytes.subarray(at, at + entry.length), entry, from + index, cipher)
      })
      if (length <= small) segment.recent = { bytes, from: start }
      return payloads
    }
    const held = heldAt(segment, start, length)
    if (held !== undefined) return yield* readable(place, listed.name, () => read(held))
    const fetch = place.blobs.get(listed.name, { offset: start, length })
    // What its end has no hash of is proven later, by what asked for it: it is not kept.
    return entries.every(({ check }) => check !== undefined)
      ? yield* throughCache(place, listed.name, `${start}-${length}`, fetch, read)
      : yield* Effect.flatMap(fetch, (bytes) => readable(place, listed.name, () => read(bytes)))
  })

/** No request for neighbouring frames is larger. */
const largestRead = 4 * 1024 * 1024

/** The payloads of all frames that pass, with their numbers; those that lie side by side in one request. */
export const readWhere = (
  segment: RangedSegment,
  wanted: (entry: FrameEntry, number: number) => boolean
): Effect.Effect<ReadonlyArray<readonly [number: number, payload: Uint8Array]>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { frames } = segment.end
    const found: Array<readonly [number, Uint8Array]> = []
    for (let at = 0; at < frames.length; at++) {
      let bytes = 0
      let to = at
      for (let next = frames[to]; next !== undefined && wanted(next, to); next = frames[to]) {
        if (to > at && bytes + next.length > largestRead) break
        bytes += next.length
        to++
      }
      if (to === at) continue
      const payloads = yield* readFrames(segment, at, to)
      for (const [index, payload] of payloads.entries()) found.push([at + index, payload])
      at = to - 1
    }
    return found
  })

/** Reads the pages of one type. */
export const readPages = <A>(
  segment: RangedSegment,
  type: FrameType,
  read: (body: Uint8Array) => A,
  wanted: (entry: FrameEntry, number: number) => boolean = () => true
): Effect.Effect<ReadonlyArray<A>, WhiteRoomError> =>
  Effect.flatMap(
    readWhere(segment, (entry, number) => entry.type === type && wanted(entry, number)),
    (found) =>
      readable(segment.place, segment.listed.name, () => found.map(([, payload]) => read(openBody(payload))))
  )

/** The events of a frame, whose chain is computed again. @throws MalformedData */
const decodedRun = (payload: Uint8Array): EventRun => checkRun(decodeRun(openBody(payload)))

/** The same; `undefined` for what cannot be read as that. */
export const runOf = (payload: Uint8Array): EventRun | undefined => {
  try {
    return decodedRun(payload)
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    return undefined
  }
}

/** A run of events, and the number of the frame it is in. */
export interface PlacedRun {
  readonly frame: number
  readonly run: EventRun
}

/** Reads events, whose chain is computed again. */
export const readRuns = (
  segment: RangedSegment,
  wanted: (entry: FrameEntry, number: number) => boolean = () => true
): Effect.Effect<ReadonlyArray<PlacedRun>, WhiteRoomError> =>
  Effect.flatMap(
    readWhere(segment, (entry, number) => entry.type === frameTypes.events && wanted(entry, number)),
    (found) =>
      readable(segment.place, segment.listed.name, () =>
        found.map(([frame, payload]) => ({ frame, run: decodedRun(payload) }))
      )
  )

/** The range of events frames that hold the positions from one to another. */
export const holding =
  ({ end }: RangedSegment, first: number, last: number) =>
  (entry: FrameEntry, number: number): boolean => {
    if (typeof entry.from !== "number" || entry.from > last) return false
    const next = end.frames.slice(number + 1).find(({ type }) => type === frameTypes.events)
    return typeof next?.from !== "number" || next.from > first
  }

/**
 * The first of the frames of events to read for the last event of an entity up to a position, of those that have such events, where
 * that at `at` is the last to begin by then. In it all of these may come later: then the one before is read with it, where that is
 * near, and a request less.
 */
export const firstToRead = (
  segment: RangedSegment,
  frames: ReadonlyArray<number>,
  at: number,
  until: number
): number => {
  const number = frames[at] ?? 0
  const earlier = frames[at - 1]
  const entry = segment.end.frames[number]
  if (earlier === undefined || entry === undefined || until >= segment.end.about.last) return number
  if (!holding(segment, until + 1, until + 1)(entry, number)) return number
  const between = segment.end.frames.slice(earlier, number)
  const bytes = between.reduce((sum, { length }) => sum + length, 0)
  return bytes <= small && between.every(({ type }) => type === frameTypes.events) ? earlier : number
}

/** The place of a frame of this segment, as those elsewhere say it. */
export const placeOf = (segment: RangedSegment, frame: number): FramePlace => ({
  source: sourceOf(segment),
  frame,
  offset: segment.offsets[frame] ?? 0,
  length: segment.end.frames[frame]?.length ?? 0
})

/** What others need to open frames of a segment. */
export const sourceOf = ({ listed, headPayload }: RangedSegment): SegmentSource => ({
  body: Buffer.from(listed.body, "hex"),
  head: headPayload
})

/** A frame of a segment whose end was not read: the place tells all that is needed. */
export const readPlaced = (
  place: SegmentPlace,
  listed: ListedSegment,
  source: SegmentSource,
  { frame, offset, length }: FramePlace,
  type: FrameType
): Effect.Effect<Uint8Array, WhiteRoomError> =>
  Effect.flatMap(place.blobs.get(listed.name, { offset, length }), (bytes) =>
    readable(place, listed.name, () => {
      const head = decodeHead(source.head)
      const cipher: Cipher | undefined = place.protection.cipherOf(head)
      return openFrame(bytes, { type, length }, frame, cipher)
    })
  )
