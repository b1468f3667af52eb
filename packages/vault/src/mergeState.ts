/** The state that a merged segment gets: by it readers find one entity, or the backups, without the segments before. */
import { toHex, type VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { pathsIn } from "./Path.js"
import { openRanged, placeOf, type RangedSegment, readIndex, readRuns } from "./read/RangedSegment.js"
import { asDamage } from "./read/SegmentPlace.js"
import { readBackups, readEntities, stateBytes } from "./read/StateRead.js"
import { objectKey } from "./segment/Segment.js"
import { StateFold } from "./segment/StateFold.js"
import { type StatePages, statePages } from "./segment/StatePages.js"
import { type ListedSegment, listLines, type Vault } from "./Vault.js"

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

interface Reached extends Pick<StateBefore, "bytes"> {
  readonly kept: RangedSegment | undefined
  /** Those after it, newest first, and how far each is of this path. */
  readonly later: ReadonlyArray<{ readonly segment: RangedSegment; readonly until: number }>
}

/** Goes back along a path to the newest state there is. */
const lookBack = (vault: Vault, { library, line, first }: ListedSegment) =>
  Effect.gen(function* () {
    const lines = yield* listLines(vault, library)
    const own = lines.find((each) => each.line === line)
    if (own === undefined) return { kept: undefined, later: [], bytes: 0 }
    const { stretches } = yield* pathsIn(vault, lines)(own)
    const before = stretches.flatMap(({ segments, until }) =>
      segments.map((listed) => ({ listed, until: Math.min(until, first - 1) }))
    )
    const later: Array<{ segment: RangedSegment; until: number }> = []
    let bytes = 0
    for (const { listed, until } of before.toReversed()) {
      if (listed.first > until) continue
      const segment = yield* openRanged(vault, listed)
      if (listed.last <= until && stateBytes(segment) > 0) return { kept: segment, later, bytes }
      later.push({ segment, until })
      bytes += listed.bytes
    }
    return { kept: undefined, later, bytes }
  })

const foldOf = ({ kept, later }: Reached): Effect.Effect<StateFold, WhiteRoomError> =>
  Effect.gen(function* () {
    const fold = new StateFold()
    if (kept !== undefined) {
      fold.take(yield* readEntities(kept), yield* readBackups(kept))
    }
    for (const { segment, until } of later.toReversed()) {
      const objects = yield* readIndex(segment, "objects")
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
  group: ReadonlyArray<ListedSegment>
): Effect.Effect<StateBefore, WhiteRoomError> =>
  Effect.gen(function* () {
    const [first] = group
    if (first === undefined) return noState
    const reached = yield* lookBack(vault, first)
    const { kept } = reached
    const bytes = group.reduce((sum, segment) => sum + segment.bytes, reached.bytes)
    const isNear = kept !== undefined && bytes <= timesItsSize * stateBytes(kept)
    return {
      lastState: kept?.listed.last ?? 0,
      fold: isNear ? undefined : yield* asDamage(vault)(foldOf(reached)),
      bytes
    }
  }).pipe(Effect.catchTag("VaultDamaged", (_: VaultDamaged) => Effect.succeed(noState)))

/** The pages of a state, unless they are too large for what was written since the one before. */
export const worthWriting = ({ fold, bytes }: StateBefore): StatePages | undefined => {
  const pages = fold && statePages(fold)
  return pages !== undefined && bytes > timesItsSize * pages.bytes ? pages : undefined
}
