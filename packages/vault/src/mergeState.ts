/** The state that a merged segment gets: by it readers find one entity without the segments before. */
import { toHex, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { pathsIn } from "./Path.js"
import { objectPlaces } from "./read/objectPlaces.js"
import { openRanged, placeOf, type RangedSegment, readRuns } from "./read/RangedSegment.js"
import { asDamage } from "./read/SegmentPlace.js"
import { readEntities, stateBytes } from "./read/StateRead.js"
import { objectKey } from "./segment/Segment.js"
import { StateFold } from "./segment/StateFold.js"
import { type StatePages, statePages } from "./segment/StatePages.js"
import type { ListedLine, ListedSegment, Vault } from "./Vault.js"

/** A state is written when so many times its size was, since the one before. */
const timesItsSize = 4

/** The state before a segment, and how much was written since one was kept. */
export interface StateBefore {
  /** The last position of the segment that has the newest state before; 0: none has. */
  readonly lastState: number
  /** `undefined` where that is near enough, or cannot be read. */
  readonly fold: StateFold | undefined
  readonly bytes: number
}

const noState: StateBefore = { lastState: 0, fold: undefined, bytes: 0 }

interface Before {
  readonly listed: ListedSegment
  /** How far it is of the path. */
  readonly until: number
}

interface Reached extends Pick<StateBefore, "bytes"> {
  readonly kept: RangedSegment | undefined
  /** What comes after it, oldest first. */
  readonly later: ReadonlyArray<Before>
}

/** Goes back along a path to the newest state there is; segments say where that is. */
const lookBack = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  { line, first }: ListedSegment
): Effect.Effect<Reached, WhiteRoomError> =>
  Effect.gen(function* () {
    const own = lines.find((each) => each.line === line)
    if (own === undefined) return { kept: undefined, later: [], bytes: 0 }
    const { stretches } = yield* pathsIn(vault, lines)(own)
    const before = stretches
      .flatMap(({ segments, until }) =>
        segments.map((listed) => ({ listed, until: Math.min(until, first - 1) }))
      )
      .filter(({ listed, until }) => listed.first <= until)
    let hint = Number.MAX_SAFE_INTEGER
    for (const [index, { listed, until }] of [...before.entries()].toReversed()) {
      if (listed.level === 0 || listed.last > until || listed.first > hint) continue
      const segment = yield* openRanged(vault, listed)
      const later = before.slice(index + 1)
      const bytes = later.reduce((sum, each) => sum + each.listed.bytes, 0)
      if (stateBytes(segment) > 0) return { kept: segment, later, bytes }
      if (segment.end.lastState > 0) hint = segment.end.lastState
    }
    const bytes = before.reduce((sum, each) => sum + each.listed.bytes, 0)
    return { kept: undefined, later: before, bytes }
  })

const foldOf = (vault: Vault, { kept, later }: Reached): Effect.Effect<StateFold, WhiteRoomError> =>
  Effect.gen(function* () {
    const fold = new StateFold()
    if (kept !== undefined) fold.take(yield* readEntities(kept))
    for (const { listed, until } of later) {
      const segment = yield* openRanged(vault, listed)
      const objects = yield* objectPlaces(segment)
      for (const { frame, run } of yield* readRuns(segment))
        fold.run(
          run,
          {
            event: placeOf(segment, frame),
            object: (hash) => {
              const at = objects.get(toHex(objectKey(hash)))
              return at === undefined ? undefined : placeOf(segment, at)
            }
          },
          until
        )
    }
    return fold
  })

/**
 * The state before the first event of a segment that is being made of a group. Where what came before cannot be read there
 * is none: a segment without a state is as good to those who read all.
 */
export const stateBefore = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  group: ReadonlyArray<ListedSegment>
): Effect.Effect<StateBefore, WhiteRoomError> =>
  Effect.gen(function* () {
    const [first] = group
    if (first === undefined) return noState
    const reached = yield* lookBack(vault, lines, first)
    const { kept } = reached
    const bytes = group.reduce((sum, segment) => sum + segment.bytes, reached.bytes)
    const isNear = kept !== undefined && bytes <= timesItsSize * stateBytes(kept)
    return {
      lastState: kept?.listed.last ?? 0,
      fold: isNear ? undefined : yield* asDamage(vault)(foldOf(vault, reached)),
      bytes
    }
  }).pipe(
    // Nor where another device merged it since it was listed.
    Effect.catchTags({
      VaultDamaged: () => Effect.succeed(noState),
      BlobMissing: () => Effect.succeed(noState)
    })
  )

/** The pages of a state, unless they are too large for what was written since the one before. */
export const worthWriting = ({ fold, bytes }: StateBefore): StatePages | undefined => {
  const pages = fold && statePages(fold)
  return pages !== undefined && bytes > timesItsSize * pages.bytes ? pages : undefined
}
