import { isAbsolute } from "node:path"
import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt, openReader } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { coverOf, farthestOf, holesOf } from "./Path.js"
import { lookAgainAfter } from "./rollback.js"
import { sendSegment } from "./sendSegment.js"
import { type ListedSegment, readLineStart, type Vault } from "./Vault.js"

/**
 * Sends again what is missing in the middle of a line of this library: a file that somebody deleted, or one without bytes. Of all that is
 * listed only what the log here has counts. Gives how many segments were sent; none where nobody can say where the line begins.
 * @param end the segment that reaches farthest of those that end in the log here
 */
export const fillHoles = (
  library: Library,
  vault: Vault,
  line: string,
  listed: ReadonlyArray<ListedSegment>,
  end: ListedSegment | undefined
): Effect.Effect<number, WhiteRoomError> =>
  Effect.gen(function* () {
    // Hashes follow from each other: what leads from the beginning to one of this log is of it too.
    const reached = end && coverOf(listed, 0, end.last).at(-1)
    if (reached !== undefined && reached.last === end?.last && reached.head === end.head) return 0
    const { hash } = vault.protection.naming
    const own = yield* lookAt(library, ({ chainHashAt }) => {
      const isAt = (position: number, name: string) => {
        const here = chainHashAt(position)
        return here !== undefined && hash(here) === name
      }
      return listed.filter(({ first, last, prev, head }) => isAt(first - 1, prev) && isAt(last, head))
    })
    const [first] = own.map((each) => each.first).sort((a, b) => a - b)
    const folder = own[0]?.library
    if (first === undefined || folder === undefined) return 0
    const begun = yield* first === 1
      ? Effect.succeed({ parent: null })
      : Effect.option(readLineStart(vault, folder, line)).pipe(Effect.map(Option.getOrUndefined))
    if (begun === undefined) return 0
    const found = holesOf(own, begun.parent?.position ?? 0, farthestOf(own))
    if (found.length === 0) return 0
    // A folder shows at once what it has; elsewhere a listing may be late.
    const isLate = isAbsolute(vault.blobs.place) ? 0 : lookAgainAfter
    const until = (yield* vault.blobs.now) - isLate
    const holes = found.filter(
      ({ last }) => isLate === 0 || own.some((each) => each.first === last + 1 && each.arrivedAt <= until)
    )
    if (holes.length === 0) return 0
    const reader = yield* openReader(library)
    for (const { after, last } of holes)
      yield* sendSegment(reader, vault, { line, after, replacing: { last, level: 0, objects: new Map() } })
    return holes.length
  }).pipe(Effect.scoped)
