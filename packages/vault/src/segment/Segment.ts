/**
 * A segment: an immutable file with a run of events of one line, and the objects that they brought. See
 * `docs/format.md`, "Segment".
 *
 * ```
 * segment = "WRSEGMNT" 1, frame of the head, frames of blocks, events and index, at most one of padding, that of the end,
 *           trailer
 * frame   = type (1 head, 2 block, 3 events, 4 index, 5 end, 6 padding), varint length, payload
 * head    = [vault, nil or [generation, salt, commitment]]
 * block   = a block, as in a library
 * events  = a block body of one list: [chain hash before, chain hash after, first position, [command …], [event …]]
 * index   = places: 16 bytes of a key and the number of the frame it is in, in order
 * end     = a block body of one list: [about, [frame …], [absent …], [table …]]; it lists neither itself nor padding
 * padding = zeros, so that the size of a sealed file tells less
 * trailer = int64 offset of the end's frame, SHA-256 of that frame, SHA-256 of every byte before this hash
 * ```
 * In a sealed vault the payload of every frame but the head is sealed: the trailer still tells anybody whether the
 * bytes are whole. A reader of one song takes the tail, a page of the index, and the frames that it names.
 */
import { ByteReader, ByteWriter, blockLimit, kindCode, kinds, MessagePack, malformed } from "@white-room/core"
import { affinities, type ColumnForm, type TableForm } from "@white-room/store/transfer"

/** The version this program writes, and the newest it reads. */
export const segmentVersion = 1

const magic = new TextEncoder().encode("WRSEGMNT")

/** Magic and version. */
export const segmentMagic: Uint8Array = Uint8Array.of(...magic, segmentVersion)

/** What a frame of a segment can be. */
export const frameTypes = { head: 1, block: 2, events: 3, index: 4, end: 5, padding: 6 } as const
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes]

/** The end is sealed under this number, because it is read before the number of frames is known. */
export const endNumber = 2 ** 32 - 1

/** Bytes of the trailer, which are the last of the file. */
export const trailerLength = 8 + 2 * 32

/** Segments are cut before they grow larger than this, but for a single large object. */
export const segmentTarget = 32 * 1024 * 1024

/** Bytes of a page of the index. */
export const indexPage = 64 * 1024

/** How many bytes of each key the index holds. */
export const keyBytes = 16

const bad = (reason: string) => malformed("segment", reason)

/** How a sealed vault keeps the payload of a frame; absent in plain ones. */
export interface Cipher {
  /** Bytes that sealing adds to a payload. */
  readonly added: number
  /** The payload of a frame as it is kept. */
  readonly seal: (type: number, frame: number, clear: Uint8Array) => Uint8Array
  /** @throws MalformedData when it is not what was sealed there */
  readonly open: (type: number, frame: number, sealed: Uint8Array) => Uint8Array
}

/** What opens the frames of a sealed segment; all of it may be read by anybody. */
export interface SealedBy {
  /** Which of the vault's master keys. */
  readonly generation: number
  readonly salt: Uint8Array
  /** Tells whether a key is the right one, before anything is opened. */
  readonly commitment: Uint8Array
}

/** The head: whose it is, and how it is sealed. */
export interface SegmentHead {
  readonly vault: string
  readonly sealed: SealedBy | undefined
}

/** `events`: a run of events with their objects; `objects`: objects alone, that fill or repair. */
export const segmentKinds = ["events", "objects"] as const
export type SegmentKind = (typeof segmentKinds)[number]

/** What a segment says of itself. */
export interface SegmentAbout {
  readonly library: string
  readonly line: string
  readonly kind: SegmentKind
  /** 0 as pushed; more: merged so often. */
  readonly level: number
  /** Positions of the first and last event. */
  readonly first: number
  readonly last: number
  /** The last position at or before `last` at which a command is complete. */
  readonly whole: number
  /** Chain hashes before the first and after the last event. */
  readonly prev: Uint8Array
  readonly head: Uint8Array
}

/** Why an object that an event needs is not in a segment. */
export const absences = ["released", "damaged"] as const
export type Absence = (typeof absences)[number]

/** A frame as the end lists it. */
export interface FrameEntry {
  readonly type: FrameType
  /** Bytes of the whole frame. */
  readonly length: number
  /** The first position of events, the first key of an index page; nothing for others. */
  readonly from: number | Uint8Array | undefined
  /** Whether an index page is of objects or of entities. */
  readonly of: "objects" | "entities" | undefined
}

/** The end: what is where. */
export interface SegmentEnd {
  readonly about: SegmentAbout
  readonly frames: ReadonlyArray<FrameEntry>
  readonly absent: ReadonlyArray<{ readonly hash: Uint8Array; readonly why: Absence }>
  /** The live tables that are not as we make them, because an app made or changed them. */
  readonly tables: ReadonlyArray<TableForm>
}

