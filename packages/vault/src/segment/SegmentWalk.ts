/**
 * Segments whose end cannot be read: frame by frame from the head on, as far as each says where the next one begins. Which
 * frames there were nobody tells then, so events are proven by the chain alone: from the hash before them in the name of the
 * file on, or up to the one at its end.
 */
import { concatBytes, equalBytes, MalformedData, malformed } from "@white-room/core"
import { type EventRun, provesItself, sha256 } from "@white-room/store/transfer"
import {
  encodeTrailer,
  type FrameType,
  frameTypes,
  readFrameAt,
  type SegmentHead,
  segmentMagic
} from "./Segment.js"
import type { FrameEntry } from "./SegmentEnd.js"
import { type Naming, type SegmentName, shortHash } from "./SegmentName.js"
import { type CipherOf, framesOf, legible, type SegmentFrame, startOf } from "./SegmentReader.js"

/** A segment without its end. */
export interface WalkedSegment {
  readonly head: SegmentHead
  readonly end: undefined
  /** Its blocks and events in order; events that nothing proves are unreadable, and what is left of them is theirs. */
  readonly frames: () => Generator<SegmentFrame>
}

/** More frames than any honest segment has. */
const mostFrames = 65_536

/** The frames from a place on, up to the end, or to the first that is cut off. */
const walk = (bytes: Uint8Array, from: number) => {
  const entries: Array<FrameEntry> = []
  let at = from
  let end: number | undefined
  while (entries.length < mostFrames) {
    const next = frameAt(bytes, at)
    if (next?.type === frameTypes.end) end = next.length
    if (next === undefined || next.type === frameTypes.end || next.type === frameTypes.head) break
    entries.push(next)
    at += next.length
  }
  return { entries, at, end }
}

const frameAt = (bytes: Uint8Array, at: number): { type: FrameType; length: number } | undefined => {
  try {
    const { type, length } = readFrameAt(bytes.subarray(at))
    return { type, length }
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}

/**
 * A segment of which no more than the last bytes were changed, with those that follow from the others; `undefined` where that does
 * not give the file that its name says.
 */
export const withTailMended = (bytes: Uint8Array, { body }: SegmentName): Uint8Array | undefined => {
  const { at } = startOf(bytes)
  const { at: endAt, end } = walk(bytes, at)
  if (end === undefined) return undefined
  const endFrames = concatBytes([
    bytes.subarray(endAt, endAt + end),
    // The head once more.
    bytes.subarray(segmentMagic.length, at)
  ])
  const before = concatBytes([
    bytes.subarray(0, endAt),
    endFrames,
    encodeTrailer({ endAt, end: sha256(endFrames) })
  ])
  const mended = concatBytes([before, sha256(before)])
  return shortHash(sha256(mended)) === body ? mended : undefined
}

const lastOf = ({ first, events }: EventRun): number => first + events.length - 1

/** Whether one run goes on where another ends. */
const isNext = (run: EventRun, next: EventRun | undefined): boolean =>
  next !== undefined &&
  run.after !== undefined &&
  lastOf(run) + 1 === next.first &&
  equalBytes(run.after, next.before)

/**
 * The runs that the name of their segment proves: those that lead to the hash at its end, and those that go on from the one
 * before it. At the beginning of a log every one goes on from nothing: that proves none.
 */
const provenAmong = (
  runs: ReadonlyArray<EventRun>,
  { first, last, prev, head }: SegmentName,
  naming: Naming
): ReadonlySet<number> => {
  const sound = [...runs.entries()].filter(
    ([, run]) => run.first >= first && lastOf(run) <= last && provesItself(run)
  )
  const proven = new Set<number>()
  let before: EventRun | undefined
  for (const [index, run] of sound) {
    const isFirst = run.first === first && first > 1 && naming.hash(run.before) === prev
    if (!isFirst && (before === undefined || !isNext(before, run))) continue
    proven.add(index)
    before = run
  }
  let after: EventRun | undefined
  for (const [index, run] of sound.toReversed()) {
    const isLast = lastOf(run) === last && run.after !== undefined && naming.hash(run.after) === head
    if (!isLast && !isNext(run, after)) continue
    proven.add(index)
    after = run
  }
  return proven
}

/** Runs that nothing proves are what is left of them; what does not lie where the name says is none of it. */
function* heldAgainstName(
  frames: () => Iterable<SegmentFrame>,
  name: SegmentName,
  naming: Naming
): Generator<SegmentFrame> {
  const runs = Array.from(frames()).flatMap((frame) => (frame._tag === "Events" ? [frame.run] : []))
  const proven = provenAmong(runs, name, naming)
  let index = 0
  for (const frame of frames()) {
    const read = legible(frame)
    if (read?._tag !== "Events" || (frame._tag === "Events" && proven.has(index++))) {
      yield frame
      continue
    }
    const { run } = read
    const isWithin = run.first >= name.first && lastOf(run) <= name.last
    const left = isWithin ? ({ _tag: "Events", run: { ...run, after: undefined } } as const) : undefined
    const error =
      frame._tag === "Unreadable" ? frame.error : malformed("segment", "nothing proves its events")
    yield { _tag: "Unreadable", of: "events", error, left }
  }
}

/**
 * What can be read of a segment from its beginning. It takes no more than the file has.
 * @throws MalformedData where not even its head can be read, or no key opens it
 */
export const walkSegment = (
  bytes: Uint8Array,
  cipherOf: CipherOf,
  name: SegmentName,
  naming: Naming
): WalkedSegment => {
  const { head, at } = startOf(bytes)
  const cipher = cipherOf(head)
  const { entries } = walk(bytes, at)
  return {
    head,
    end: undefined,
    frames: () => heldAgainstName(() => framesOf(bytes, at, entries, cipher, true), name, naming)
  }
}
