/** The end of a segment: what is where in it. See `Segment.ts`. */
import { kindCode, kinds, MessagePack, malformed } from "@white-room/core"
import { affinities, type ColumnForm, checkTable, type TableForm } from "@white-room/store/transfer"
import {
  type Absence,
  absences,
  type FrameType,
  frameTypes,
  knownType,
  type SegmentAbout,
  segmentKinds
} from "./Segment.js"

const { bytes, count, decode, encode, text } = MessagePack

const bad = (reason: string) => malformed("segment", reason)

/** A frame as the end lists it. */
export interface FrameEntry {
  readonly type: FrameType
  /** Bytes of the whole frame. */
  readonly length: number
  /** The first position of events, the first key of a page of index or state; nothing for others. */
  readonly from?: number | Uint8Array | undefined
  /** Whether an index page is of objects or of entities. */
  readonly of?: "objects" | "entities" | undefined
  /** Of events: the earliest time at which a command of theirs was recorded. */
  readonly earliest?: number | undefined
  /** Of pages, which nothing else proves: the first 8 bytes of the SHA-256 of the frame. */
  readonly check?: Uint8Array | undefined
}

/** Another segment in which documents of a state lie. */
export interface SegmentSource {
  /** The first 8 bytes of the SHA-256 of its file. */
  readonly body: Uint8Array
  /** The payload of its head, with which its frames can be opened. */
  readonly head: Uint8Array
}

/** When the events from a position on came to the place, by its own clock. */
export interface Arrival {
  readonly first: number
  readonly at: number
}

/** The end: what is where. */
export interface SegmentEnd {
  readonly about: SegmentAbout
  readonly frames: ReadonlyArray<FrameEntry>
  readonly absent: ReadonlyArray<{ readonly hash: Uint8Array; readonly why: Absence }>
  /** The live tables that are not as we make them, because an app made or changed them. */
  readonly tables: ReadonlyArray<TableForm>
  /** In merged segments: when the pieces came, by ascending position. */
  readonly arrived: ReadonlyArray<Arrival>
  /** The other segments that the state points to. */
  readonly sources: ReadonlyArray<SegmentSource>
  /** Since which position what it says of backups tells what changed, 0: all of them; `undefined`: no event here is about one. */
  readonly backupsSince: number | undefined
  /** The position of the last event about a backup before the first one here; 0: there is none. */
  readonly lastBackup: number
  /** The last position of the newest segment before this one that has a state, as known when it was made; 0: none is. */
  readonly lastState: number
}

const member = <A>(all: ReadonlyArray<A>, index: number, what: string): A => {
  const found = all[index]
  if (found === undefined) throw bad(`it has an unknown ${what}`)
  return found
}

const columnFields = (column: ColumnForm): ReadonlyArray<MessagePack.Value> => [
  text(column.name),
  affinities.indexOf(column.affinity),
  column.notNull,
  column.default === undefined ? null : text(column.default)
]

const readColumn = (fields: MessagePack.Fields): ColumnForm => ({
  name: fields.text(),
  affinity: member(affinities, fields.count(), "type of column"),
  notNull: fields.flag(),
  default: fields.maybeText()
})

const readTable = (fields: MessagePack.Fields): TableForm => {
  const table = {
    kind: member(kinds, fields.count() - kindCode("song"), "kind"),
    columns: fields.rest(readColumn)
  }
  checkTable(table)
  return table
}

const fromOf = ({ from }: FrameEntry): MessagePack.Value =>
  from === undefined ? null : typeof from === "number" ? count(from) : bytes(from)

const frameFields = (frame: FrameEntry): ReadonlyArray<MessagePack.Value> => {
  const { type, length, earliest, check } = frame
  const head = [type, count(length)]
  const proof = check === undefined ? null : bytes(check)
  switch (type) {
    case frameTypes.events:
      return [...head, fromOf(frame), count(earliest ?? 0)]
    case frameTypes.index:
      return [...head, fromOf(frame), frame.of === "entities", proof]
    case frameTypes.state:
      return [...head, fromOf(frame), proof]
    case frameTypes.backups:
      return [...head, proof]
    default:
      return head
  }
}

/** The body of the end. */
export const encodeEnd = ({
  about,
  frames,
  absent,
  tables,
  arrived,
  sources,
  backupsSince,
  lastBackup,
  lastState
}: SegmentEnd): Uint8Array =>
  encode([
    [
      text(about.library),
      text(about.line),
      segmentKinds.indexOf(about.kind),
      count(about.level),
      count(about.first),
      count(about.last),
      count(about.whole),
      bytes(about.prev),
      bytes(about.head)
    ],
    frames.map(frameFields),
    absent.map(({ hash, why }) => [bytes(hash), absences.indexOf(why)]),
    tables.map(({ kind, columns }) => [kindCode(kind), ...columns.flatMap(columnFields)]),
    arrived.map(({ first, at }) => [count(first), count(at)]),
    sources.map(({ body, head }) => [bytes(body), bytes(head)]),
    backupsSince === undefined ? null : count(backupsSince),
    count(lastBackup),
    count(lastState)
  ])

const readAbout = (fields: MessagePack.Fields): SegmentAbout => {
  const about = {
    library: fields.text(),
    line: fields.text(),
    kind: member(segmentKinds, fields.count(), "kind"),
    level: fields.count(),
    first: fields.count(),
    last: fields.count(),
    whole: fields.count(),
    prev: fields.hash().slice(),
    head: fields.hash().slice()
  }
  if (about.kind === "events" && (about.first < 1 || about.last < about.first || about.whole > about.last))
    throw bad("its positions do not fit")
  return about
}

const readFrame = (fields: MessagePack.Fields): FrameEntry => {
  const type = knownType(fields.count())
  const length = fields.count()
  switch (type) {
    case frameTypes.events:
      return { type, length, from: fields.count(), earliest: fields.count() }
    case frameTypes.index:
      return {
        type,
        length,
        from: fields.bytes().slice(),
        of: fields.flag() ? "entities" : "objects",
        check: fields.bytes().slice()
      }
    case frameTypes.state:
      return { type, length, from: fields.bytes().slice(), check: fields.bytes().slice() }
    case frameTypes.backups:
      return { type, length, check: fields.bytes().slice() }
    default:
      return { type, length }
  }
}

/** Readers go back from segment to segment by these: each leads farther back. */
const checkBackwards = (end: SegmentEnd): SegmentEnd => {
  const { about, backupsSince = 0, lastBackup, lastState } = end
  if (about.kind === "events" && Math.max(backupsSince, lastBackup, lastState) >= about.first)
    throw bad("what it says of others does not lie before it")
  return end
}

/** @throws MalformedData */
export const decodeEnd = (body: Uint8Array): SegmentEnd =>
  checkBackwards(
    decode(body, "segment", (fields) => ({
      about: fields.list(readAbout),
      frames: fields.list((list) => list.rest((each) => each.list(readFrame))),
      absent: fields.list((list) =>
        list.rest((each) =>
          each.list((pair) => ({ hash: pair.hash().slice(), why: member(absences, pair.count(), "reason") }))
        )
      ),
      tables: fields.list((list) => list.rest((each) => each.list(readTable))),
      arrived: fields.list((list) =>
        list.rest((each) => each.list((pair) => ({ first: pair.count(), at: pair.count() })))
      ),
      sources: fields.list((list) =>
        list.rest((each) => each.list((pair) => ({ body: pair.bytes().slice(), head: pair.bytes().slice() })))
      ),
      backupsSince: fields.maybeCount(),
      lastBackup: fields.count(),
      lastState: fields.count()
    }))
  )
