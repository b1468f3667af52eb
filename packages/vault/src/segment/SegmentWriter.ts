import { createHash } from "node:crypto"
import { concatBytes, isEntity, isTooDense, openBlock, sealBlock } from "@white-room/core"
import {
  type BackupsChange,
  brotli,
  type EventRun,
  type PackedBlock,
  sha256
} from "@white-room/store/transfer"
import { backupPages } from "./BackupPages.js"
import { encodeRun } from "./Events.js"
import { paddingFor } from "./Padme.js"
import { Parity, parityWidth } from "./Parity.js"
import { PlaceTable } from "./PlaceTable.js"
import { packBody } from "./packBody.js"
import {
  type Cipher,
  checkBytes,
  encodeHead,
  encodeTrailer,
  endNumber,
  entityKey,
  type FrameType,
  frameHead,
  frameTypes,
  objectKey,
  type SegmentHead,
  segmentMagic,
  trailerLength
} from "./Segment.js"
import { encodeEnd, type FrameEntry, type SegmentEnd } from "./SegmentEnd.js"
import type { FramePlace, StatePages } from "./StatePages.js"

/** Readers refuse what grows out of all proportion when it is opened: such a block is not compressed. */
const honest = (block: Uint8Array): Uint8Array => {
  if (!isTooDense(block)) return block
  const body = openBlock(block, brotli)
  return sealBlock(body, body)
}

/** Blocks and events of no more bytes are in a file that readers take as a whole. */
const mostWithoutIndex = 32 * 1024

/** Later than any command of a run. */
const endOfTime = Number.MAX_SAFE_INTEGER

/** What the end says beside what the writer knows. */
export interface ToFinish extends Pick<SegmentEnd, "about" | "absent" | "tables" | "lastBackup"> {
  readonly arrived?: SegmentEnd["arrived"] | undefined
  readonly lastState?: number | undefined
  /** What its events change of the backups; `undefined`: they are about none. */
  readonly backups?: BackupsChange | undefined
  /** The state at the last position, to be written with it. */
  readonly state?: StatePages | undefined
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
  private readonly parity = new Parity()
  private readonly frames: Array<FrameEntry> = []
  private readonly offsets: Array<number> = []
  private readonly objects = new PlaceTable()
  private readonly entities = new PlaceTable()
  private offset = 0
  private readonly headFrame: Uint8Array

  constructor(
    private readonly sink: (piece: Uint8Array) => void,
    head: SegmentHead,
    private readonly cipher?: Cipher
  ) {
    const bytes = encodeHead(head)
    this.headFrame = bytes.subarray(segmentMagic.length)
    this.write(bytes)
  }

  /** Bytes written so far. */
  get size(): number {
    return this.offset
  }

  private write(piece: Uint8Array): void {
    this.before.update(piece)
    this.parity.add(piece)
    this.offset += piece.length
    this.sink(piece)
  }

  private writeFrame(type: FrameType, payload: Uint8Array): Uint8Array {
    const head = frameHead(type, payload.length)
    this.write(head)
    this.write(payload)
    return head
  }

  private sealed(type: FrameType, number: number, clear: Uint8Array): Uint8Array {
    return this.cipher?.seal(type, number, clear) ?? clear
  }

  private frame(type: FrameType, clear: Uint8Array, about: Omit<FrameEntry, "type" | "length"> = {}): number {
    const number = this.frames.length
    this.offsets.push(this.offset)
    const payload = this.sealed(type, number, clear)
    const head = this.writeFrame(type, payload)
    this.frames.push({ type, length: head.length + payload.length, ...about })
    return number
  }

  /** A frame that nothing else proves: its end has the beginning of its hash. */
  private page(type: FrameType, clear: Uint8Array, about: Omit<FrameEntry, "type" | "length"> = {}): void {
    const payload = this.sealed(type, this.frames.length, clear)
    const check = sha256(concatBytes([frameHead(type, payload.length), payload])).subarray(0, checkBytes)
    this.frame(type, clear, { ...about, check })
  }

