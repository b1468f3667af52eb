/**
 * One library of a vault, read by ranges: what is asked for, and of the rest little more than where it is. States say
 * where to look; what is found is held against them: an event against its chain, a document against its hash. Whatever does
 * not fit fails with `VaultDamaged`, and never gives another answer than the whole log would.
 */
import {
  type BackupInfo,
  type EntityKey,
  type EventType,
  isEntity,
  objectsOfRecord,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { type EventRun, eventType, type LoggedCommand } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { entityKey, frameTypes } from "../segment/Segment.js"
import type { ListedSegment } from "../segment/SegmentName.js"
import { StateFold } from "../segment/StateFold.js"
import type { EntityPlace, FramePlace } from "../segment/StatePages.js"
import {
  eventIn,
  eventsOf,
  type FoundEntity,
  type FoundEvent,
  type FoundFrom,
  type FoundVersion,
  type HistoryThere,
  type VersionThere,
  versionOf
} from "./FoundEvent.js"
import { type PathPart, PathSegments, type StateSegment } from "./PathSegments.js"
import { firstToRead, holding, placeOf, readRuns, runOf } from "./RangedSegment.js"
import { readBackups } from "./readBackups.js"
import { framesOf } from "./SegmentIndex.js"
import { asDamage, type SegmentPlace } from "./SegmentPlace.js"
import { pageOf, readEntities } from "./StateRead.js"

/** How many requests are on their way at once. */
const concurrency = 8

const noPlaces = (place: FramePlace) => ({ event: place, object: () => undefined })

export class VaultReader {
  private readonly path: PathSegments

  constructor(place: SegmentPlace, parts: ReadonlyArray<PathPart>, listed: ReadonlyArray<ListedSegment>) {
    this.path = new PathSegments(place, parts, listed)
  }

  /** The last position at which no command is in the middle: nobody sees half an import. */
  get head(): Effect.Effect<number, WhiteRoomError> {
    return this.path.head
  }

  /** Which frames of a part have events of an entity, up to a position. */
  private framesIn({ listed, until: end }: PathPart, key: EntityKey, position: number) {
    const until = Math.min(position, end)
    return Effect.gen(this, function* () {
      const segment = yield* this.path.open(listed)
      const frames = (yield* framesOf(segment, "entities", entityKey(key.kind, key.id))).filter((frame) => {
        const from = segment.end.frames[frame]?.from
        return typeof from === "number" && from <= until
      })
      return { segment, frames, until }
    })
  }

  /** The last event of an entity in some parts, up to a position. All indexes are asked at once, events from the newest on. */
  private lastIn(
    parts: ReadonlyArray<PathPart>,
    key: EntityKey,
    position: number
  ): Effect.Effect<FoundEvent | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const found = yield* Effect.forEach(parts, (part) => this.framesIn(part, key, position), {
        concurrency
      })
      for (const { segment, frames, until } of found.toReversed())
        for (const [at, wanted] of [...frames.entries()].toReversed()) {
          const from = firstToRead(segment, frames, at, until)
          const read = (first: number) => readRuns(segment, (_, frame) => frame >= first && frame <= wanted)
          const runs = yield* Effect.catchTag(read(from), "VaultDamaged", () => read(wanted))
          const last = eventsOf(
            runs.map(({ run }) => run),
            key,
            until
          ).at(-1)
          if (last !== undefined) return last
        }
      return undefined
    })
  }

  /** What a state says of an entity. */
  private placed(
    { segment }: StateSegment,
    { kind, id }: EntityKey
  ): Effect.Effect<EntityPlace | undefined, WhiteRoomError> {
    const page = pageOf(segment, entityKey(kind, id))
    return page === undefined
      ? Effect.succeed(undefined)
      : Effect.map(readEntities(segment, page), (entities) =>
          entities.find((entity) => entity.kind === kind && entity.id === id)
        )
  }

  /** The event at a position. Fails with `VaultDamaged` where there is none. */
  eventAt(position: number): Effect.Effect<FoundEvent, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const part = this.path.parts.find(
        ({ listed, until }) => listed.first <= position && Math.min(listed.last, until) >= position
      )
      if (part === undefined) return yield* this.path.damaged(`@${position} is missing`)
      const segment = yield* this.path.open(part.listed)
      const runs = yield* readRuns(segment, holding(segment, position, position))
      const found = runs.flatMap(({ run }) => eventIn(run, position) ?? [])[0]
      return found ?? (yield* this.path.damaged(`${part.listed.name}: @${position} is missing`))
    })
  }

  /** The same, with the record of the entity it is about. */
  versionAt(position: number): Effect.Effect<FoundVersion, WhiteRoomError> {
    return Effect.map(this.eventAt(position), (found) => {
      const { subject } = found.event
      if (!isEntity(subject)) return { ...found, record: undefined }
      const version = versionOf(found)
      if (version.record !== undefined) objectsOfRecord(subject, version.record)
      return version
    }).pipe(asDamage(this.path.place))
  }

  /** The event that a state points to. */
  private eventOf(entity: EntityPlace): Effect.Effect<FoundEvent, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const payload = yield* this.path.frameAt(entity.event, frameTypes.events)
      const run = payload && runOf(payload)
      const found = (run && eventIn(run, entity.position)) ?? (yield* this.eventAt(entity.position))
      const { event } = found
      const fits = event.subject === entity.kind && event.id === entity.id && event.version === entity.version
      return fits ? found : yield* this.path.damaged(`the state says of @${entity.position} what it is not`)
    })
  }

  /** The last version of an entity up to a position, and where that was found. */
  private find(key: EntityKey, position: number): Effect.Effect<FoundFrom | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const state = yield* this.path.stateAt(position)
      const newer = yield* this.lastIn(this.path.after(state, position), key, position)
      const placed = newer === undefined && state !== undefined ? yield* this.placed(state, key) : undefined
      const found = newer ?? (placed && (yield* this.eventOf(placed)))
      return found && { version: versionOf(found), state, placed }
    })
  }

  /** An entity as it was after a position; `undefined` when it never was before. No document is read. */
  version(key: EntityKey, position: number): Effect.Effect<FoundVersion | undefined, WhiteRoomError> {
    return Effect.map(this.find(key, position), (found) => found?.version).pipe(asDamage(this.path.place))
  }

  /** Tells every version after one position, up to another, oldest first. No document is read. */
  eachVersion(
    after: number,
    until: number,
    take: (key: EntityKey, version: FoundVersion) => void
  ): Effect.Effect<void, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const parts = this.path.after(undefined, until).filter(({ listed }) => listed.last > after)
      const opened = yield* Effect.forEach(parts, ({ listed }) => this.path.open(listed), { concurrency })
      for (const [index, segment] of opened.entries()) {
        const last = Math.min(until, parts[index]?.until ?? 0)
        for (const { run } of yield* readRuns(segment, holding(segment, after + 1, last)))
          for (const [at, { subject, id }] of run.events.entries()) {
            const position = run.first + at
            const found = position > after && position <= last ? eventIn(run, position) : undefined
            if (found !== undefined && isEntity(subject)) take({ kind: subject, id }, versionOf(found))
          }
      }
    }).pipe(asDamage(this.path.place))
  }

  /**
   * An entity as it was after a position, with its documents; `undefined` when it never was before. Fails with
   * `VaultDamaged` also for a document that was released: who plays the whole log is told so.
   */
  entity(key: EntityKey, position: number): Effect.Effect<FoundEntity | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const found = yield* this.find(key, position)
      if (found === undefined) return undefined
      const { version } = found
      const documents = new Map<string, Uint8Array>()
      for (const { hash } of version.record === undefined ? [] : objectsOfRecord(key.kind, version.record))
        documents.set(toHex(hash), yield* this.documentOf(key, hash, position, found))
      return { ...version, documents }
    }).pipe(asDamage(this.path.place))
  }

  /** A document of an entity: after the state, where the state says, or before it. */
  private documentOf(
    key: EntityKey,
    hash: Uint8Array,
    position: number,
    { version, state, placed }: FoundFrom
  ): Effect.Effect<Uint8Array, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const isNewer = placed === undefined
      // It came with its event, or before.
      const near = isNewer
        ? yield* this.path.search(hash, this.path.after(state, version.position))
        : undefined
      if (near !== undefined) return near
      const said = isNewer && state !== undefined ? yield* this.placed(state, key) : placed
      return yield* this.path.document(hash, position, said?.documents ?? [])
    })
  }

  /** What the last event of a command is; the marker of an import comes after those that its receipt names. */
  private lastTypeOf(
    { number, last }: LoggedCommand,
    runs: ReadonlyArray<EventRun>,
    head: number
  ): Effect.Effect<EventType | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const at = (position: number) =>
        Effect.suspend(() => {
          const known = runs.find(
            ({ first, events }) => first <= position && first + events.length > position
          )
          if (known !== undefined) return Effect.succeed(eventIn(known, position))
          return position > head ? Effect.succeed(undefined) : this.eventAt(position)
        })
      for (const position of [last + 1, last]) {
        const found = yield* at(position)
        if (found?.command.number === number) return eventType(found.event.type)
      }
      return undefined
    })
  }

  /** The versions in a part. The frame after each is read with it: a command that goes on there ends there. */
  private versionsIn({ listed, until }: PathPart, key: EntityKey, head: number) {
    return Effect.gen(this, function* () {
      const segment = yield* this.path.open(listed)
      const frames = new Set(
        (yield* framesOf(segment, "entities", entityKey(key.kind, key.id))).flatMap((frame) => [
          frame,
          frame + 1
        ])
      )
      const runs = (yield* readRuns(segment, (_, frame) => frames.has(frame))).map(({ run }) => run)
      return yield* Effect.forEach(eventsOf(runs, key, Math.min(until, head)), (found) =>
        Effect.map(
          this.lastTypeOf(found.command, runs, head),
          (ended): VersionThere => ({ ...versionOf(found), ended })
        )
      )
    })
  }

  /** Every version of an entity, oldest first, and all of their documents. */
  history(key: EntityKey): Effect.Effect<HistoryThere, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const head = yield* this.head
      const parts = this.path.after(undefined, head)
      const found = yield* Effect.forEach(parts, (part) => this.versionsIn(part, key, head), { concurrency })
      const versions = found.flat()
      const documents = new Map<string, Uint8Array>()
      for (const { record, position } of versions)
        for (const { hash } of record === undefined ? [] : objectsOfRecord(key.kind, record)) {
          const name = toHex(hash)
          if (!documents.has(name)) documents.set(name, yield* this.path.document(hash, position, []))
        }
      return { versions, documents }
    }).pipe(asDamage(this.path.place))
  }

  /** Names and sizes of everything that ever was up to a position, 0 for what was deleted; no document is read. */
  entries(position: number): Effect.Effect<ReadonlyArray<EntityPlace>, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const state = yield* this.path.stateAt(position)
      const fold = new StateFold()
      if (state !== undefined) fold.take(yield* readEntities(state.segment))
      const parts = this.path.after(state, position)
      const opened = yield* Effect.forEach(parts, ({ listed }) => this.path.open(listed), { concurrency })
      for (const [index, segment] of opened.entries())
        for (const { run, frame } of yield* readRuns(segment))
          fold.run(run, noPlaces(placeOf(segment, frame)), Math.min(position, parts[index]?.until ?? 0))
      return [...fold.entities]
    }).pipe(asDamage(this.path.place))
  }

  /** The backups as they are described now, those in the trash too, by number. */
  get backups(): Effect.Effect<ReadonlyArray<BackupInfo>, WhiteRoomError> {
    return Effect.flatMap(this.head, (head) => readBackups(this.path, head)).pipe(asDamage(this.path.place))
  }

  /** The last event that was recorded at or before a time, whatever the clock said in between; `undefined`: none was. */
  positionAtTime(time: number): Effect.Effect<number | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const head = yield* this.head
      for (const { listed, until } of this.path.after(undefined, head).toReversed()) {
        const segment = yield* this.path.open(listed)
        const { frames } = segment.end
        const early = frames.flatMap(({ earliest }, number) =>
          earliest !== undefined && earliest <= time ? [number] : []
        )
        for (const number of early.toReversed()) {
          const runs = yield* readRuns(segment, (_, frame) => frame === number)
          const last = runs
            .flatMap(({ run }) => run.commands)
            .filter(({ recordedAt, last }) => recordedAt <= time && last > 0 && last <= Math.min(until, head))
            .reduce((newest, { last }) => Math.max(newest, last), 0)
          if (last > 0) return last
        }
      }
      return undefined
    })
  }
}
