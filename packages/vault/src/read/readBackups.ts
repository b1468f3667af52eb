import { type BackupInfo, malformed, type WhiteRoomError } from "@white-room/core"
import type { BackupsChange } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { BackupFold } from "../segment/BackupFold.js"
import { decodeBackupPages } from "../segment/BackupPages.js"
import { frameTypes } from "../segment/Segment.js"
import { openBody } from "../segment/SegmentReader.js"
import type { PathSegments } from "./PathSegments.js"
import { type RangedSegment, readRuns, readWhere } from "./RangedSegment.js"
import { readable } from "./SegmentPlace.js"

/** Half a million backups need fewer bytes. */
const mostBytes = 64 * 1024 * 1024

/** What a segment says of backups; `undefined`: its events are about none. */
export const backupsIn = (segment: RangedSegment): Effect.Effect<BackupsChange | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const { end, place, listed } = segment
    const since = end.backupsSince
    if (since === undefined) return undefined
    const isPage = ({ type }: { readonly type: number }) => type === frameTypes.backups
    const bytes = end.frames.filter(isPage).reduce((sum, { length }) => sum + length, 0)
    const pages = bytes > mostBytes ? [] : yield* readWhere(segment, isPage)
    return yield* readable(place, listed.name, () => {
      if (bytes > mostBytes) throw malformed("segment", "its list of backups is longer than any")
      return { since, ...decodeBackupPages(pages.map(([, payload]) => openBody(payload))) }
    })
  })

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
