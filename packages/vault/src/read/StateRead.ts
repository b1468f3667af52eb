/** What the state in a merged segment says, and what any says of backups. */
import { malformed, type WhiteRoomError } from "@white-room/core"
import type { BackupsChange } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { decodeBackupPages } from "../segment/BackupPages.js"
import { frameTypes } from "../segment/Segment.js"
import { openBody } from "../segment/SegmentReader.js"
import { decodeStatePage, type EntityPlace } from "../segment/StatePages.js"
import { type RangedSegment, readPages, readWhere, sourceOf } from "./RangedSegment.js"
import { readable } from "./SegmentPlace.js"

/** Bytes of the state that a segment has; 0: it has none. */
export const stateBytes = ({ end }: RangedSegment): number =>
  end.frames.reduce((sum, { type, length }) => (type === frameTypes.state ? sum + length : sum), 0)

/** The entities of a state, which point to its own segment where they name none. */
const placedIn = (segment: RangedSegment, entities: ReadonlyArray<EntityPlace>) =>
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

/** The entities of a state, or those of one page of it, by its number among the frames. */
export const readEntities = (
  segment: RangedSegment,
  page?: number
): Effect.Effect<ReadonlyArray<EntityPlace>, WhiteRoomError> =>
  Effect.map(
    readPages(
      segment,
      frameTypes.state,
      (body) => decodeStatePage(body, segment.end.sources),
      (_, number) => page === undefined || number === page
    ),
    (pages) => placedIn(segment, pages.flat())
  )

/** The page of a state that has a key, if any has. */
export const pageOf = ({ end }: RangedSegment, key: Uint8Array): number | undefined => {
  let found: number | undefined
  for (const [number, { type, from }] of end.frames.entries())
    if (type === frameTypes.state && from instanceof Uint8Array && Buffer.compare(from, key) <= 0)
      found = number
  return found
}

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
