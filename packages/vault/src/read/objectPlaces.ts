import { extentsOfBody, toHex, type WhiteRoomError } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { placeBytes } from "../segment/PlaceTable.js"
import { frameTypes, keyBytes, objectKey } from "../segment/Segment.js"
import { openBody } from "../segment/SegmentReader.js"
import { type RangedSegment, readWhere } from "./RangedSegment.js"
import { onlyFrame } from "./SegmentIndex.js"
import { readable } from "./SegmentPlace.js"

/** The frame that each object of a segment is in, by the hex of its key: as its index says, or its only block. */
export const objectPlaces = (
  segment: RangedSegment
): Effect.Effect<ReadonlyMap<string, number>, WhiteRoomError> =>
  Effect.gen(function* () {
    const all = new Map<string, number>()
    const pages = yield* readWhere(segment, ({ type, of }) => type === frameTypes.index && of === "objects")
    for (const [, page] of pages)
      for (let at = 0; at + placeBytes <= page.length; at += placeBytes) {
        const bytes = Buffer.from(page.buffer, page.byteOffset + at, placeBytes)
        all.set(bytes.toString("hex", 0, keyBytes), bytes.readUInt32BE(keyBytes))
      }
    const only = pages.length === 0 ? onlyFrame(segment, "objects") : undefined
    if (only === undefined) return all
    const [found] = yield* readWhere(segment, (_, number) => number === only)
    return yield* readable(segment.place, segment.listed.name, () => {
      const body = openBody(found?.[1] ?? new Uint8Array())
      for (const { offset, length } of extentsOfBody(body))
        all.set(toHex(objectKey(sha256(body.subarray(offset, offset + length)))), only)
      return all
    })
  })
