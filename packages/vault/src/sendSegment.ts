import {
  concatBytes,
  equalBytes,
  extentsOfBody,
  isTooDense,
  malformed,
  openBlock,
  type WhiteRoomError
} from "@white-room/core"
import { brotli, type LibraryReader, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
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

/**
 * Builds the next segment of a library, reads it again, and puts it; `undefined` when there is nothing to send. One of the
 * same name has the same bytes: it came by a push whose answer was lost.
 */
export const sendSegment = (
  reader: LibraryReader,
  vault: Vault,
  plan: Omit<SegmentPlan, "head" | "cipher">
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
    const { sha256: hash } = built.written
    const name = segmentName(built.about, hash, vault.protection.naming)
    yield* vault.blobs
      .put(name, { bytes: bytes.length, sha256: hash, read: () => [bytes] })
      .pipe(Effect.catchTag("BlobExists", () => Effect.void))
    return { ...built, name }
  })
