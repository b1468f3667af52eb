import { ByteWriter } from "../codec/Bytes.js"
import { InvalidInput } from "../errors/WhiteRoomError.js"
import type { Sha256 } from "../object/Sha256.js"
import {
  type BundleEnd,
  type BundleManifest,
  bundleHead,
  encodeEnd,
  encodeManifest,
  frameTypes,
  manifestLimit
} from "./Bundle.js"

/** SHA-256 of bytes that come in pieces. */
export interface Hasher {
  /** Takes in the next bytes. */
  readonly update: (bytes: Uint8Array) => unknown
  /** The hash of all bytes so far; ends it. */
  readonly digest: () => Uint8Array
}

/** A sealed block and how many objects are in it. */
export interface BundleBlock {
  readonly data: Uint8Array
  readonly entries: { readonly length: number }
}

const frameHead = (type: number, length: number): Uint8Array =>
  new ByteWriter(10).byte(type).varint(length).finish()

/**
 * The bytes of a bundle in pieces, in order; holds one block at a time. Returns its end, which has its name.
 * @throws InvalidInput when there are more backups than one manifest takes
 */
export function* writeBundle(
  blocks: Iterable<BundleBlock>,
  manifest: BundleManifest,
  hasher: Hasher,
  sha256: Sha256
): Generator<Uint8Array, BundleEnd> {
  let offset = 0
  const told = (piece: Uint8Array): Uint8Array => {
    hasher.update(piece)
    offset += piece.length
    return piece
  }
  yield told(bundleHead)
  const counts = { blocks: 0, objects: 0 }
  for (const { data, entries } of blocks) {
    yield told(frameHead(frameTypes.block, data.length))
    yield told(data)
    counts.blocks++
    counts.objects += entries.length
  }
  const payload = encodeManifest(manifest)
  if (payload.length > manifestLimit)
    throw new InvalidInput({ field: "backups", reason: "they are too many for one bundle" })
  const manifestAt = offset
  yield told(frameHead(frameTypes.manifest, payload.length))
  yield told(payload)
  const end = { manifestAt, ...counts, manifestHash: sha256(payload) }
  yield told(encodeEnd(end))
  const hash = hasher.digest()
  yield hash
  return { ...end, hash }
}
