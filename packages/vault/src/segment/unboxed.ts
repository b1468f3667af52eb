import { BlobRetained, MalformedData } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { BlobInfo, Blobs, ByteRange, PlaceError, ReadError } from "../blobs/Blobs.js"
import { listBlobs, smallFile } from "../blobs/SmallFiles.js"
import { type BoxedSegment, readBox } from "./Box.js"
import { lineFolder, parseBoxName, parseSegmentName, type SegmentName } from "./SegmentName.js"

/** No request for neighbours in a box is larger. */
const largestRead = 4 * 1024 * 1024

/** What was read last of a box. */
interface Window {
  readonly box: string
  readonly from: number
  readonly bytes: Uint8Array
}

/** What is told of a box that may not be looked into: one segment with all that is in it. Its name has another head than a real one's bytes. */
const asOne = (box: SegmentName, { bytes, arrivedAt, isHere }: BlobInfo): BlobInfo => ({
  ...{ bytes, arrivedAt, isHere },
  name: box.name.replace(/\/x0-/, "/s0-").replace(/\.box$/, ".seg")
})

/** Where the positions of a listing begin, that goes on `after` a segment: what ends before it does not belong to it. */
const firstAfter = (after: string | undefined): number =>
  Number(/\/s0-(\d{12,15})-/.exec(after ?? "")?.[1] ?? 0)

/**
 * A place in which segments may lie in boxes, as if each were a file of its own: listed, asked for and read by ranges. A box costs one request
 * for its directory, once; segments that are read one after the other come many in a request. One that lies in a box
 * is `BlobRetained` when it is deleted. A box that is not whole has nothing in it (`check` names it); one that may not be looked into, as by a
 * device that only pushes, counts as one segment.
 */
