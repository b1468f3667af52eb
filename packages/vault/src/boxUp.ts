/**
 * Putting the small files of sealed lines together, by whoever keeps the vault and has no key: neighbours become one box, as they are, byte for
 * byte. They go when the box is old enough that no reader can miss them, each after it was compared with what is in the box once more:
 * what somebody put there who only may push, deletes nothing. Killed at any moment, everything is there.
 */
import { type BlobRetained, day, equalBytes, hour, type WhiteRoomError } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { BlobInfo, Blobs } from "./blobs/Blobs.js"
import { listBlobs } from "./blobs/SmallFiles.js"
import { areNeighbours, makeBox, mostBoxBytes, mostInBox, readBox, type ToBox } from "./segment/Box.js"
import { hashInName } from "./segment/hashInName.js"
import { lineFolder, parseBoxName, type SegmentName, shortHash } from "./segment/SegmentName.js"
import { type ListedSegment, segmentsIn } from "./Vault.js"

/** Fewer files are left as they are. */
const fewest = 16

/** A larger file is one that was merged, or that holds much: it stays a file. */
const largest = 1024 * 1024

/** So many boxes of a line are made at once: what they hold lies there twice until the next day. */
const mostAtOnce = 16

/** What was put together. */
export interface Boxed {
  /** Boxes that were made. */
  readonly made: number
  /** Files that lie in boxes, and are gone. */
  readonly deleted: number
}

interface ListedBox {
  readonly box: SegmentName
  readonly info: BlobInfo
}

const orMissing = <A>(read: Effect.Effect<A, WhiteRoomError>) =>
  Effect.catchTags(read, {
    BlobMissing: () => Effect.succeed(undefined),
    BlobNotHere: () => Effect.succeed(undefined)
  })

/** The bytes of a file that are those of its name. */
const wholeFile = (blobs: Blobs, name: string) =>
  Effect.map(orMissing(blobs.get(name)), (bytes) =>
    bytes !== undefined && shortHash(sha256(bytes)) === hashInName(name) ? bytes : undefined
  )

/** What is in a box, with its bytes; nothing where the box is not whole. */
const contentsOf = (blobs: Blobs, { box, info }: ListedBox) =>
  Effect.map(wholeFile(blobs, box.name), (bytes) => {
    const contents = new Map<string, Uint8Array>()
    if (bytes === undefined) return contents
    for (const each of readBox(box, bytes, info.bytes))
      contents.set(each.name, bytes.subarray(each.offset, each.offset + each.bytes))
    return contents
  }).pipe(Effect.catchTag("MalformedData", () => Effect.succeed(new Map<string, Uint8Array>())))

/** Small files of one line, in groups of neighbours. */
const groupsOf = (
  files: ReadonlyArray<ListedSegment>
): ReadonlyArray<readonly [ListedSegment, ...ReadonlyArray<ListedSegment>]> => {
  const groups: Array<[ListedSegment, ...Array<ListedSegment>]> = []
  let bytes = 0
  for (const each of files.toSorted((a, b) => a.first - b.first)) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const fits = group !== undefined && group.length < mostInBox && bytes + each.bytes <= mostBoxBytes
    if (last !== undefined && fits && areNeighbours([last, each])) {
      group?.push(each)
      bytes += each.bytes
    } else {
      groups.push([each])
      bytes = each.bytes
    }
  }
  return groups.filter((group) => group.length >= fewest).slice(0, mostAtOnce)
}

/** Makes a box of neighbours, reads it back; none when one of them is not whole: that one stays what a check names. */
const putBox = (
  blobs: Blobs,
  [first, ...others]: readonly [ListedSegment, ...ReadonlyArray<ListedSegment>]
): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const filled: Array<ToBox> = []
    for (const each of [first, ...others]) {
      const content = yield* wholeFile(blobs, each.name)
      if (content === undefined) return false
      filled.push({ ...each, content })
    }
    const [one, ...more] = filled
    if (one === undefined) return false
    const made = makeBox([one, ...more])
    yield* blobs
      .put(made.name, { bytes: made.bytes.length, sha256: made.sha256, read: () => [made.bytes] })
      .pipe(Effect.catchTag("BlobExists", () => Effect.void))
    return (yield* wholeFile(blobs, made.name)) !== undefined
  })

/** Puts together what came before the last hour, in each line of a vault; deletes what lies in a box that came a day ago. */
export const boxUp = (blobs: Blobs): Effect.Effect<Boxed, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* blobs.now
    const all = yield* listBlobs(blobs, "")
    const files = new Map(segmentsIn(all).map((each) => [each.name, each]))
    const inBoxes = new Set<string>()
    let deleted = 0
    for (const info of all) {
      const box = parseBoxName(info.name)
      if (box === undefined) continue
      const contents = yield* contentsOf(blobs, { box, info })
      for (const [name, content] of contents) {
        inBoxes.add(name)
        if (info.arrivedAt > now - day || !files.has(name)) continue
        const file = yield* orMissing(blobs.get(name))
        if (file === undefined || !equalBytes(file, content)) continue
        yield* Effect.matchEffect(blobs.delete(name), {
          onSuccess: () => Effect.sync(() => void deleted++),
          onFailure: (error) => (isRetained(error) ? Effect.void : Effect.fail(error))
        })
      }
    }
    const lines = new Map<string, Array<ListedSegment>>()
    for (const each of files.values()) {
      const isSmall = each.kind === "events" && each.level === 0 && each.bytes > 0 && each.bytes <= largest
      if (!isSmall || inBoxes.has(each.name) || each.arrivedAt > now - hour) continue
      const folder = lineFolder(each.library, each.line)
      lines.set(folder, [...(lines.get(folder) ?? []), each])
    }
    let made = 0
    for (const line of lines.values())
      for (const group of groupsOf(line)) if (yield* putBox(blobs, group)) made++
    return { made, deleted }
  })

const isRetained = (error: { readonly _tag: string }): error is BlobRetained => error._tag === "BlobRetained"
