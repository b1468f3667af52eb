/**
 * What a vault has after events that are missing or cannot be read. No log leads there, so it is told by entity: what each
 * was last. Those who take it and those who name what is lost read it here, so that what is not brought is named.
 */
import {
  decodeBackupTaken,
  decodeRecord,
  type EntityKey,
  fromHex,
  idOfCell,
  isDeletion,
  isEntity,
  liveTables,
  MalformedData,
  malformed,
  type NewObject,
  nameOfRecord,
  ObjectRef,
  objectsOfRecord,
  toHex,
  upcast,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { type EventRun, eventType, lookAt, type PlainEvent, provesItself } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { fetchDamaged, type SegmentProblem } from "./FetchedSegment.js"
import { objectsLeftIn } from "./objectsLeftIn.js"
import type { Stretch } from "./Path.js"
import { legible, type ReadFrame } from "./segment/SegmentReader.js"
import type { Vault } from "./Vault.js"

/** What an entity was after an event: its record, or nothing once it was deleted. */
interface Version {
  readonly position: number
  readonly record: Uint8Array | undefined
  /** The run of its event leads to the chain hash that it says; otherwise this may not be what was written. */
  readonly isProven: boolean
}

/** An entity, and what it was, newest first. */
interface Known {
  readonly key: EntityKey
  readonly versions: ReadonlyArray<Version>
}

/** What can be brought of an entity. */
export interface Brought {
  readonly key: EntityKey
  /** The newest version of which everything is there; none: nothing of it can be brought. */
  readonly version: Version | undefined
  /** That is what it was last, and its event is proven. */
  readonly isWhole: boolean
  /** The last name that is told of it, or none. */
  readonly name: string
}

/** Positions after one, up to another. */
export interface Range {
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

/** What cannot be read as what it is, is passed over. */
export const readable = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedData) return undefined
    throw error
  }
}

/** The names of the documents that a record needs; `undefined` for one that cannot be read. */
export const documentsOf = (
  { kind }: EntityKey,
  record: Uint8Array | undefined
): ReadonlyArray<string> | undefined =>
  record === undefined ? [] : readable(() => objectsOfRecord(kind, record).map(({ hash }) => toHex(hash)))

/** What nothing proves may be the record of another entity, or none. @throws MalformedData */
const checkOwner = ({ kind, id }: EntityKey, record: Uint8Array): void => {
  const key = decodeRecord(kind, record).get(liveTables[kind].idColumn)
  if (key === undefined || key instanceof ObjectRef || idOfCell(key) !== id)
    throw malformed("event", "its record is that of another entity")
}

/** What the events after a position add up to, as far as they can be read. */
export class Beyond {
  private readonly byName = new Map<string, { readonly key: EntityKey; readonly versions: Array<Version> }>()
  readonly backups = new Set<string>()
  /** The positions that stand in no run that proves itself. */
  holes: ReadonlyArray<Range>

  constructor(
    private readonly after: number,
    private readonly until: number
  ) {
    this.holes = until > after ? [{ after, last: until }] : []
  }

  /** Notes a run of a line up to a position; what comes after it there belongs to another life. */
  note(run: EventRun, until: number): void {
    const { first, events } = run
    const isProven = provesItself(run)
    const last = Math.min(until, this.until, first + events.length - 1)
    for (const [index, event] of events.entries()) {
      const position = first + index
      if (position > this.after && position <= last) readable(() => this.event(event, position, isProven))
    }
    if (isProven && last >= first) this.holes = without(this.holes, { after: first - 1, last })
  }

  private event(event: PlainEvent, position: number, isProven: boolean): void {
    const { subject, id, schema, payload } = event
    const type = eventType(event.type)
    if (type === "BackupTaken") this.backups.add(`b${decodeBackupTaken(payload).number}`)
    if (!isEntity(subject)) return
    const name = `${subject} ${id}`
    const known = this.byName.get(name) ?? { key: { kind: subject, id }, versions: [] }
    const record = isDeletion(type) ? undefined : upcast(type, schema, payload).slice()
    if (record !== undefined && !isProven) checkOwner(known.key, record)
    known.versions.push({ position, record, isProven })
    this.byName.set(name, known)
  }

