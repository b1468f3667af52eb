/** The state that a merged segment gets: by it readers find one entity, or the backups, without the segments before. */
import { toHex, type VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { pathsIn } from "./Path.js"
import {
  openRanged,
  placeOf,
  type RangedSegment,
  readIndex,
  readPages,
  readRuns,
  sourceOf
} from "./read/RangedSegment.js"
import { frameTypes, objectKey } from "./segment/Segment.js"
import { StateFold } from "./segment/StateFold.js"
import { decodeBackupsPage, decodeStatePage, type EntityPlace, statePages } from "./segment/StatePages.js"
import { type ListedSegment, listLines, type Vault } from "./Vault.js"

/** A state is written when so many times its size was, since the one before. */
const timesItsSize = 4

/** The state before a segment, and how much was written since one was kept. */
export interface StateBefore {
  readonly fold: StateFold
  readonly bytes: number
}

interface Reached extends Pick<StateBefore, "bytes"> {
  readonly kept: RangedSegment | undefined
  /** Those after it, newest first, and how far each is of this path. */
  readonly later: ReadonlyArray<{ readonly segment: RangedSegment; readonly until: number }>
}

const stateBytes = ({ end }: RangedSegment): number =>
  end.frames.reduce(
    (sum, { type, length }) =>
      type === frameTypes.state || type === frameTypes.backups ? sum + length : sum,
    0
  )

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

/** The entities of a state, which point to its own segment where they name none. */
export const placedIn = (segment: RangedSegment, entities: ReadonlyArray<EntityPlace>) =>
  entities.map((entity): EntityPlace => {
    const own = sourceOf(segment)
    return {
      ...entity,
      event: { ...entity.event, source: entity.event.source ?? own },
      documents: entity.documents.map(({ hash, place }) => ({
        hash,
        place: { ...place, source: place.source ?? own }
      }))
    }
  })

const foldOf = ({ kept, later }: Reached): Effect.Effect<StateFold, WhiteRoomError> =>
  Effect.gen(function* () {
    const fold = new StateFold()
    if (kept !== undefined) {
      const { sources } = kept.end
      const entities = yield* readPages(kept, frameTypes.state, (body) => decodeStatePage(body, sources))
      const backups = yield* readPages(kept, frameTypes.backups, decodeBackupsPage)
      fold.take(placedIn(kept, entities.flat()), backups.flat())
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
 * The state before the first event of a segment that is being made of a group; `undefined` where one is near
 * enough, or where what came before cannot be read: a segment without a state is as good to those who read all.
 */
export const stateBefore = (
  vault: Vault,
  group: ReadonlyArray<ListedSegment>
): Effect.Effect<StateBefore | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const [begin] = group
    if (begin === undefined) return undefined
    const reached = yield* lookBack(vault, begin)
    const since = group.reduce((sum, { bytes }) => sum + bytes, reached.bytes)
    if (reached.kept !== undefined && since <= timesItsSize * stateBytes(reached.kept)) return undefined
    return { fold: yield* foldOf(reached), bytes: since }
  }).pipe(Effect.catchTag("VaultDamaged", (_: VaultDamaged) => Effect.succeed(undefined)))

/** The pages of a state, unless they are too large for what was written since the one before. */
export const worthWriting = ({ fold, bytes }: StateBefore) => {
  const pages = statePages(fold)
  return bytes > timesItsSize * pages.bytes ? pages : undefined
}
