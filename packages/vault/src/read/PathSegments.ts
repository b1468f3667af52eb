/** The segments of a path, each opened once, and what is found in them by place and by index. */
import { equalBytes, toHex, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { frameTypes, objectKey } from "../segment/Segment.js"
import type { ListedSegment } from "../segment/SegmentName.js"
import { documentKeyBytes, type EntityPlace, type FramePlace } from "../segment/StatePages.js"
import { findObject } from "./findObject.js"
import { openRanged, type RangedSegment, readPlaced, readWhere } from "./RangedSegment.js"
import { framesOf } from "./SegmentIndex.js"
import type { SegmentPlace } from "./SegmentPlace.js"
import { stateBytes } from "./StateRead.js"

/** A segment of a path, up to a position. */
export interface PathPart {
  readonly listed: ListedSegment
  readonly until: number
}

/** A segment of a path that has a state. */
export interface StateSegment {
  readonly index: number
  readonly segment: RangedSegment
}

export class PathSegments {
  private readonly opened = new Map<string, RangedSegment>()
  private readonly blocks = new Map<string, Uint8Array>()

  constructor(
    readonly place: SegmentPlace,
    /** The segments of the path, oldest first. */
    readonly parts: ReadonlyArray<PathPart>,
    /** Every segment that the listing showed, for places that a state says. */
    private readonly listed: ReadonlyArray<ListedSegment>
  ) {}

  damaged(detail: string): VaultDamaged {
    return new VaultDamaged({ place: this.place.blobs.place, detail })
  }

  open(listed: ListedSegment): Effect.Effect<RangedSegment, WhiteRoomError> {
    const known = this.opened.get(listed.name)
    return known !== undefined
      ? Effect.succeed(known)
      : Effect.tap(openRanged(this.place, listed), (segment) => this.opened.set(listed.name, segment))
  }

  /** The last position at which no command is in the middle: nobody sees half an import. */
  get head(): Effect.Effect<number, WhiteRoomError> {
    const last = this.parts.at(-1)
    return last === undefined
      ? Effect.succeed(0)
      : Effect.map(this.open(last.listed), ({ end }) => Math.min(last.until, end.about.whole))
  }

  /** The newest state at or before a position; segments say where that is. */
  stateAt(position: number): Effect.Effect<StateSegment | undefined, WhiteRoomError> {
    const { parts } = this
    return Effect.gen(this, function* () {
      let hint = Number.MAX_SAFE_INTEGER
      for (const [index, { listed, until }] of [...parts.entries()].toReversed()) {
        if (listed.level === 0 || listed.last > Math.min(position, until) || listed.first > hint) continue
        const segment = yield* this.open(listed)
        if (stateBytes(segment) > 0) return { index, segment }
        if (segment.end.lastState > 0) hint = segment.end.lastState
      }
      return undefined
    })
  }

  /** The parts after a state that have something up to a position. */
  after(state: StateSegment | undefined, position: number): ReadonlyArray<PathPart> {
    return this.parts
      .slice((state?.index ?? -1) + 1)
      .filter(({ listed, until }) => listed.first <= Math.min(position, until))
  }

  /** The frame at a place; `undefined` when that segment was merged or mended since. */
  frameAt(place: FramePlace, type: 2 | 3): Effect.Effect<Uint8Array | undefined, WhiteRoomError> {
    const { source } = place
    const body = source && toHex(source.body)
    const name = `${body} ${place.frame}`
    const known = this.blocks.get(name)
    if (known !== undefined) return Effect.succeed(known)
    const listed = this.listed.find((each) => each.body === body)
    if (source === undefined || listed === undefined || place.offset + place.length > listed.bytes)
      return Effect.succeed(undefined)
    return readPlaced(this.place, listed, source, place, type).pipe(
      Effect.tap((payload) => type === frameTypes.block && this.blocks.set(name, payload)),
      Effect.catchTags({
        VaultDamaged: () => Effect.succeed(undefined),
        BlobMissing: () => Effect.succeed(undefined)
      })
    )
  }

  private blockOf(segment: RangedSegment, frame: number): Effect.Effect<Uint8Array, WhiteRoomError> {
    const name = `${segment.listed.body} ${frame}`
    const known = this.blocks.get(name)
    return known !== undefined
      ? Effect.succeed(known)
      : Effect.map(
          readWhere(segment, (_, number) => number === frame),
          ([found]) => {
            const payload = found?.[1] ?? new Uint8Array(0)
            this.blocks.set(name, payload)
            return payload
          }
        )
  }

  /** A document by the indexes of some parts, the newest first. */
  search(
    hash: Uint8Array,
    parts: ReadonlyArray<PathPart>
  ): Effect.Effect<Uint8Array | undefined, WhiteRoomError> {
    return Effect.gen(this, function* () {
      for (const { listed } of parts.toReversed()) {
        const segment = yield* this.open(listed)
        for (const frame of yield* framesOf(segment, "objects", objectKey(hash))) {
          const found = findObject(yield* this.blockOf(segment, frame), hash)
          if (found !== undefined) return found
        }
      }
      return undefined
    })
  }

  /** A document: where the state says, else wherever it is. */
  document(
    hash: Uint8Array,
    position: number,
    hints: EntityPlace["documents"]
  ): Effect.Effect<Uint8Array, WhiteRoomError> {
    return Effect.gen(this, function* () {
      const hint = hints.find((each) => equalBytes(each.hash, hash.subarray(0, documentKeyBytes)))
      const block = hint && (yield* this.frameAt(hint.place, frameTypes.block))
      const found =
        (block && findObject(block, hash)) ?? (yield* this.search(hash, this.after(undefined, position)))
      return found ?? (yield* this.damaged(`the document ${toHex(hash)} is not there`))
    })
  }
}
