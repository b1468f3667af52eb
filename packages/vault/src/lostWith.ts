import {
  decodeBackupTaken,
  isDeletion,
  isEntity,
  nameOfRecord,
  upcast,
  type WhiteRoomError
} from "@white-room/core"
import { type Damage, type Library, openLibrary } from "@white-room/store"
import { eventType, lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type Beyond, broughtBeyond, readBeyond } from "./Beyond.js"
import type { SegmentProblem } from "./FetchedSegment.js"
import type { Stretch } from "./Path.js"
import type { Vault } from "./Vault.js"

/** Events that are read at once. */
const atOnce = 1000

/** Entities by their keys, each by its name and id. */
type Named = Map<string, string>

const name = (named: Named, subject: string, id: string, text: string): void => {
  const key = `${subject} ${id}`
  if (text !== "" || !named.has(key)) named.set(key, `${text || id} (${id})`)
}

/** Names what a library knows of the events that are gone; nothing where its log is another one there. */
const nameFrom = (
  library: Library,
  { protection: { naming } }: Vault,
  stretches: ReadonlyArray<Stretch>,
  { holes, backups }: Beyond,
  named: Named
) =>
  lookAt(library, (snapshot) => {
    const segments = stretches.flatMap((stretch) => stretch.segments)
    const isOurs = segments.some(({ last, head }) => {
      const hash = snapshot.chainHashAt(last)
      return hash !== undefined && naming.hash(hash) === head
    })
    if (!isOurs && segments.length > 0) return
    for (const { after, last } of holes)
      for (let at = after; at < last; ) {
        const run = snapshot.runAfter(at, Math.min(atOnce, last - at))
        if (run === undefined) break
        for (const { subject, id, type: stored, schema, payload } of run.events) {
          const type = eventType(stored)
          if (type === "BackupTaken") backups.add(`b${decodeBackupTaken(payload).number}`)
          if (isEntity(subject))
            name(
              named,
              subject,
              id,
              isDeletion(type) ? "" : nameOfRecord(subject, upcast(type, schema, payload))
            )
        }
        at = run.first + run.events.length - 1
      }
  })

/** Where the events of a line end that can be followed, and where they should. */
export interface LostRange {
  readonly reached: number
  readonly until: number
  /** The line, in words. */
  readonly what: string
  /** The library that was made of what could be followed. */
  readonly played?: string | undefined
}

/**
 * What is lost with events of a line that are missing, or cannot be read: every backup that was taken after the first of
 * them, which nothing proves any more; what came after them and cannot be brought as it was last; and, where the library here knows
 * the events that are gone, what they were about.
 */
export const lostWith = (
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  { reached, until, what, played }: LostRange,
  library: Library | undefined
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    if (until <= reached) return []
    const damaged = new Map<string, Damage>()
    const onProblem = ({ segment, reason }: SegmentProblem) =>
      void damaged.set(`${segment} ${reason}`, { what: segment, reason, backups: [], entities: [] })
    const beyond = yield* readBeyond(vault, stretches, { after: reached, until }, onProblem)
    const named: Named = new Map()
    const of = (made: Library | undefined) => broughtBeyond(vault, stretches, reached, beyond, made)
    const brought = yield* played === undefined
      ? of(undefined)
      : Effect.scoped(Effect.flatMap(openLibrary(played), of))
    for (const { key, isWhole, name: last } of brought) if (!isWhole) name(named, key.kind, key.id, last)
    if (library !== undefined) yield* nameFrom(library, vault, stretches, beyond, named)
    const missing = beyond.holes.map(({ after, last }) => `@${after + 1} to @${last}`).join(", ")
    const reason =
      missing === ""
        ? "they follow on what is damaged: nothing proves them"
        : `${missing} are missing or cannot be read; what follows on them is brought as it was last`
    return [
      ...damaged.values(),
      {
        what: `events @${reached + 1} to @${until} of ${what}`,
        reason,
        backups: [...beyond.backups],
        entities: [...named.values()]
      }
    ]
  })
