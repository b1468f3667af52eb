import type { ListedSegment } from "./Vault.js"

/** So many neighbours of one level become one segment of the next. */
const fan = 16

/** A segment of this size is left alone, and one that is made is not larger than twice this. */
const large = 16 * 1024 * 1024

/** What came within the last minute may still be seen by some and not by others. */
const youngest = 60_000

/**
 * The first neighbours on a cover that should become one segment: sixteen of one level, or fewer where sixteen would be too
 * large; `undefined` when there are none. Levels only fall along a cover that was merged before, so older segments are
 * the larger ones, and each event is merged a few times at most. Of a line that nobody writes any more (`isFinished`) all
 * that are not too large: nothing follows that could fill sixteen.
 */
export const mergeable = (
  cover: ReadonlyArray<ListedSegment>,
  now: number,
  isFinished: boolean
): ReadonlyArray<ListedSegment> | undefined => {
  let group: Array<ListedSegment> = []
  let bytes = 0
  for (const segment of cover) {
    const isAlone = segment.bytes >= large || segment.arrivedAt > now - youngest
    if (isAlone || (!isFinished && group[0]?.level !== segment.level)) {
      if (isFinished && group.length > 1) return group
      group = []
      bytes = 0
    }
    if (isAlone) continue
    group.push(segment)
    bytes += segment.bytes
    if ((!isFinished && group.length === fan) || (group.length > 1 && bytes >= large)) return group
  }
  return isFinished && group.length > 1 ? group : undefined
}
