import { createHash } from "node:crypto"
import {
  ByteWriter,
  compareBytes,
  concatBytes,
  entryKey,
  isEntity,
  isTooDense,
  type Kind,
  type NewObject,
  sealBlock
} from "@white-room/core"
import {
  denseBrotli,
  type EventRun,
  type PackedBlock,
  packDense,
  packRaw,
  sha256
} from "@white-room/store/transfer"
import { encodeRun } from "./Events.js"
import { paddingFor } from "./Padme.js"
import {
  type Cipher,
  encodeEnd,
  encodeHead,
  encodeTrailer,
  endNumber,
  type FrameEntry,
  type FrameType,
  frameHead,
  frameTypes,
  indexPage,
  keyBytes,
  type SegmentEnd,
  type SegmentHead,
  trailerLength
} from "./Segment.js"

/** A key of the index: the beginning of a hash, or of what names an entity. */
const objectKey = (hash: Uint8Array): Uint8Array => hash.subarray(0, keyBytes)

/** The key of an entity in the index. */
const indexKeyOf = (kind: Kind, id: string): Uint8Array => entryKey(kind, id, sha256).subarray(0, keyBytes)

/** Readers refuse what grows out of all proportion when it is opened. */
const packBody = (body: Uint8Array): Uint8Array => {
  const block = sealBlock(body, denseBrotli.compress(body))
  return isTooDense(block) ? sealBlock(body, body) : block
}

/** The same for a block of objects. */
export const packForVault = (objects: ReadonlyArray<NewObject>): PackedBlock => {
  const block = packDense(objects)
  return isTooDense(block.data) ? packRaw(objects) : block
}

interface Place {
  readonly key: Uint8Array
  readonly frame: number
}

const placeBytes = keyBytes + 4

const pageOf = (places: ReadonlyArray<Place>): Uint8Array => {
  const writer = new ByteWriter(places.length * placeBytes)
  for (const { key, frame } of places)
    writer
      .bytes(key)
      .bytes(Uint8Array.of(frame >>> 24, (frame >>> 16) & 255, (frame >>> 8) & 255, frame & 255))
  return writer.take()
}

/** What a written segment comes to. */
export interface Written {
  readonly bytes: number
  /** SHA-256 of the whole file. */
  readonly sha256: Uint8Array
}

/** Writes a segment piece by piece; holds one frame and the index. */
export class SegmentWriter {
  private readonly before = createHash("sha256")
  private readonly frames: Array<FrameEntry> = []
  private readonly objects: Array<Place> = []
  private readonly entities: Array<Place> = []
  private offset = 0

  constructor(
    private readonly sink: (piece: Uint8Array) => void,
    head: SegmentHead,
    private readonly cipher?: Cipher
  ) {
    this.write(encodeHead(head))
  }

  /** Bytes written so far. */
  get size(): number {
    return this.offset
  }

  private write(piece: Uint8Array): void {
    this.before.update(piece)
    this.offset += piece.length
    this.sink(piece)
  }

  private writeFrame(type: FrameType, payload: Uint8Array): number {
    const head = frameHead(type, payload.length)
    this.write(head)
    this.write(payload)
    return head.length + payload.length
  }

  private sealed(type: FrameType, number: number, clear: Uint8Array): Uint8Array {
    return this.cipher?.seal(type, number, clear) ?? clear
  }

  private frame(
    type: FrameType,
    clear: Uint8Array,
    from?: FrameEntry["from"],
    of?: FrameEntry["of"]
  ): number {
    const number = this.frames.length
    const length = this.writeFrame(type, this.sealed(type, number, clear))
    this.frames.push({ type, length, from, of })
    return number
  }

  /** Adds a block with its objects. */
  block({ data, entries }: Pick<PackedBlock, "data" | "entries">): void {
    const frame = this.frame(frameTypes.block, data)
    for (const { hash } of entries) this.objects.push({ key: objectKey(hash), frame })
  }

  /** Adds a run of events, which follow those before. */
  events(run: EventRun): void {
    const body = encodeRun(run)
    const frame = this.frame(frameTypes.events, packBody(body), run.first)
    const seen = new Set<string>()
    for (const { subject, id } of run.events) {
      if (!isEntity(subject) || seen.has(subject + id)) continue
      seen.add(subject + id)
      this.entities.push({ key: indexKeyOf(subject, id), frame })
    }
  }

  private index(of: "objects" | "entities", places: Array<Place>): void {
    places.sort((a, b) => compareBytes(a.key, b.key) || a.frame - b.frame)
    const perPage = Math.floor(indexPage / placeBytes)
    for (let from = 0; from < places.length; from += perPage) {
      const page = places.slice(from, from + perPage)
      this.frame(frameTypes.index, pageOf(page), page[0]?.key, of)
    }
  }

  private pad(size: number, more: number): void {
    const zeros = new Uint8Array(paddingFor(size, this.cipher?.added ?? 0) + more)
    this.writeFrame(frameTypes.padding, this.sealed(frameTypes.padding, this.frames.length, zeros))
  }

  /**
   * Writes index, padding, end and trailer. Merged segments are not padded: they have sizes of their own making, which tell
   * nothing of a day's work. `zeros`: so many bytes more of padding, for a file of the same content and another name.
   */
  finish(end: Omit<SegmentEnd, "frames">, zeros?: number): Written {
    this.index("objects", this.objects)
    this.index("entities", this.entities)
    const body = encodeEnd({ ...end, frames: this.frames })
    const payload = this.sealed(frameTypes.end, endNumber, packBody(body))
    const endLength = frameHead(frameTypes.end, payload.length).length + payload.length
    if (zeros !== undefined || (this.cipher !== undefined && end.about.level === 0))
      this.pad(this.offset + endLength + trailerLength, zeros ?? 0)
    const endAt = this.offset
    this.writeFrame(frameTypes.end, payload)
    const frame = concatBytes([frameHead(frameTypes.end, payload.length), payload])
    this.write(encodeTrailer({ endAt, end: sha256(frame) }))
    const whole = this.before.copy()
    const last = this.before.digest()
    this.sink(last)
    return { bytes: this.offset + last.length, sha256: whole.update(last).digest() }
  }
}
