/** Where a segment's index says that something is. */
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { placeBytes } from "../segment/PlaceTable.js"
import { frameTypes, keyBytes } from "../segment/Segment.js"
import { type RangedSegment, readWhere } from "./RangedSegment.js"

/** An index of no more bytes is read at once. */
const longestIndex = 128 * 1024

/** The frame of objects, or of entities, where a segment has just one: of it a small one has no index. */
export const onlyFrame = (
  { end: { frames } }: RangedSegment,
  of: "objects" | "entities"
): number | undefined => {
  const type = of === "objects" ? frameTypes.block : frameTypes.events
  const first = frames.findIndex((each) => each.type === type)
  return first === -1 || frames.findLastIndex((each) => each.type === type) !== first ? undefined : first
}

/** The numbers of the frames in which a key may be: those that an index names, or the only one where there is none. */
export const framesOf = (
  segment: RangedSegment,
  of: "objects" | "entities",
  key: Uint8Array
): Effect.Effect<ReadonlyArray<number>, WhiteRoomError> => {
  const pages = segment.end.frames.flatMap(({ type, from, of: about }, number) =>
    type === frameTypes.index && about === of && from instanceof Uint8Array ? [{ from, number }] : []
  )
  const wanted = pages
    .filter(({ from }, index) => {
      const next = pages[index + 1]
      return Buffer.compare(from, key) <= 0 && (next === undefined || Buffer.compare(next.from, key) >= 0)
    })
    .map(({ number }) => number)
  const only = pages.length === 0 ? onlyFrame(segment, of) : undefined
  if (only !== undefined) return Effect.succeed([only])
  return Effect.gen(function* () {
    const missing = wanted.filter((number) => !segment.pages.has(number))
    // Who asks for entities asks for objects next: an index that is not long comes in one request.
    const all = segment.end.frames.flatMap(({ type }, number) => (type === frameTypes.index ? [number] : []))
    const bytes = all.reduce((sum, number) => sum + (segment.end.frames[number]?.length ?? 0), 0)
    const asked = missing.length > 0 && bytes <= longestIndex ? all : missing
    for (const [number, page] of yield* readWhere(segment, (_, number) => asked.includes(number)))
      segment.pages.set(number, page)
    return wanted.flatMap((number) => placesIn(segment.pages.get(number) ?? new Uint8Array(0), key))
  })
}

const placesIn = (page: Uint8Array, key: Uint8Array): ReadonlyArray<number> => {
  const frames: Array<number> = []
  for (let at = 0; at + placeBytes <= page.length; at += placeBytes)
    if (Buffer.compare(page.subarray(at, at + keyBytes), key) === 0)
      frames.push(Buffer.from(page.buffer, page.byteOffset + at + keyBytes, 4).readUInt32BE())
  return frames
}
