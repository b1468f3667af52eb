/**
 * A box: neighbouring segments of one line as they are, in one file. Whoever keeps a sealed vault makes few files of many so, and needs
 * no key. See `docs/format.md`, "Box".
 *
 * ```
 * box       = "WRSEGBOX" 1, uint32 bytes of the directory, SHA-256 of the directory, directory, the segments one after the other
 * directory = JSON: [[name in the folder of the line, bytes, when it came in epoch milliseconds] …]
 * ```
 * A reader takes the directory in one request, and of a segment what it wants.
 */
import { concatBytes, equalBytes, malformed, utf8 } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { BlobInfo } from "../blobs/Blobs.js"
import { smallFile } from "../blobs/SmallFiles.js"
import { boxName, lineFolder, parseSegmentName, type SegmentName } from "./SegmentName.js"

/** A box has at most so many segments, so that its directory comes in one request. */
export const mostInBox = 256

/** The segments of a box have at most so many bytes: whoever makes one holds them in memory. */
export const mostBoxBytes = 16 * 1024 * 1024

const magic = Uint8Array.of(...utf8("WRSEGBOX"), 1)
const headBytes = magic.length + 4 + 32

const Size = Schema.Int.pipe(Schema.positive())

const Directory = Schema.parseJson(
  Schema.Array(Schema.Tuple(Schema.String.pipe(Schema.maxLength(200)), Size, Size)).pipe(
    Schema.minItems(1),
    Schema.maxItems(mostInBox)
  )
)

/** A segment in a box, and where it begins there. */
export interface BoxedSegment extends Pick<BlobInfo, "name" | "bytes" | "arrivedAt"> {
  readonly box: string
  readonly offset: number
}

const follows = (before: SegmentName, next: SegmentName): boolean =>
  next.first === before.last + 1 && next.prev === before.head

/** Whether segments are neighbours, and can lie in one box in this order. */
export const areNeighbours = (segments: ReadonlyArray<SegmentName>): boolean =>
  segments.every((each, index) => {
    const before = segments[index - 1]
    return before === undefined || follows(before, each)
  })

/**
 * The segments of a box, of its first bytes: all of its directory is in `smallFile` of them. @throws MalformedData unless they are neighbours that
 * the name of the box tells of, and fill it
 */
export const readBox = (box: SegmentName, start: Uint8Array, size: number): ReadonlyArray<BoxedSegment> => {
  const bad = (reason: string) => malformed("box", reason)
  if (!equalBytes(start.subarray(0, magic.length), magic)) throw bad("it does not begin with WRSEGBOX 1")
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const length = start.length < headBytes ? 0 : view.getUint32(magic.length)
  const directory = start.subarray(headBytes, headBytes + length)
  if (headBytes + length > smallFile || directory.length !== length) throw bad("its directory was cut off")
  if (!equalBytes(sha256(directory), start.subarray(magic.length + 4, headBytes)))
    throw bad("its directory is not what was written")
  const entries = Schema.decodeUnknownEither(Directory)(new TextDecoder().decode(directory))
  if (Either.isLeft(entries)) throw bad("its directory cannot be read")
  const folder = lineFolder(box.library, box.line)
  const names: Array<SegmentName> = []
  let offset = headBytes + length
  const members = entries.right.map(([file, bytes, arrivedAt]) => {
    const name = parseSegmentName(folder + file)
    if (name === undefined || name.kind !== "events") throw bad("something in it is not a segment")
    names.push(name)
    offset += bytes
    return { name: name.name, bytes, arrivedAt, box: box.name, offset: offset - bytes }
  })
  const last = names.at(-1)
  const isAsNamed =
    names[0]?.first === box.first &&
    names[0].prev === box.prev &&
    last?.last === box.last &&
    last.head === box.head
  if (offset !== size || !isAsNamed || !areNeighbours(names)) throw bad("it is not what its name says")
  return members
}

/** Segments that are to lie in one box. */
export interface ToBox extends SegmentName, Pick<BlobInfo, "arrivedAt"> {
  readonly content: Uint8Array
}

/** A box of these neighbours, the oldest first. */
export const makeBox = (
  segments: readonly [ToBox, ...ReadonlyArray<ToBox>]
): { readonly name: string; readonly bytes: Uint8Array; readonly sha256: Uint8Array } => {
  const [first] = segments
  const folder = lineFolder(first.library, first.line)
  const directory = utf8(
    JSON.stringify(
      segments.map(({ name, content, arrivedAt }) => [
        name.slice(folder.length),
        content.length,
        Math.max(1, Math.floor(arrivedAt))
      ])
    )
  )
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, directory.length)
  const bytes = concatBytes([
    ...[magic, length, sha256(directory), directory],
    ...segments.map(({ content }) => content)
  ])
  const hash = sha256(bytes)
  return { name: boxName(first, segments.at(-1) ?? first, hash), bytes, sha256: hash }
}
