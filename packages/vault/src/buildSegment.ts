import { randomInt } from "node:crypto"
import { blockTarget, type EntityKey, isEntity, type NewObject, toHex } from "@white-room/core"
import {
  type EventRun,
  eachRun,
  type Place,
  type PlainEvent,
  packDense,
  type Snapshot
} from "@white-room/store/transfer"
import type { Absence, Cipher, SegmentAbout, SegmentHead } from "./segment/Segment.js"
import { SegmentWriter, type Written } from "./segment/SegmentWriter.js"

/**
 * Bytes of new objects and events after which a segment is cut: so much a push takes of memory, whatever there is to send.
 * Merging makes larger ones.
 */
const target = 8 * 1024 * 1024

/** About what an event and an object take beside their bytes. */
const eventCost = 512
const objectCost = 256

/** Events of a frame. */
const eventsPerRun = 500

/** Which segment is to be built. */
export interface SegmentPlan {
  readonly head: SegmentHead
  readonly line: string
  /** Events after this position. */
  readonly after: number
  readonly cipher?: Cipher | undefined
  /** Objects that it carries beside what its events need: the line lacks them. */
  readonly also?: ReadonlyArray<Uint8Array> | undefined
  /** In the place of one that is damaged. */
  readonly replacing?: Replaced | undefined
}

/** A segment that is damaged: another one of the same events takes its place, under another name. */
interface Replaced {
  /** Up to this position. */
  readonly last: number
  readonly level: number
  /** What of its objects can still be read, by the name of their hash. */
  readonly objects: ReadonlyMap<string, NewObject>
}

/** A segment that was built. */
export interface BuiltSegment {
  readonly about: SegmentAbout
  readonly written: Written
  readonly objects: number
  /** What its events need and the library no longer has in whole. */
  readonly damaged: ReadonlyArray<EntityKey | undefined>
}

interface Needed {
  readonly hash: Uint8Array
  readonly owner: EntityKey | undefined
  readonly place: Place | undefined
}

/**
 * Bytes of the objects of one block, in memory that is used again: what is left to the collector piles up. The first object
 * of the next block is read before this one is written, so there are two pieces of it, which take turns.
 */
class Room {
  private bytes = Buffer.allocUnsafeSlow(2 * blockTarget)
  private other = Buffer.allocUnsafeSlow(2 * blockTarget)
  private used = 0

  keep(object: Uint8Array): Uint8Array {
    const kept = this.bytes.subarray(this.used, this.used + object.length)
    if (kept.length < object.length) return object.slice()
    kept.set(object)
    this.used += object.length
    return kept
  }

  /** The block is written; of what was kept since the one before, nothing but the last object is needed any more. */
  turn(): void {
    const { bytes, other } = this
    this.bytes = other
    this.other = bytes
    this.used = 0
  }
}

/** Objects that wait for a block, and those that are in one. */
class Objects {
  private readonly seen = new Set<string>()
  private readonly waiting: Array<Needed> = []
  readonly absent: Array<{ readonly hash: Uint8Array; readonly why: Absence }> = []
  readonly damaged: Array<EntityKey | undefined> = []
  private readonly room = new Room()
  /** Bytes that all of them take. */
  cost = 0
  count = 0

  constructor(
    private readonly snapshot: Snapshot,
    private readonly others: ReadonlyMap<string, NewObject> = new Map()
  ) {}

  need(hash: Uint8Array, owner: EntityKey | undefined): void {
    const name = toHex(hash)
    if (this.seen.has(name)) return
    this.seen.add(name)
    const place = this.snapshot.placeOf(hash)
    this.cost += (place?.length ?? 0) + objectCost
    this.waiting.push({ hash, owner, place })
  }

  /** Reads them; notes those of which there are no bytes. */
  private *read(): Generator<NewObject> {
    for (const { hash, owner } of inOrder(this.waiting)) {
      const object = this.snapshot.object(hash, owner)
      // What is read is a view of a whole block of the library, which is not to be held for one object of it.
      const bytes = (object.bytes && this.room.keep(object.bytes)) ?? this.others.get(toHex(hash))?.bytes
      if (bytes !== undefined) {
        this.count++
        yield { hash, bytes }
      } else if (object.bytes === undefined) {
        this.absent.push({ hash, why: object.why })
        if (object.why === "damaged") this.damaged.push(owner)
      }
    }
  }

