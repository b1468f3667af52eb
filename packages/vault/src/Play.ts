/** Playing the segments of a path into a library that is being made. */
import { type LogHead, type OnProgress, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import type { EventRun, LogFacts, TableForm, Take } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type FetchedSegment, fetchSegment, reasonOf, type SegmentProblem } from "./FetchedSegment.js"
import { listedAgain, type Path, vaultDamaged } from "./Path.js"
import { salvagedBlock } from "./salvagedBlock.js"
import type { ListedSegment } from "./segment/SegmentName.js"
import type { OpenSegment, SegmentFrame } from "./segment/SegmentReader.js"
import type { Vault } from "./Vault.js"

/** How a path is played. */
export interface PlayOptions {
  /**
   * Told what cannot be read, which is passed over: a block from where it is damaged, or all from an event on that cannot be
   * read. Without it the first problem is a failure.
   */
  readonly onProblem?: ((problem: SegmentProblem) => void) | undefined
  readonly onProgress?: OnProgress | undefined
  /** Looks at a segment of which all events were taken, with what the log says then; gives what is wrong with it. */
  readonly inspect?:
    | ((facts: LogFacts, listed: ListedSegment, segment: OpenSegment) => string | undefined)
    | undefined
}

/**
 * `fetchSegment` of a segment on a path. Where it is not whole, another file of the same events is read, and what is wrong
 * with the first is a problem of its own; where none is, the first is taken for what it is.
 */
const fetchOnPath = (
  vault: Vault,
  listed: ListedSegment,
  options: PlayOptions
): Effect.Effect<FetchedSegment, WhiteRoomError> =>
  Effect.gen(function* () {
    const problems: Array<SegmentProblem> = []
    for (const each of listed.others === undefined ? [] : [listed, ...listed.others]) {
      const fetched = yield* Effect.either(fetchSegment(vault, each))
      if (fetched._tag === "Right") {
        for (const problem of problems) options.onProblem?.(problem)
        return fetched.right
      }
      // Deleted since it was listed, as merging does, is no problem.
      if (fetched.left._tag === "BlobMissing") continue
      if (!(fetched.left instanceof VaultDamaged)) return yield* fetched.left
      problems.push({ segment: each.name, reason: fetched.left.detail.replace(`${each.name}: `, "") })
    }
    return yield* fetchSegment(vault, listed, options)
  })

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

/** Tells what is wrong with a segment whose events were taken to the last. */
const inspected = (
  take: Take,
  listed: ListedSegment,
  segment: OpenSegment,
  { inspect, onProblem }: PlayOptions
): Effect.Effect<void, WhiteRoomError> =>
  inspect === undefined
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
  { name, first }: ListedSegment,
  segment: OpenSegment,
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
      if (frame._tag === "Block") {
        const rest = salvagedBlock(frame.data)
        if (rest !== undefined) yield* take((receiver) => receiver.objects(rest))
      }
      const isBlock = frame._tag === "Block" || (frame._tag === "Unreadable" && frame.of === "block")
      if (!isBlock) return false
    }
    return true
  })

/** Where a path ends: at the last position at which no command is in the middle, with the tables there. */
export interface PathEnd {
  /** The id of the library, which its name in the vault need not tell. */
  readonly libraryId: string
  readonly until: number
  /** The same, or the last position of segments at the end that cannot be opened at all. */
  readonly claimed: number
  readonly tables: ReadonlyArray<TableForm>
  readonly bytes: number
  /** The segment that said so, unless it is large: it need not be fetched again. */
  readonly held?: { readonly name: string; readonly segment: FetchedSegment } | undefined
}

/** No larger segment is held while those before it are read: that of a push is not. */
const mostHeld = 8 * 1024 * 1024

/** So often in a row a path is listed again, while nothing more of it can be read. */
const mostListings = 3

