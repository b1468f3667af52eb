import {
  concatBytes,
  equalBytes,
  extentsOfBody,
  isTooDense,
  malformed,
  openBlock,
  PlaceRefused,
  type WhiteRoomError
} from "@white-room/core"
import { brotli, type LibraryReader, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { largestBlob } from "./blobs/Blobs.js"
import { type BuiltSegment, buildSegment, type SegmentPlan } from "./buildSegment.js"
import { segmentName } from "./segment/SegmentName.js"
import { openSegment, type SegmentFrame } from "./segment/SegmentReader.js"
import type { Vault } from "./Vault.js"

/** A segment that is in the vault now. */
export interface SentSegment extends BuiltSegment {
  readonly name: string
}

/** Whether a frame can be opened. @throws MalformedData */
const check = (frame: SegmentFrame): void => {
  if (frame._tag === "Unreadable") throw frame.error
  if (frame._tag !== "Block") return
  if (isTooDense(frame.data)) throw malformed("block", "readers would refuse it")
  extentsOfBody(openBlock(frame.data, brotli))
}

/** A segment in memory, read again as a reader will, before it goes anywhere. */
const checked = (
  { protection }: Vault,
  parts: ReadonlyArray<Uint8Array>,
  { written }: BuiltSegment
): Uint8Array => {
  const bytes = concatBytes(parts)
  if (!equalBytes(sha256(bytes), written.sha256)) throw malformed("segment", "it changed while it was built")
  for (const frame of openSegment(bytes, protection.cipherOf).frames()) check(frame)
  return bytes
}

/** Whether what lies under a name has the size of what was to be put there. */
const isThere = ({ blobs }: Vault, name: string, bytes: number) =>
  blobs.head(name).pipe(
    Effect.map((found) => !found.isHere || found.bytes === bytes),
    Effect.catchTags({
      BlobMissing: () => Effect.succeed(true),
      BlobNotHere: () => Effect.succeed(true)
    })
  )

/** Whether what lies under a name is what was to be put there, to the byte. */
const isSame = ({ blobs }: Vault, name: string, hash: Uint8Array) =>
  blobs.get(name).pipe(
    Effect.map((bytes) => equalBytes(sha256(bytes), hash)),
    Effect.catchTag("BlobMissing", () => Effect.succeed(false))
  )

/** Of two files of the same events one in 4,096 has the name of the other. */
const mostTries = 5

/**
 * Builds the next segment of a library, reads it again, and puts it; `undefined` when there is nothing to send. One of the
 * same name has the same bytes: it came by a push whose answer was lost. Where it lost some of them since, another one of the same
 * events takes its place.
 */
export const sendSegment = (
  reader: LibraryReader,
  vault: Vault,
  plan: Omit<SegmentPlan, "head" | "cipher">,
  tries = mostTries
): Effect.Effect<SentSegment | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    const next = yield* reader.read(function* (snapshot) {
      const parts: Array<Uint8Array> = []
      const whole = { ...vault.protection.newSegment(), ...plan }
      const built = yield* buildSegment(snapshot, whole, (piece) => parts.push(piece))
      return built && { built, bytes: checked(vault, parts, built) }
    })
    if (next === undefined) return undefined
    const { built, bytes } = next
    if (bytes.length > largestBlob)
      return yield* new PlaceRefused({
        place: vault.blobs.place,
        reason: `the document of @${built.about.last} is larger than a vault takes`
      })
    const { sha256: hash } = built.written
    const name = segmentName(built.about, hash, vault.protection.naming)
    const isWhole = yield* vault.blobs
      .put(name, { bytes: bytes.length, sha256: hash, read: () => [bytes] })
      .pipe(
        Effect.as(true),
        Effect.catchTag("BlobExists", () =>
          plan.replacing === undefined ? isThere(vault, name, bytes.length) : isSame(vault, name, hash)
        )
      )
    if (isWhole || tries === 0) return { ...built, name }
    const replacing = plan.replacing ?? { last: built.about.last, level: 0, objects: new Map() }
    return yield* sendSegment(reader, vault, { ...plan, replacing }, tries - 1)
  })
