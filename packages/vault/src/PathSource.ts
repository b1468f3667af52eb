/** The segments of a path, as those who play it fetch them. */
import { type OnProgress, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import type { LogFacts } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import {
  type DamagedSegment,
  fetchDamaged,
  fetchSegment,
  fetchSound,
  type SegmentProblem
} from "./FetchedSegment.js"
import { listedAgain, type Path, vaultDamaged } from "./Path.js"
import type { ListedSegment } from "./segment/SegmentName.js"
import type { OpenSegment } from "./segment/SegmentReader.js"
import type { Vault } from "./Vault.js"

/** How a path is played. */
export interface PlayOptions {
  /**
   * Told what cannot be read, which is passed over: a block from where it is damaged, or all from an event on that cannot be
   * read. Without it the first problem is a failure.
   */
  readonly onProblem?: ((problem: SegmentProblem) => void) | undefined
  /** Told of a segment that was changed and that gives back itself what it was, where no problem is told. */
  readonly onMended?: ((problem: SegmentProblem) => void) | undefined
  readonly onProgress?: OnProgress | undefined
  /** Looks at a segment of which all events were taken, with what the log says then; gives what is wrong with it. */
  readonly inspect?:
    | ((facts: LogFacts, listed: ListedSegment, segment: OpenSegment) => string | undefined)
    | undefined
}

/** One that is not whole is a failure for those who are not told of problems, unless it says itself what it was. */
export const fetchFor = (
  vault: Vault,
  listed: ListedSegment,
  { onProblem, onMended }: PlayOptions
): Effect.Effect<DamagedSegment, WhiteRoomError> =>
  onProblem === undefined ? fetchSound(vault, listed, onMended) : fetchDamaged(vault, listed, onProblem)

/**
 * `fetchFor` a segment on a path. Where it is not whole, another file of the same events is read, and what is wrong
 * with the first is a problem of its own; where none is, the first is taken for what it is.
 */
export const fetchOnPath = (
  vault: Vault,
  listed: ListedSegment,
  options: PlayOptions
): Effect.Effect<DamagedSegment, WhiteRoomError> =>
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
    return yield* fetchFor(vault, listed, options)
  })

/** So often in a row a path is listed again, while nothing more of it can be read. */
const mostListings = 3

/** Runs a reader of a path; where a segment is gone, again on the path as it is then, as long as it advances. */
export const following = <A>(
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
