/**
 * Writing segments again: neighbours as one, or one without what nobody needs any more. It is put and read back; those before
 * stay as they are, so that readers find either.
 */
import {
  concatBytes,
  day,
  isDeletion,
  isEntity,
  MalformedData,
  type NewObject,
  objectsOfRecord,
  toHex,
  upcast,
  type WhiteRoomError
} from "@white-room/core"
import { type EventRun, eachRun, eventType, packDense } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { type FetchedSegment, fetchSegment, readable } from "./FetchedSegment.js"
import { type StateBefore, stateBefore, worthWriting } from "./mergeState.js"
import { objectsInBlock } from "./objectsInBlock.js"
import { joinBackups } from "./segment/BackupFold.js"
import type { Absence, SegmentAbout } from "./segment/Segment.js"
import type { Arrival } from "./segment/SegmentEnd.js"
import { segmentName } from "./segment/SegmentName.js"
import { SegmentWriter } from "./segment/SegmentWriter.js"
import { type ListedLine, type ListedSegment, readsAtOnce, segmentsIn, type Vault } from "./Vault.js"

interface Parts {
  readonly runs: ReadonlyArray<EventRun>
  readonly objects: ReadonlyMap<string, NewObject>
  /** Which entity an object is of, so that its versions come to lie side by side. */
  readonly owners: ReadonlyMap<string, string>
  /** What nobody needs any more. */
  readonly released: ReadonlyArray<NewObject>
}

/** True for an object that is to stay. */
type IsNeeded = (hash: Uint8Array) => boolean

const everything: IsNeeded = () => true

/** What segments hold of what is needed. @throws MalformedData for a frame that cannot be read */
const partsOf = (segments: ReadonlyArray<FetchedSegment>, isNeeded: IsNeeded): Parts => {
  const runs: Array<EventRun> = []
  const objects = new Map<string, NewObject>()
  const owners = new Map<string, string>()
  const released: Array<NewObject> = []
  for (const segment of segments)
    for (const frame of segment.frames()) {
      if (frame._tag === "Unreadable") throw frame.error
      if (frame._tag === "Events") runs.push(frame.run)
      else
        for (const object of objectsInBlock(frame.data))
          if (isNeeded(object.hash)) objects.set(toHex(object.hash), object)
          else released.push(object)
    }
  for (const { events } of runs)
    for (const { subject, id, type: stored, schema, payload } of events) {
      const type = eventType(stored)
      if (!isEntity(subject) || isDeletion(type)) continue
      for (const { hash } of objectsOfRecord(subject, upcast(type, schema, payload)))
        owners.set(toHex(hash), `${subject} ${id}`)
    }
  return { runs, objects, owners, released }
}

/** Writes all objects; tells the frame of each. */
const writeObjects = (writer: SegmentWriter, { objects, owners }: Parts): ReadonlyMap<string, number> => {
  const frames = new Map<string, number>()
  const sorted = Array.from(objects, ([name, object]) => ({ object, owner: owners.get(name) ?? "" })).sort(
    (a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0)
  )
  for (const run of eachRun(sorted.map(({ object }) => object))) {
    const frame = writer.block(packDense(run))
    for (const { hash } of run) frames.set(toHex(hash), frame)
  }
  return frames
}

/** Writes all events, and brings an earlier state up to them; no state where an event cannot be read as what it is. */
const writeEvents = (
  writer: SegmentWriter,
  { runs }: Parts,
  frames: ReadonlyMap<string, number>,
  state: StateBefore
): StateBefore => {
  let { fold } = state
  const object = (hash: Uint8Array) => {
    const frame = frames.get(toHex(hash))
    return frame === undefined ? undefined : writer.placeOf(frame)
  }
  for (const run of runs) {
    const event = writer.placeOf(writer.events(run))
    try {
      fold?.run(run, { event, object })
    } catch (error) {
      if (!(error instanceof MalformedData)) throw error
      fold = undefined
    }
  }
  return { ...state, fold }
}

/** When the pieces came: those of one day as the last of them, so that nothing is taken for older than it is. */
const arrivalsOf = (segments: ReadonlyArray<MergedPiece>): ReadonlyArray<Arrival> => {
  const days: Array<Arrival> = []
  for (const { end, arrivedAt } of segments) {
    const own = { first: end.about.first, at: arrivedAt }
    for (const arrival of end.arrived.length === 0 ? [own] : end.arrived) {
      const last = days.at(-1)
      if (last !== undefined && Math.floor(last.at / day) === Math.floor(arrival.at / day))
        days[days.length - 1] = { first: last.first, at: Math.max(last.at, arrival.at) }
      else days.push(arrival)
    }
  }
  return days
}