  /** Writes them: versions of one song side by side compress to what differs. */
  *write(writer: SegmentWriter): Generator<void> {
    for (const run of eachRun(this.read())) {
      writer.block(packDense(run))
      this.room.turn()
      yield
    }
  }
}

const ownerName = ({ owner }: Needed): string => (owner === undefined ? "" : `${owner.kind} ${owner.id}`)

/** As they lie in the library, so that each block of it is opened once; versions of one entity side by side. */
const inOrder = (waiting: ReadonlyArray<Needed>): ReadonlyArray<Needed> => {
  const first = new Map<string, Place | undefined>()
  for (const each of waiting) {
    const name = ownerName(each)
    const known = first.get(name)
    if (each.owner !== undefined && (known === undefined || byPlace(each.place, known) < 0))
      first.set(name, each.place)
  }
  const placed = waiting.map((each) => ({ each, at: first.get(ownerName(each)) ?? each.place }))
  return placed
    .sort((a, b) => byPlace(a.at, b.at) || byPlace(a.each.place, b.each.place))
    .map(({ each }) => each)
}

const byPlace = (a: Place | undefined, b: Place | undefined): number =>
  (a?.block ?? 0) - (b?.block ?? 0) || (a?.offset ?? 0) - (b?.offset ?? 0)

const ownerOf = ({ subject, id }: PlainEvent): EntityKey | undefined =>
  isEntity(subject) ? { kind: subject, id } : undefined

const costOf = ({ events }: EventRun): number =>
  events.reduce((sum, { payload, id }) => sum + payload.length + id.length + eventCost, 0)

/**
 * Writes the segment that begins after a position, of events in whole runs; `undefined` when there are none. It carries
 * every object that its events need, but for those that the same entity had just before: what is live at its beginning
 * is in earlier segments. Others run at each `yield`.
 */
export function* buildSegment(
  snapshot: Snapshot,
  { head, line, after, cipher, also = [], replacing }: SegmentPlan,
  sink: (piece: Uint8Array) => void
): Generator<void, BuiltSegment | undefined> {
  const prev = snapshot.chainHashAt(after)
  const until = replacing?.last ?? Number.MAX_SAFE_INTEGER
  const nextRun = (position: number, most = eventsPerRun) =>
    position >= until ? undefined : snapshot.runAfter(position, Math.min(most, until - position))
  let run = nextRun(after)
  if (prev === undefined || run === undefined) return undefined
  const writer = new SegmentWriter(sink, head, cipher)
  const objects = new Objects(snapshot, replacing?.objects)
  for (const hash of also) objects.need(hash, undefined)
  const runs: Array<EventRun> = []
  let last = after
  let cost = 0
  while (run !== undefined) {
    for (const [index, event] of run.events.entries()) {
      for (const hash of snapshot.neededBy(event, run.first + index)) objects.need(hash, ownerOf(event))
      if (cost + objects.cost <= target || replacing !== undefined) continue
      // Hundreds of large documents do not belong into one file.
      run = nextRun(last, index + 1) ?? run
      break
    }
    runs.push(run)
    cost += costOf(run)
    last += run.events.length
    yield
    if (cost + objects.cost > target && replacing === undefined) break
    run = nextRun(last)
  }
  yield* objects.write(writer)
  for (const each of runs) writer.events(each)
  const about: SegmentAbout = {
    library: snapshot.libraryId,
    line,
    kind: "events",
    level: replacing?.level ?? 0,
    first: after + 1,
    last,
    whole: snapshot.wholeAt(last),
    prev,
    head: snapshot.chainHashAt(last) ?? prev
  }
  const end = {
    about,
    absent: objects.absent,
    tables: snapshot.tables(),
    backups: snapshot.backupsChanged(after, last),
    lastBackup: snapshot.lastBackupAt(after)
  }
  // The same bytes would have the name of what is damaged.
  const written = writer.finish(end, replacing && randomInt(4096))
  return { about, written, objects: objects.count, damaged: objects.damaged }
}