export const unboxed = (blobs: Blobs): Blobs => {
  const opened = new Map<string, ReadonlyArray<BoxedSegment> | undefined>()
  const members = new Map<string, BoxedSegment>()
  /** Segments that were seen as files of their own: what a repair puts beside a box counts before what is in it. */
  const own = new Set<string>()
  /** Of a box one segment is read at a time: the next ones may come with it. */
  const turns = new Map<string, Effect.Semaphore>()
  let window: Window | undefined
  let reach = 0

  /** What is in a box; `undefined` where it may not be looked into. */
  const open = (
    box: SegmentName,
    size: number
  ): Effect.Effect<ReadonlyArray<BoxedSegment> | undefined, PlaceError> =>
    Effect.gen(function* () {
      if (opened.has(box.name)) return opened.get(box.name)
      const start = yield* blobs.get(box.name, { offset: 0, length: smallFile }).pipe(
        Effect.catchTags({
          PlaceRefused: () => Effect.succeed("refused" as const),
          BlobMissing: () => Effect.succeed("gone" as const),
          BlobNotHere: () => Effect.succeed("gone" as const)
        })
      )
      if (start === "gone") return []
      const found = start === "refused" ? undefined : segmentsOf(box, start, size)
      opened.set(box.name, found)
      for (const each of found ?? []) members.set(each.name, each)
      return found
    })

  const list: Blobs["list"] = (prefix, after) =>
    Effect.gen(function* () {
      const files = yield* listBlobs(blobs, prefix, after)
      const boxes = files.flatMap((info) => {
        const box = parseBoxName(info.name)
        return box === undefined ? [] : [{ box, info }]
      })
      if (boxes.length === 0) return { blobs: files, isLast: true }
      const known = new Map(files.map((info) => [info.name, info]))
      for (const { name } of files) if (parseSegmentName(name) !== undefined) own.add(name)
      const from = firstAfter(after)
      for (const { box, info } of boxes) {
        if (box.last < from && (after ?? "").startsWith(lineFolder(box.library, box.line))) continue
        const found = yield* open(box, info.bytes)
        const inside = found?.map(({ name, bytes, arrivedAt }) => ({ name, bytes, arrivedAt, isHere: true }))
        for (const each of inside ?? [asOne(box, info)])
          if (!known.has(each.name) && each.name.startsWith(prefix) && each.name > (after ?? ""))
            known.set(each.name, each)
      }
      const all = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      return { blobs: all, isLast: true }
    })

  /** Looks for a segment that is not a file of its own. */
  const find = (name: string): Effect.Effect<BoxedSegment | undefined, PlaceError> =>
    Effect.gen(function* () {
      const known = members.get(name)
      const asked = parseSegmentName(name)
      if (known !== undefined || asked === undefined) return known
      for (const info of yield* listBlobs(blobs, `${lineFolder(asked.library, asked.line)}x0-`)) {
        const box = parseBoxName(info.name)
        if (box === undefined || box.first > asked.first || box.last < asked.last) continue
        const found = (yield* open(box, info.bytes))?.find((each) => each.name === name)
        if (found !== undefined) return found
      }
      return undefined
    })

  const readNow = (
    { box, offset, bytes }: BoxedSegment,
    range: ByteRange | undefined
  ): Effect.Effect<Uint8Array, ReadError> =>
    Effect.suspend(() => {
      const start = Math.min(range?.offset ?? 0, bytes)
      const length = Math.min(range?.length ?? bytes, bytes - start)
      const from = offset + start
      const at = window?.box === box ? from - window.from : -1
      if (window !== undefined && at >= 0 && at + length <= window.bytes.length)
        return Effect.succeed(window.bytes.slice(at, at + length))
      // Who goes on beside what was read last will go on: each time twice as much comes.
      const isNext = window !== undefined && at >= 0 && at <= window.bytes.length
      const isBefore = window?.box === box && from + length === window.from
      reach = isNext || isBefore ? Math.min(Math.max(2 * reach, length), largestRead) : length
      const wanted = Math.max(length, reach)
      const first = isBefore ? Math.max(0, from + length - wanted) : from
      return Effect.map(
        blobs.get(box, { offset: first, length: isBefore ? from + length - first : wanted }),
        (got) => {
          window = { box, from: first, bytes: got }
          return got.slice(from - first, from - first + length)
        }
      )
    })

  const read = (segment: BoxedSegment, range: ByteRange | undefined) =>
    Effect.suspend(() => {
      const turn = turns.get(segment.box) ?? Effect.unsafeMakeSemaphore(1)
      turns.set(segment.box, turn)
      return turn.withPermits(1)(readNow(segment, range))
    })

  /** What is done with a segment in a box, where it is not a file of its own. */
  const orBoxed = <A>(
    name: string,
    file: Effect.Effect<A, ReadError>,
    boxed: (segment: BoxedSegment) => Effect.Effect<A, ReadError>
  ): Effect.Effect<A, ReadError> =>
    Effect.catchTag(file, "BlobMissing", (missing) =>
      Effect.flatMap(find(name), (found) => (found === undefined ? Effect.fail(missing) : boxed(found)))
    )

  return {
    place: blobs.place,
    put: blobs.put,
    now: blobs.now,
    list,
    get: (name, range) => {
      const file = Effect.suspend(() => blobs.get(name, range))
      const known = members.get(name)
      return known === undefined || own.has(name)
        ? orBoxed(name, file, (found) => read(found, range))
        : Effect.catchTag(read(known, range), "BlobMissing", () => file)
    },
    head: (name) =>
      orBoxed(name, blobs.head(name), ({ bytes, arrivedAt }) =>
        Effect.succeed({ name, bytes, arrivedAt, isHere: true })
      ),
    delete: (name) =>
      Effect.zipRight(
        blobs.delete(name),
        Effect.suspend(() =>
          members.has(name) ? Effect.fail(new BlobRetained({ place: blobs.place, name })) : Effect.void
        )
      )
  }
}

const segmentsOf = (box: SegmentName, start: Uint8Array, size: number): ReadonlyArray<BoxedSegment> => {
  try {
    return readBox(box, start, size)
  } catch (error) {
    if (!(error instanceof MalformedData)) throw error
    return []
  }
}
