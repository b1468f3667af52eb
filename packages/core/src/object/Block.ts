/**
 * A block: many objects compressed together, the unit of storage and transfer. See `docs/format.md`, "Block".
 *
 * ```
 * block = "WRB" 1, codec (0 raw, 1 brotli), varint length of body, body (as the codec stores it)
 * body  = varint count, count × varint length, the objects one after another
 * ```
 * A block describes itself: the index from object to block can be rebuilt from the blocks alone.
 */
import { ByteReader, ByteWriter } from "../codec/Bytes.js"
import { malformed } from "../errors/malformed.js"

/** Compression, passed in so that core needs no platform. Brotli, any quality. */
export interface Compression {
  /** Compresses; `decompress` takes it back. */
  readonly compress: (bytes: Uint8Array) => Uint8Array
  /**
   * Must refuse to produce more than `limit` bytes. May throw anything on bad input. `cut`: the input is only the
   * beginning of what was compressed, and so is the output; one that cannot do that throws.
   */
  readonly decompress: (bytes: Uint8Array, limit: number, cut?: boolean) => Uint8Array
}

/** Blocks are filled to about this many raw bytes; a larger object makes a larger block. */
export const blockTarget = 256 * 1024

/** No object, and so no block, may be larger: 1 GiB is past what SQLite stores in one value. */
export const blockLimit = 1024 ** 3 - 1

/** No block lists more objects: as many of one byte each would fill it. */
const mostObjects = blockTarget / 2

const magic = Uint8Array.of(0x57, 0x52, 0x42, 1)
const codecs = { raw: 0, brotli: 1 } as const

/** Where an object lies in the body of its block. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

/** The body of a block and where each object lies in it. */
export const blockBody = (
  objects: ReadonlyArray<Uint8Array>
): { readonly body: Uint8Array; readonly extents: ReadonlyArray<Extent> } => {
  const total = objects.reduce((sum, object) => sum + object.length, 0)
  const writer = new ByteWriter(total + 5 * objects.length + 8).varint(objects.length)
  for (const object of objects) writer.varint(object.length)
  let offset = writer.size
  const extents: Array<Extent> = []
  for (const object of objects) {
    extents.push({ offset, length: object.length })
    writer.bytes(object)
    offset += object.length
  }
  return { body: writer.take(), extents }
}

/** A block of a body and its compressed form; the smaller one is stored. */
export const sealBlock = (body: Uint8Array, compressed: Uint8Array): Uint8Array => {
  const small = compressed.length < body.length
  const stored = small ? compressed : body
  return new ByteWriter(stored.length + 16)
    .bytes(magic)
    .byte(small ? codecs.brotli : codecs.raw)
    .varint(body.length)
    .bytes(stored)
    .take()
}

const readBlock = (block: Uint8Array) => {
  const reader = new ByteReader(block, "block")
  reader.expect(magic, "WRB 1")
  const codec = reader.byte()
  const length = reader.varint()
  if (length > blockLimit) throw malformed("block", "it claims to be larger than any block")
  return { codec, length, stored: reader.bytes(reader.remaining) }
}

/** The body of a block. @throws MalformedData, and never produces more bytes than the header says. */
export const openBlock = (block: Uint8Array, compression: Compression): Uint8Array => {
  const { codec, length, stored } = readBlock(block)
  const body =
    codec === codecs.raw ? stored : codec === codecs.brotli ? inflate(stored, length, compression) : undefined
  if (body === undefined) throw malformed("block", `unknown codec ${codec}`)
  if (body.length !== length) throw malformed("block", `it holds ${body.length} bytes in place of ${length}`)
  return body
}

/** Bodies compress evenly, but for their beginning. */
const shareOfStored = (stored: number, share: number): number => Math.ceil(stored * share) + 1536