const { bytes, count, decode, encode, text } = MessagePack

/** Magic, version and the frame of the head. */
export const encodeHead = ({ vault, sealed }: SegmentHead): Uint8Array => {
  const how = sealed && [count(sealed.generation), bytes(sealed.salt), bytes(sealed.commitment)]
  const payload = encode([text(vault), how ?? null])
  return new ByteWriter()
    .bytes(segmentMagic)
    .bytes(frameHead(frameTypes.head, payload.length))
    .bytes(payload)
    .finish()
}

/** @throws MalformedData */
export const decodeHead = (payload: Uint8Array): SegmentHead =>
  decode(payload, "segment", (fields) => ({
    vault: fields.text(),
    sealed: fields.maybe((sealed) => ({
      generation: sealed.count(),
      salt: sealed.hash().slice(),
      commitment: sealed.hash().slice()
    }))
  }))

/** Type and length, before the payload. */
export const frameHead = (type: FrameType, length: number): Uint8Array =>
  new ByteWriter(10).byte(type).varint(length).finish()

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

const readTable = (fields: MessagePack.Fields): TableForm => ({
  kind: member(kinds, fields.count() - kindCode("song"), "kind"),
  columns: fields.rest(readColumn)
})

const fromOf = ({ from }: FrameEntry): MessagePack.Value =>
  from === undefined ? null : typeof from === "number" ? count(from) : bytes(from)

/** The body of the end. */
export const encodeEnd = ({ about, frames, absent, tables }: SegmentEnd): Uint8Array =>
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
    frames.map((frame) => [frame.type, count(frame.length), fromOf(frame), frame.of === "entities"]),
    absent.map(({ hash, why }) => [bytes(hash), absences.indexOf(why)]),
    tables.map(({ kind, columns }) => [kindCode(kind), ...columns.flatMap(columnFields)])
  ])

const member = <A>(all: ReadonlyArray<A>, index: number, what: string): A => {
  const found = all[index]
  if (found === undefined) throw bad(`it has an unknown ${what}`)
  return found
}

const knownType = (type: number): FrameType => {
  for (const known of Object.values(frameTypes)) if (known === type) return known
  throw bad(`it has a frame of the unknown type ${type}`)
}

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
  const isPage = type === frameTypes.index
  const from = type === frameTypes.events ? fields.count() : isPage ? fields.bytes().slice() : fields.nil()
  const ofEntities = fields.flag()
  return { type, length, from, of: isPage ? (ofEntities ? "entities" : "objects") : undefined }
}

/** @throws MalformedData */
export const decodeEnd = (body: Uint8Array): SegmentEnd =>
  decode(body, "segment", (fields) => ({
    about: fields.list(readAbout),
    frames: fields.list((list) => list.rest((each) => each.list(readFrame))),
    absent: fields.list((list) =>
      list.rest((each) =>
        each.list((pair) => ({ hash: pair.hash().slice(), why: member(absences, pair.count(), "reason") }))
      )
    ),
    tables: fields.list((list) => list.rest((each) => each.list(readTable)))
  }))

/** The last bytes of a segment. */
export interface Trailer {
  readonly endAt: number
  /** SHA-256 of the end's frame: who reads by ranges knows by it that the end is sound. */
  readonly end: Uint8Array
  /** SHA-256 of every byte before it. */
  readonly body: Uint8Array
}

/** The trailer but for its last hash, which is over all of this too. */
export const encodeTrailer = ({ endAt, end }: Omit<Trailer, "body">): Uint8Array =>
  new ByteWriter(trailerLength).integer(endAt).bytes(end).finish()

/** The trailer of a segment of so many bytes, from its last `trailerLength` ones. @throws MalformedData */
export const decodeTrailer = (tail: Uint8Array, size: number): Trailer => {
  if (tail.length !== trailerLength) throw bad("it was cut off")
  const reader = new ByteReader(tail, "segment")
  const endAt = reader.integer()
  if (endAt < segmentMagic.length || endAt > size - trailerLength)
    throw bad("its end is not where its trailer says")
  return { endAt, end: reader.bytes(32).slice(), body: reader.bytes(32).slice() }
}

/** @throws MalformedData for an unknown type, or a frame longer than any */
export const checkFrame = (type: number, length: number): FrameType => {
  const known = knownType(type)
  // What sealing adds is less than this.
  if (length > blockLimit + 1024) throw bad("a frame claims to be larger than any")
  return known
}

/** A frame that begins at the beginning of these bytes, and how many of them it takes. @throws MalformedData */
export const readFrameAt = (
  from: Uint8Array
): { readonly type: FrameType; readonly payload: Uint8Array; readonly length: number } => {
  const reader = new ByteReader(from, "segment")
  const type = reader.byte()
  const length = reader.varint()
  const known = checkFrame(type, length)
  const payload = reader.bytes(length)
  return { type: known, payload, length: from.length - reader.remaining }
}
