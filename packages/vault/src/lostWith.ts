import {
  decodeBackupTaken,
  isDeletion,
  isEntity,
  MalformedData,
  nameOfRecord,
  upcast,
  type WhiteRoomError
} from "@white-room/core"
import type { Damage, Library } from "@white-room/store"
import { type EventRun, eventType, lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchSegment } from "./FetchedSegment.js"
import type { ListedSegment, Vault } from "./Vault.js"

/** Events that are read at once. */
const atOnce = 1000

/** What events are about: backups by their numbers, and songs by name and id. */
class Affected {
  readonly backups = new Set<string>()
  readonly entities = new Map<string, string>()

  /** Notes the events of a run up to a position: the backups that they took, and what they changed. */
  note({ first, events }: EventRun, until: number, withEntities: boolean): void {
    for (const [index, { subject, id, type: stored, schema, payload }] of events.entries()) {
      if (first + index > until) return
      const type = eventType(stored)
      if (type === "BackupTaken") this.backups.add(`b${decodeBackupTaken(payload).number}`)
      if (!withEntities || !isEntity(subject)) continue
      const name = isDeletion(type) ? "" : nameOfRecord(subject, upcast(type, schema, payload))
      const known = this.entities.get(`${subject} ${id}`)
      if (known === undefined || name !== "") this.entities.set(`${subject} ${id}`, `${name || id} (${id})`)
    }
  }
}

/** Positions after one, up to another. */
interface Range {
  readonly after: number
  readonly last: number
}

/** What of positions no run has. */
const without = (ranges: ReadonlyArray<Range>, { after, last }: Range): ReadonlyArray<Range> =>
  ranges.flatMap((range) =>
    [
      { after: range.after, last: Math.min(range.last, after) },
      { after: Math.max(range.after, last), last: range.last }
    ].filter((each) => each.last > each.after)
  )

/** Names what a library knows of the events that are gone; nothing where its log is another one there. */
const nameFrom = (
  library: Library,
  { protection: { naming } }: Vault,
  segments: ReadonlyArray<ListedSegment>,
  holes: ReadonlyArray<Range>,
  affected: Affected
) =>
  lookAt(library, (snapshot) => {
    const isOurs = segments.some(({ last, head }) => {
      const hash = snapshot.chainHashAt(last)
      return hash !== undefined && naming.hash(hash) === head
    })
    if (!isOurs && segments.length > 0) return
    for (const { after, last } of holes)
      for (let at = after; at < last; ) {
        const run = snapshot.runAfter(at, Math.min(atOnce, last - at))
        if (run === undefined) break
        affected.note(run, last, true)
        at = run.first + run.events.length - 1
      }
  })

/**
 * What is lost with events of a line that are missing, or cannot be read: every backup that was taken after the first of
 * them, which nothing proves any more, and, where the library here knows them, what they were about.
 */
export const lostWith = (
  vault: Vault,
  segments: ReadonlyArray<ListedSegment>,
  reached: number,
  until: number,
  what: string,
  library: Library | undefined
): Effect.Effect<ReadonlyArray<Damage>, WhiteRoomError> =>
  Effect.gen(function* () {
    if (until <= reached) return []
    const affected = new Affected()
    let holes: ReadonlyArray<Range> = [{ after: reached, last: until }]
    for (const listed of segments) {
      if (listed.kind !== "events" || listed.last <= reached) continue
      yield* fetchSegment(vault, listed, { onProblem: () => undefined }).pipe(
        Effect.tap((segment) => {
          for (const frame of segment.frames()) {
            if (frame._tag !== "Events") continue
            const { first, events } = frame.run
            try {
              affected.note(frame.run, until, false)
              holes = without(holes, { after: first - 1, last: first + events.length - 1 })
            } catch (error) {
              if (!(error instanceof MalformedData)) throw error
            }
          }
        }),
        Effect.catchTags({ VaultDamaged: () => Effect.void, BlobMissing: () => Effect.void })
      )
    }
    if (library !== undefined) yield* nameFrom(library, vault, segments, holes, affected)
    const missing = holes.map(({ after, last }) => `@${after + 1} to @${last}`).join(", ")
    const reason =
      missing === ""
        ? "they follow on what is damaged: nothing proves them"
        : `${missing} are missing or cannot be read; what follows on them is brought as it was last`
    return [
      {
        what: `events @${reached + 1} to @${until} of ${what}`,
        reason,
        backups: [...affected.backups],
        entities: [...affected.entities.values()]
      }
    ]
  })