/** What there is to decompress of a block, for those who have it done elsewhere. */
export interface CompressedBody {
  readonly stored: Uint8Array
  /** Bytes of the whole body. */
  readonly length: number
  /** Only the beginning is there: see `Compression`. */
  readonly cut: boolean
}

/** What takes a body as far as its first `wanted` bytes; `undefined` where nothing is compressed. @throws MalformedData */
export const compressedBody = (block: Uint8Array, wanted: number): CompressedBody | undefined => {
  const { codec, length, stored } = readBlock(block)
  if (codec !== codecs.brotli) return undefined
  const needed = shareOfStored(stored.length, wanted / length)
  const cut = wanted < length && needed < stored.length
  return { stored: cut ? stored.subarray(0, needed) : stored, length, cut }
}

/**
 * A body as far as its first `wanted` bytes at least, or all of it: opens no more of the block than that takes. Only
 * hashing what is read of it tells whether it is sound. @throws MalformedData
 */
export const openBlockTo = (block: Uint8Array, wanted: number, compression: Compression): Uint8Array => {
  const body = compressedBody(block, wanted)
  if (body?.cut !== true) return openBlock(block, compression)
  const start = inflate(body.stored, body.length, compression, true)
  return start.length >= wanted ? start : openBlock(block, compression)
}

const inflate = (stored: Uint8Array, length: number, compression: Compression, cut = false): Uint8Array => {
  try {
    return compression.decompress(stored, length, cut)
  } catch (error) {
    throw malformed(
      "block",
      `it does not decompress (${error instanceof Error ? error.message : String(error)})`
    )
  }
}

/**
 * The longest beginning of the body of a damaged block that its compressed form gives. From where the damage is, it may
 * be anything. @throws MalformedData when not even its head can be read
 */
export const bodyOfDamaged = (block: Uint8Array, compression: Compression): Uint8Array => {
  const { codec, length, stored } = readBlock(block)
  if (codec === codecs.raw) return stored
  // A larger one has one large object, of which the beginning is nothing.
  if (length > 2 * blockTarget) throw malformed("block", "it is too large to have more than one object")
  const opened = (bytes: number): Uint8Array | undefined => {
    try {
      return compression.decompress(stored.subarray(0, bytes), length, true)
    } catch {
      return undefined
    }
  }
  let best: Uint8Array = new Uint8Array()
  let [from, to] = [0, stored.length]
  while (from < to) {
    const middle = Math.ceil((from + to) / 2)
    const found = opened(middle)
    if (found === undefined) to = middle - 1
    else [from, best] = [middle, found]
  }
  return best
}

/**
 * The objects of a damaged block that lie before the damage. Only hashing them tells which are sound.
 * @throws MalformedData when not even its beginning can be read
 */
export const objectsBeforeDamage = (
  block: Uint8Array,
  compression: Compression
): ReadonlyArray<Uint8Array> => {
  const body = bodyOfDamaged(block, compression)
  return layoutOf(body)
    .extents.filter(({ offset, length }) => offset + length <= body.length)
    .map(({ offset, length }) => body.subarray(offset, offset + length))
}

/** Where the objects of a body lie that may have been cut off, and where the last one ends. */
const layoutOf = (body: Uint8Array) => {
  const reader = new ByteReader(body, "block")
  const count = reader.varint()
  if (count > reader.remaining) throw malformed("block", "it lists more objects than it has bytes")
  if (count > mostObjects) throw malformed("block", "it lists more objects than any block")
  const lengths = Array.from({ length: count }, () => reader.varint())
  let offset = body.length - reader.remaining
  const extents = lengths.map((length): Extent => {
    const extent = { offset, length }
    offset += length
    return extent
  })
  return { extents, end: offset }
}

/** Where the objects of a body lie. @throws MalformedData */
export const extentsOfBody = (body: Uint8Array): ReadonlyArray<Extent> => {
  const { extents, end } = layoutOf(body)
  if (end !== body.length) throw malformed("block", "its objects do not fill it")
  return extents
}
