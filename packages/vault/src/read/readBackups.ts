import type { BackupInfo, WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { BackupFold } from "../segment/BackupFold.js"
import type { PathSegments } from "./PathSegments.js"
import { readRuns } from "./RangedSegment.js"
import { backupsIn } from "./StateRead.js"

/**
 * The backups at a position of a path, those in the trash too, by number. The newest segment whose events are about any says
 * what changed since another one, and that one the rest; events are read only where a position is in the middle of a segment.
 */
export const readBackups = (
  path: PathSegments,
  position: number
): Effect.Effect<ReadonlyArray<BackupInfo>, WhiteRoomError> =>
  Effect.gen(function* () {
    const found: Array<(fold: BackupFold) => void> = []
    let last = position
    for (const { listed, until } of path.parts.toReversed()) {
      if (listed.first > last) continue
      const limit = Math.min(until, position)
      const segment = yield* path.open(listed)
      const { backupsSince, lastBackup } = segment.end
      if (backupsSince !== undefined && listed.last <= limit) {
        const change = yield* backupsIn(segment)
        if (change !== undefined) found.push((fold) => fold.take(change))
        last = backupsSince
      } else {
        if (backupsSince !== undefined) {
          const runs = yield* readRuns(segment)
          found.push((fold) => {
            for (const { run } of runs) fold.run(run, limit)
          })
        }
        last = lastBackup
      }
      if (last === 0) break
    }
    const fold = new BackupFold()
    for (const take of found.toReversed()) take(fold)
    return fold.kept
  })