/** Runs a reader of a path; where a segment is gone, again on the path as it is then, as long as it advances. */
const following = <A>(
  vault: Vault,
  path: Path,
  position: Effect.Effect<number, WhiteRoomError>,
  read: (path: Path) => Effect.Effect<A, WhiteRoomError>
): Effect.Effect<A, WhiteRoomError> =>
  Effect.gen(function* () {
    let current = path
    let reached = 0
    let left = mostListings
    for (;;) {
      const result = yield* Effect.either(read(current))
      if (Either.isRight(result)) return result.right
      if (result.left._tag !== "BlobMissing") return yield* result.left
      const now = yield* position
      left = now > reached ? mostListings : left - 1
      reached = now
      if (left === 0) return yield* vaultDamaged(vault, `${result.left.name} is missing`)
      current = yield* listedAgain(vault, path)
    }
  })

/**
 * What the last segment of a path says. A push that was stopped may have left half a command there. For those who are told
 * of problems it is the last that can be opened.
 */
export const endOfPath = (
  vault: Vault,
  path: Path,
  options: PlayOptions
): Effect.Effect<PathEnd, WhiteRoomError> =>
  following(vault, path, Effect.succeed(0), ({ library, stretches, beyond }) => {
    const segments = stretches.flatMap((stretch) => stretch.segments)
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
    const last = segments.at(-1)
    const until = stretches.at(-1)?.until ?? 0
    if (last === undefined) {
      const [other] = beyond.flatMap((stretch) => stretch.segments)
      return other === undefined
        ? Effect.succeed({ libraryId: library, until: 0, claimed: 0, tables: [], bytes })
        : Effect.map(fetchSegment(vault, other, options), ({ end: { about, tables } }) => ({
            libraryId: about.library,
            until: 0,
            claimed: 0,
            tables,
            bytes
          }))
    }
    // What another file is read in the place of is told when the path is played.
    const fetch = (listed: ListedSegment) =>
      listed.others === undefined
        ? fetchSegment(vault, listed, options)
        : Effect.orElse(fetchOnPath(vault, listed, {}), () => fetchSegment(vault, listed, options))
    const endAt = (listed: ListedSegment) =>
      Effect.map(fetch(listed), (segment) => {
        const { about, tables } = segment.end
        const reached = Math.min(until, about.whole)
        const claimed = listed === last ? reached : Math.min(until, last.last)
        const isHeld = listed.others === undefined && segment.bytes <= mostHeld
        const held = isHeld ? { name: listed.name, segment } : undefined
        return { libraryId: about.library, until: reached, claimed, tables, bytes, held }
      })
    return Effect.gen(function* () {
      for (const listed of segments.toReversed()) {
        const end = yield* Effect.either(endAt(listed))
        if (end._tag === "Right") return end.right
        const isPassedOver = options.onProblem !== undefined && end.left instanceof VaultDamaged
        if (!isPassedOver || listed === segments[0]) return yield* end.left
      }
      return yield* vaultDamaged(vault, "it has no events")
    })
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
      for (const stretch of stretches)
        for (const listed of stretch.segments) {
          const until = Math.min(stretch.until, end.until)
          if (listed.last <= (yield* position)) continue
          const isHeld = end.held?.name === listed.name
          const segment = isHeld ? end.held.segment : yield* fetchOnPath(vault, listed, options)
          const goesOn = yield* takeSegment(vault, take, listed, segment, until, options.onProblem)
          if (!goesOn) return
          yield* inspected(take, listed, segment, options)
          done += segment.bytes
          options.onProgress?.({ done: Math.min(done, end.bytes), total: end.bytes, step: "read vault" })
        }
    })
  return following(vault, path, position, play).pipe(
    // A segment that cannot be opened ends the path, for those who take what there is.
    Effect.catchIf(
      (error): error is VaultDamaged => error instanceof VaultDamaged && options.onProblem !== undefined,
      (error) => Effect.sync(() => options.onProblem?.({ segment: "", reason: error.detail }))
    )
  )
}
