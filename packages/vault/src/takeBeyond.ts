import {
  decodeRecord,
  type EntityKey,
  isDeletion,
  isEntity,
  MalformedData,
  type NewObject,
  objectsOfRecord,
  performanceOfRow,
  preferencesOfRow,
  type Row,
  rowOfRecord,
  songOfRow,
  toHex,
  upcast,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { type EventRun, eventType, lookAt } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchSegment } from "./FetchedSegment.js"
import { objectsInBlock } from "./objectsInBlock.js"
import type { PlayOptions } from "./Play.js"
import type { SegmentFrame } from "./segment/SegmentReader.js"
import type { ListedSegment, Vault } from "./Vault.js"

/** What an entity was last: its record, or nothing once it was deleted. */
interface LastKnown {
  readonly key: EntityKey
  readonly position: number
  readonly record: Uint8Array | undefined
}

const noteRun = (known: Map<string, LastKnown>, { first, events }: EventRun, after: number): void => {
  for (const [index, { subject, id, type: stored, schema, payload }] of events.entries()) {
    const position = first + index
    const name = `${subject} ${id}`
    if (!isEntity(subject) || position <= after || (known.get(name)?.position ?? 0) > position) continue
    const type = eventType(stored)
    const record = isDeletion(type) ? undefined : upcast(type, schema, payload).slice()
    known.set(name, { key: { kind: subject, id }, position, record })
  }
}

/** The same of what cannot be read as what it is: it is passed over. */
const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}

/**
 * Takes what a vault has after events that are missing or cannot be read: no log leads there, but songs, performances and
 * preferences come as they were last, as one import. What was deleted after the gap is deleted; of what only the
 * missing events told nothing is known. Columns that an app added stay out. Returns how many were written or deleted.
 */
export const takeBeyond = (
  library: Library,
  vault: Vault,
  segments: ReadonlyArray<ListedSegment>,
  after: number,
  options: PlayOptions
): Effect.Effect<number, WhiteRoomError> =>
  Effect.gen(function* () {
    const eachFrame = (take: (frame: SegmentFrame) => void, told: PlayOptions) =>
      Effect.forEach(
        segments.filter(({ kind, last }) => kind === "events" && last > after),
        (listed) =>
          fetchSegment(vault, listed, told).pipe(
            Effect.flatMap((segment) =>
              Effect.sync(() => {
                for (const frame of segment.frames()) take(frame)
              })
            ),
            Effect.catchTags({
              VaultDamaged: ({ detail }) =>
                Effect.sync(() => told.onProblem?.({ segment: listed.name, reason: detail })),
              BlobMissing: () => Effect.void
            })
          ),
        { discard: true }
      )
    const known = new Map<string, LastKnown>()
    yield* eachFrame((frame) => {
      if (frame._tag === "Events") readable(() => noteRun(known, frame.run, after))
    }, options)
    const wanted = new Set(
      [...known.values()].flatMap(({ key: { kind }, record }) =>
        record === undefined
          ? []
          : (readable(() => objectsOfRecord(kind, record)) ?? []).map(({ hash }) => toHex(hash))
      )
    )
    const objects = new Map<string, NewObject>()
    yield* eachFrame(
      (frame) => {
        if (frame._tag !== "Block") return
        readable(() => {
          for (const object of objectsInBlock(frame.data))
            if (wanted.has(toHex(object.hash))) objects.set(toHex(object.hash), object)
        })
      },
      { onProblem: () => undefined }
    )
    const rows = yield* lookAt(library, (snapshot) =>
      [...known.values()].flatMap(({ key, record }) => {
        if (record === undefined) return []
        const row = readable(
          (): Row =>
            rowOfRecord(decodeRecord(key.kind, record), ({ hash }) => {
              const bytes = objects.get(toHex(hash))?.bytes ?? snapshot.object(hash, key).bytes
              if (bytes === undefined)
                throw new MalformedData({ what: "document", reason: "it did not come" })
              return bytes
            })
        )
        if (row !== undefined) return [{ key, row }]
        options.onProblem?.({ segment: `${key.kind} ${key.id}`, reason: "its document did not come" })
        return []
      })
    )
    const of = (kind: EntityKey["kind"]) => rows.filter(({ key }) => key.kind === kind)
    if (rows.length > 0)
      yield* library.imports.entities({
        source: `what comes after @${after} in ${vault.blobs.place}`,
        songs: of("song").map(({ key, row }) => songOfRow(key.id, row)),
        performances: of("performance").map(({ key, row }) => performanceOfRow(key.id, row)),
        preferences: of("preferences").map(({ key, row }) => preferencesOfRow(key.id, row))
      })
    const deleted = [...known.values()].filter(({ record }) => record === undefined)
    for (const { key } of deleted) {
      const services = {
        song: library.songs,
        performance: library.performances,
        preferences: library.preferences
      }
      yield* Effect.catchTag(services[key.kind].delete(key.id), "EntityNotFound", () => Effect.void)
    }
    return rows.length + deleted.length
  })