  /** Where a frame of this segment lies. */
  placeOf(frame: number): FramePlace {
    return {
      source: undefined,
      frame,
      offset: this.offsets[frame] ?? 0,
      length: this.frames[frame]?.length ?? 0
    }
  }

  /** Adds a block with its objects. The number of its frame. */
  block({ data, entries }: Pick<PackedBlock, "data" | "entries">): number {
    const frame = this.frame(frameTypes.block, honest(data))
    for (const { hash } of entries) this.objects.add(objectKey(hash), frame)
    return frame
  }

  /** Adds a run of events, which follow those before. The number of its frame. */
  events(run: EventRun): number {
    const body = encodeRun(run)
    const earliest = run.commands.reduce((least, { recordedAt }) => Math.min(least, recordedAt), endOfTime)
    const frame = this.frame(frameTypes.events, packBody(body), { from: run.first, earliest })
    const seen = new Set<string>()
    for (const { subject, id } of run.events) {
      if (!isEntity(subject) || seen.has(subject + id)) continue
      seen.add(subject + id)
      this.entities.add(entityKey(subject, id), frame)
    }
    return frame
  }

  /** Of what lies in one frame of a file that is read as a whole, an index tells nothing. */
  private index(of: "objects" | "entities", places: PlaceTable, isSmall: boolean): void {
    const type = of === "objects" ? frameTypes.block : frameTypes.events
    if (isSmall && this.frames.filter((each) => each.type === type).length === 1) return
    for (const { from, page } of places.pages()) this.page(frameTypes.index, page, { from, of })
  }

  private pad(size: number, more: number): void {
    const zeros = new Uint8Array(paddingFor(size, this.cipher?.added ?? 0) + more)
    this.writeFrame(frameTypes.padding, this.sealed(frameTypes.padding, this.frames.length, zeros))
  }

  /**
   * Writes index, state, backups, padding, parity, end, head once more, and trailer. Merged segments are not padded: they have sizes of their
   * own making, which tell nothing of a day's work. `zeros`: so many bytes more of padding, for a file of the same content
   * and another name.
   */
  finish({ state, backups, arrived = [], lastState = 0, ...end }: ToFinish, zeros?: number): Written {
    const isSmall = this.offset <= mostWithoutIndex
    this.index("objects", this.objects, isSmall)
    this.index("entities", this.entities, isSmall)
    for (const { from, block } of state?.entities ?? []) this.page(frameTypes.state, block, { from })
    for (const block of backups === undefined ? [] : backupPages(backups))
      this.page(frameTypes.backups, block)
    const body = encodeEnd({
      ...end,
      arrived,
      backupsSince: backups?.since,
      lastState,
      sources: state?.sources ?? [],
      frames: this.frames
    })
    const payload = this.sealed(frameTypes.end, endNumber, packBody(body))
    const endLength = frameHead(frameTypes.end, payload.length).length + payload.length
    const width = parityWidth(this.offset + (zeros ?? 0))
    const parityLength = width === 0 ? 0 : frameHead(frameTypes.parity, 2 * width).length + 2 * width
    const after = parityLength + endLength + this.headFrame.length + trailerLength
    if (zeros !== undefined || (this.cipher !== undefined && end.about.level === 0))
      this.pad(this.offset + after, zeros ?? 0)
    if (width > 0) this.writeFrame(frameTypes.parity, this.parity.sums(width))
    const endAt = this.offset
    const frame = concatBytes([this.writeFrame(frameTypes.end, payload), payload, this.headFrame])
    this.write(this.headFrame)
    this.write(encodeTrailer({ endAt, end: sha256(frame) }))
    const whole = this.before.copy()
    const last = this.before.digest()
    this.sink(last)
    return { bytes: this.offset + last.length, sha256: whole.update(last).digest() }
  }
}