interface MergedPiece extends FetchedSegment {
  readonly arrivedAt: number
}

/** One segment of neighbours that follow each other without a gap, with what is needed of their objects. */
const build = (
  vault: Vault,
  segments: readonly [MergedPiece, ...ReadonlyArray<MergedPiece>],
  state: StateBefore,
  level: number,
  isNeeded: IsNeeded
) => {
  const [first] = segments
  const last = segments.at(-1) ?? first
  const absent = new Map<string, { readonly hash: Uint8Array; readonly why: Absence }>()
  for (const { end } of segments) for (const each of end.absent) absent.set(toHex(each.hash), each)
  const parts = partsOf(segments, isNeeded)
  for (const { hash } of parts.released) absent.set(toHex(hash), { hash, why: "released" })
  const about: SegmentAbout = {
    ...last.end.about,
    level,
    first: first.end.about.first,
    prev: first.end.about.prev
  }
  const pieces: Array<Uint8Array> = []
  const { head, cipher } = vault.protection.newSegment()
  const writer = new SegmentWriter((piece) => pieces.push(piece), head, cipher)
  const reached = writeEvents(writer, parts, writeObjects(writer, parts), state)
  const written = writer.finish({
    about,
    absent: [...absent.values()].filter(({ hash }) => !parts.objects.has(toHex(hash))),
    tables: last.end.tables,
    arrived: arrivalsOf(segments),
    backups: joinBackups(segments.flatMap((segment) => segment.backups() ?? [])),
    lastBackup: first.end.lastBackup,
    lastState: state.lastState,
    state: worthWriting(reached)
  })
  return {
    name: segmentName(about, written.sha256, vault.protection.naming),
    written,
    bytes: concatBytes(pieces),
    parts
  }
}

/** What became of segments that were rewritten. */
export interface Rewritten {
  readonly name: string
  /** Objects that are not in it any more. */
  readonly released: number
  /** Bytes of the files before, and of the one that took their place. */
  readonly before: number
  readonly after: number
  /** As it is listed from now on; `undefined`: it was not put. */
  readonly made: ListedSegment | undefined
}

/** What is made of segments. */
export interface RewriteOptions {
  /** The lines of the library as they were listed: by them the state before is found. */
  readonly lines: ReadonlyArray<ListedLine>
  readonly level: number
  /** All objects are, by default. */
  readonly isNeeded?: IsNeeded | undefined
  /** Whether it is put; it always is by default. */
  readonly isWorthIt?: ((rewritten: Pick<Rewritten, "before" | "after">) => boolean) | undefined
}

/**
 * Makes one segment of these, of the objects that are needed, and reads it back. It is put when it is worth it. The others
 * stay.
 */
export const rewrite = (
  vault: Vault,
  group: readonly [ListedSegment, ...ReadonlyArray<ListedSegment>],
  { lines, level, isNeeded = everything, isWorthIt = () => true }: RewriteOptions
): Effect.Effect<Rewritten, WhiteRoomError> =>
  Effect.gen(function* () {
    const [one, ...more] = group
    const fetch = (listed: ListedSegment) =>
      Effect.map(fetchSegment(vault, listed), (fetched) => ({ ...fetched, arrivedAt: listed.arrivedAt }))
    const first = yield* fetch(one)
    const others = yield* Effect.forEach(more, fetch, { concurrency: readsAtOnce })
    const state = yield* stateBefore(vault, lines, group)
    const { name, written, bytes, parts } = yield* readable(vault, first.end.about.line, () =>
      build(vault, [first, ...others], state, level, isNeeded)
    )
    const before = group.reduce((sum, each) => sum + each.bytes, 0)
    const rewritten = { name, released: parts.released.length, before, after: bytes.length }
    if (!isWorthIt(rewritten)) return { ...rewritten, made: undefined }
    yield* vault.blobs
      .put(name, { bytes: bytes.length, sha256: written.sha256, read: () => [bytes] })
      .pipe(Effect.catchTag("BlobExists", () => Effect.void))
    const [made] = segmentsIn([{ ...(yield* vault.blobs.head(name)), name }])
    if (made !== undefined) yield* fetchSegment(vault, made)
    return { ...rewritten, made }
  })