  /** The entities that the events tell of. */
  get known(): ReadonlyArray<Known> {
    return [...this.byName.values()].map(({ key, versions }) => ({
      key,
      // Of two files with one event, the one that proves it counts.
      versions: versions.toSorted(
        (a, b) => b.position - a.position || Number(b.isProven) - Number(a.isProven)
      )
    }))
  }
}

/** Gives every frame of the segments of events after a position, of damaged ones what can be read of it; what is wrong with a segment is told, and it is passed over. */
const eachFrame = (
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  after: number,
  take: (frame: ReadFrame, until: number) => void,
  onProblem: (problem: SegmentProblem) => void
): Effect.Effect<void, WhiteRoomError> =>
  Effect.forEach(
    stretches.flatMap(({ segments, until }) =>
      segments
        .filter(({ kind, first, last }) => kind === "events" && last > after && first <= until)
        .map((listed) => ({ listed, until }))
    ),
    ({ listed, until }) =>
      fetchDamaged(vault, listed, onProblem).pipe(
        Effect.flatMap((segment) =>
          Effect.sync(() => {
            for (const frame of segment.frames()) {
              const read = legible(frame)
              if (read !== undefined) take(read, until)
            }
          })
        ),
        Effect.catchTags({
          VaultDamaged: ({ detail }) =>
            Effect.sync(() =>
              onProblem({ segment: listed.name, reason: detail.replace(`${listed.name}: `, "") })
            ),
          BlobMissing: () => Effect.void
        })
      ),
    { discard: true }
  )

/** Reads what stretches of lines tell of the positions after one, up to another. */
export const readBeyond = (
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  { after, until }: { readonly after: number; readonly until: number },
  onProblem: (problem: SegmentProblem) => void
): Effect.Effect<Beyond, WhiteRoomError> => {
  const beyond = new Beyond(after, until)
  const note = (frame: ReadFrame, last: number): void => {
    if (frame._tag === "Events") beyond.note(frame.run, last)
  }
  return Effect.as(eachFrame(vault, stretches, after, note, onProblem), beyond)
}

/** Gives each wanted document that lies in the segments after a position. What is wrong with these was told by `readBeyond`. */
export const eachDocument = (
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  after: number,
  wanted: ReadonlySet<string>,
  take: (name: string, object: NewObject) => void
): Effect.Effect<void, WhiteRoomError> =>
  eachFrame(
    vault,
    stretches,
    after,
    (frame) => {
      if (frame._tag !== "Block") return
      for (const object of objectsLeftIn(frame.data)) {
        const name = toHex(object.hash)
        if (wanted.has(name)) take(name, object)
      }
    },
    () => undefined
  )

/**
 * What can be brought of each entity: the newest version whose documents lie in the segments, or in the library that was
 * made of what could be followed. Nothing but a proven event deletes one.
 */
export const broughtBeyond = (
  vault: Vault,
  stretches: ReadonlyArray<Stretch>,
  after: number,
  { known }: Beyond,
  library: Library | undefined
): Effect.Effect<ReadonlyArray<Brought>, WhiteRoomError> =>
  Effect.gen(function* () {
    const missing = new Set(
      known.flatMap(({ key, versions }) => versions.flatMap(({ record }) => documentsOf(key, record) ?? []))
    )
    if (missing.size > 0)
      yield* eachDocument(vault, stretches, after, missing, (document) => missing.delete(document))
    if (library !== undefined)
      yield* lookAt(library, ({ placeOf }) => {
        for (const document of missing) if (placeOf(fromHex(document)) !== undefined) missing.delete(document)
      })
    const isThere = (key: EntityKey, { record, isProven }: Version): boolean =>
      record === undefined
        ? isProven
        : documentsOf(key, record)?.every((document) => !missing.has(document)) === true
    return known.map(({ key, versions }) => {
      const version = versions.find((each) => isThere(key, each))
      const names = versions.map(({ record }) => record && readable(() => nameOfRecord(key.kind, record)))
      const isWhole = version?.isProven === true && version === versions[0]
      return { key, version, isWhole, name: names.find((name) => name) ?? "" }
    })
  })
