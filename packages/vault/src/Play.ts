/** Playing the segments of a path into a library that is being made. */
import { type LogHead, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import type { EventRun, Take } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchingAhead } from "./blobs/fetchingAhead.js"
import { type DamagedSegment, reasonOf } from "./FetchedSegment.js"
import { type Path, vaultDamaged } from "./Path.js"
import type { PathEnd } from "./PathEnd.js"
import { fetchOnPath, following, type PlayOptions } from "./PathSource.js"
import { salvagedBlock } from "./salvagedBlock.js"
import type { ListedSegment } from "./segment/SegmentName.js"
import { legible, type SegmentFrame } from "./segment/SegmentReader.js"
import type { Vault } from "./Vault.js"

/** The events of a run after the head of what takes them, up to a position. What was cut off follows from its hash. */
const cut = (run: EventRun, head: LogHead, until: number): EventRun => {
  const skip = Math.max(0, head.position + 1 - run.first)
  const keep = Math.max(0, until - run.first + 1)
  if (skip === 0 && keep >= run.events.length) return run
  return {
    ...run,
    before: skip === 0 ? run.before : head.chainHash,
    after: keep >= run.events.length ? run.after : undefined,
    first: run.first + skip,
    events: run.events.slice(skip, keep)
  }
}

const takeFrame = (
  take: Take,
  frame: SegmentFrame,
  overlaps: boolean,
  until: number
): Effect.Effect<void, WhiteRoomError> =>
  take((receiver) => {
    if (frame._tag === "Block") receiver.objects(frame.data)
    if (frame._tag !== "Events") return
    const { head } = receiver
    const { first, events } = frame.run
    if (first > until || (overlaps && first + events.length <= head.position + 1)) return
    receiver.events(cut(frame.run, overlaps ? head : { ...head, position: first - 1 }, until))
  })

/** Tells what is wrong with a segment whose events were taken to the last; of one whose bytes were changed that is told already. */
const inspected = (
  take: Take,
  listed: ListedSegment,
  segment: DamagedSegment,
  { inspect, onProblem }: PlayOptions
): Effect.Effect<void, WhiteRoomError> =>
  inspect === undefined || segment.end === undefined || segment.isChanged === true
    ? Effect.void
    : take(({ facts, head }) => {
        const isWhole = head.position === listed.last && facts !== undefined
        const reason = isWhole ? inspect(facts, listed, segment) : undefined
        if (reason !== undefined) onProblem?.({ segment: listed.name, reason })
      })

/** Takes the frames of a segment. False when its events cannot be followed to their end. */
const takeSegment = (
  vault: Vault,
  take: Take,
  { name, first, last }: ListedSegment,
  segment: DamagedSegment,
  until: number,
  onProblem: PlayOptions["onProblem"]
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    // One that took the place of several, of which some were taken already.
    const overlaps = first <= (yield* take((receiver) => receiver.head.position))
    for (const frame of segment.frames()) {
      const problem =
        frame._tag === "Unreadable"
          ? frame.error
          : yield* Effect.match(takeFrame(take, frame, overlaps, until), {
              onFailure: (error) => error,
              onSuccess: () => undefined
            })
      if (problem === undefined) continue
      if (onProblem === undefined) return yield* vaultDamaged(vault, `${name}: ${reasonOf(problem)}`)
      onProblem({ segment: name, reason: reasonOf(problem) })
      const read = legible(frame)
      if (read?._tag === "Block") {
        const rest = salvagedBlock(read.data)
        if (rest !== undefined) yield* take((receiver) => receiver.objects(rest))
      }
      const isBlock = frame._tag === "Block" || (frame._tag === "Unreadable" && frame.of === "block")
      if (!isBlock) return false
    }
    // Of one without an end nobody knows which frames it had.
    return segment.end !== undefined || last <= (yield* take((receiver) => receiver.head.position))
  })

/** Plays a path from its beginning up to its end. Segments that a merge replaced meanwhile are no trouble. */
export const playPath = (
  vault: Vault,
  path: Path,
  end: PathEnd,
  take: Take,
  options: PlayOptions
): Effect.Effect<void, WhiteRoomError> => {
  const position = take((receiver) => receiver.head.position)
  let done = 0
  const play = ({ stretches }: Path) =>
    Effect.gen(function* () {
      const reached = yield* position
      const expected = stretches
        .flatMap(({ segments }) => segments)
        .filter(({ name, last }) => last > reached && name !== end.held?.name)
      const ahead = { ...vault, blobs: yield* fetchingAhead(vault.blobs, expected) }
      for (const stretch of stretches)
        for (const listed of stretch.segments) {
          const until = Math.min(stretch.until, end.until)
          if (listed.last <= (yield* position)) continue
          const isHeld = end.held?.name === listed.name
          const segment = isHeld ? end.held.segment : yield* fetchOnPath(ahead, listed, options)
          const goesOn = yield* takeSegment(vault, take, listed, segment, until, options.onProblem)
          if (!goesOn) return
          yield* inspected(take, listed, segment, options)
          done += segment.bytes
          options.onProgress?.({ done: Math.min(done, end.bytes), total: end.bytes, step: "read vault" })
        }
    }).pipe(Effect.scoped)
  return following(vault, path, position, play).pipe(
    // A segment that cannot be opened ends the path, for those who take what there is.
    Effect.catchIf(
      (error): error is VaultDamaged => error instanceof VaultDamaged && options.onProblem !== undefined,
      (error) => Effect.sync(() => options.onProblem?.({ segment: "", reason: error.detail }))
    )
  )
}
