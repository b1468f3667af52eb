/**
 * A segment: an immutable file with a run of events of one line, and the objects that they brought. See
 * `docs/format.md`, "Segment".
 *
 * ```
 * segment = "WRSEGMNT" 1, frame of the head, frames of blocks, events, index, state and backups, at most one of padding,
 *           at most one of parity, that of the end, that of the head once more, trailer
 * frame   = type (1 head, 2 block, 3 events, 4 index, 5 end, 6 padding, 7 state, 8 backups, 9 parity), varint length, payload
 * head    = [vault, nil or [generation, salt, commitment]]
 * block   = a block, as in a library
 * events  = a block body of one list: [chain hash before, chain hash after, first position, [command …], [event …]]
 * index   = places: 16 bytes of a key and the number of the frame it is in, in order
 * state   = a block body of one list: where the last event of entities is, and their documents; see `StatePages.ts`
 * backups = a block body of one list: what its events change of the backups, or all of them; see `BackupPages.ts`
 * end     = a block body of one list: [about, [frame …], [absent …], [table …], [arrived …], [source …], backups since,
 *           last backup, last state]; it lists neither itself nor padding nor parity
 * padding = zeros, so that the size of a sealed file tells less
 * parity  = what gives changed bytes before it back; see `Parity.ts`
 * trailer = int64 offset of the end's frame, SHA-256 of the bytes from there on, SHA-256 of every byte before this hash
 * ```
 * In a sealed vault the payload of every frame but head and parity is sealed: the trailer still tells anybody whether the
 * bytes are whole. A reader of one song takes the tail, a page of the state or of the index, and the frames that it names.
 */
import {
  ByteReader,
  ByteWriter,
  blockLimit,
  entryKey,
  type Kind,
  MessagePack,
  malformed
} from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"

/** The version this program writes, and the newest it reads. */
export const segmentVersion = 1

const magic = new TextEncoder().encode("WRSEGMNT")

/** Magic and version. */
export const segmentMagic: Uint8Array = Uint8Array.of(...magic, segmentVersion)

/** What a frame of a segment can be. */
export const frameTypes = {
  head: 1,
  block: 2,
  events: 3,
  index: 4,
  end: 5,
  padding: 6,
  state: 7,
  backups: 8,
  parity: 9
} as const
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes]

/** The end is sealed under this number, because it is read before the number of frames is known. */
export const endNumber = 2 ** 32 - 1

/** Bytes of the trailer, which are the last of the file. */
export const trailerLength = 8 + 2 * 32

/** Bytes of a page of the index. */
export const indexPage = 64 * 1024

/** How many bytes of each key the index holds. */
export const keyBytes = 16

/** A key of the index: the beginning of a hash. */
export const objectKey = (hash: Uint8Array): Uint8Array => hash.subarray(0, keyBytes)

/** The key of an entity in index and state: the beginning of what names it in a tree. */
export const entityKey = (kind: Kind, id: string): Uint8Array =>
  entryKey(kind, id, sha256).subarray(0, keyBytes)

/** How many bytes of the hash of a page its end has. */
export const checkBytes = 8

const bad = (reason: string) => malformed("segment", reason)

/** How a sealed vault keeps the payload of a frame; absent in plain ones. */
export interface Cipher {
  /** Bytes that sealing adds to a payload. */
  readonly added: number
  /** The payload of a frame as it is kept. */
  readonly seal: (type: number, frame: number, clear: Uint8Array) => Uint8Array
  /** @throws MalformedData when it is not what was sealed there */
  readonly open: (type: number, frame: number, sealed: Uint8Array) => Uint8Array
  /** The same of a payload that was changed: what the key makes of it, and nothing proves. */
  readonly unproven: (frame: number, sealed: Uint8Array) => Uint8Array
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

/** @throws MalformedData for a type that is not known */
export const knownType = (type: number): FrameType => {
  for (const known of Object.values(frameTypes)) if (known === type) return known
  throw bad(`it has a frame of the unknown type ${type}`)
}

/** The last bytes of a segment. */
export interface Trailer {
  readonly endAt: number
  /** SHA-256 of the frames of the end and of the head after it: who reads by ranges knows by it that they are sound. */
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
