import { malformed, toHex } from "@white-room/core"
import { sha256 } from "@white-room/store/transfer"
import { describe, expect, it } from "vitest"
import { segmentCiphers } from "../../src/seal/SegmentSeal.js"
import { padme } from "../../src/segment/Padme.js"
import { parityOf } from "../../src/segment/Parity.js"
import {
  decodeTrailer,
  encodeTrailer,
  frameTypes,
  readFrameAt,
  type SegmentAbout,
  segmentMagic,
  trailerLength
} from "../../src/segment/Segment.js"
import { openSegment } from "../../src/segment/SegmentReader.js"
import { about, bytesFrom, master, sealedSegment, vaultId } from "../support/sealed.js"
import { rounds } from "../support/soak.js"

const cipherOf = segmentCiphers([master], vaultId)

/** Reads all of a segment. @throws MalformedData */
const readAll = (bytes: Uint8Array, of = cipherOf) => {
  const segment = openSegment(bytes, of)
  for (const frame of segment.frames()) if (frame._tag === "Unreadable") throw frame.error
  return segment
}

/** With a parity that fits, where frames can still be told apart. */
const withOwnParity = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  try {
    for (let at = segmentMagic.length; ; ) {
      const { type, length, payload } = readFrameAt(copy.subarray(at))
      if (type === frameTypes.parity) {
        payload.set(parityOf(copy.subarray(0, at), payload.length >> 1))
        return copy
      }
      at += length
    }
  } catch {
    return bytes
  }
}

/** With a trailer that fits, as somebody would write it who changed the bytes on purpose. */
const withTrailer = (bytes: Uint8Array): Uint8Array => {
  const trailerAt = bytes.length - trailerLength
  const { endAt } = decodeTrailer(bytes.subarray(trailerAt), bytes.length)
  const end = sha256(bytes.subarray(endAt, trailerAt))
  const before = Buffer.concat([bytes.subarray(0, trailerAt), encodeTrailer({ endAt, end })])
  return Buffer.concat([before, sha256(before)])
}

const named = ({ prev, head, ...about }: SegmentAbout) => ({ ...about, prev: toHex(prev), head: toHex(head) })

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** Where the frames after the head begin and end. */
const framesOf = (bytes: Uint8Array) => {
  const found: Array<{ type: number; bytes: Uint8Array }> = []
  for (let at = segmentMagic.length; at < bytes.length - trailerLength; ) {
    const { type, length } = readFrameAt(bytes.subarray(at))
    found.push({ type, bytes: bytes.subarray(at, at + length) })
    at += length
  }
  return found
}

const whole = sealedSegment()

describe("a sealed segment", () => {
  it("gives back what was written into it", () => {
    const { end, frames } = readAll(whole)
    expect(named(end.about)).toEqual(named(about))
    expect([...frames()].map(({ _tag }) => _tag)).toEqual(["Block", "Block", "Events"])
  })

  it("has every flipped bit found, also by those who do not trust its hash", () => {
    const body = (whole.length - trailerLength) * 8
    const unnoticed: Array<number> = []
    const step = rounds(7, 1)
    for (let bit = 0; bit < whole.length * 8; bit += step) {
      const changed = flipped(whole, bit)
      const onPurpose = bit < body ? [withTrailer(changed), withTrailer(withOwnParity(changed))] : []
      for (const bytes of [changed, ...onPurpose])
        try {
          // Parity that fits again is what was there.
          if (Buffer.compare(bytes, whole) === 0) continue
          readAll(bytes)
          unnoticed.push(bit)
        } catch (error) {
          expect(error).toHaveProperty("_tag", "MalformedData")
        }
    }
    expect(unnoticed).toEqual([])
  })

  it("is refused at every length but its own", () => {
    for (let length = 0; length < whole.length; length++)
      expect(() => readAll(whole.subarray(0, length))).toThrow()
    expect(() => readAll(Buffer.concat([whole, Uint8Array.of(0)]))).toThrow()
  })

  it("is refused when frames of it were swapped, repeated or left out", () => {
    const [head, first, second, ...others] = framesOf(whole).map(({ bytes }) => bytes)
    const trailer = whole.subarray(whole.length - trailerLength)
    const start = whole.subarray(0, segmentMagic.length)
    const of = (frames: ReadonlyArray<Uint8Array | undefined>) =>
      withTrailer(withOwnParity(Buffer.concat([start, ...frames.flatMap((frame) => frame ?? []), trailer])))
    expect(readAll(of([head, first, second, ...others]))).toBeDefined()
    expect(() => readAll(of([head, second, first, ...others]))).toThrow(
      "frame 0 is not what was sealed there"
    )
    expect(() => readAll(of([head, first, first, ...others]))).toThrow("frame 1 is not what was sealed there")
    expect(() => readAll(of([head, second, ...others]))).toThrow()
  })

  it("security 22: is refused with frames of another segment, though the same key sealed both", () => {
    const other = framesOf(sealedSegment({ last: 3 })).map(({ bytes }) => bytes)
    const own = framesOf(whole).map(({ bytes }) => bytes)
    expect(own[0]).toEqual(other[0])
    const head = whole.subarray(0, segmentMagic.length)
    const mixed = [
      head,
      ...own.slice(0, -2),
      ...other.slice(-2),
      whole.subarray(whole.length - trailerLength)
    ]
    // Fixed keys only: in use no two segments have a salt in common, and so none have a key in common.
    expect(readAll(withTrailer(Buffer.concat(mixed))).end.about.last).toBe(3)
    const salted = { generation: 1, key: bytesFrom(0) }
    expect(() => readAll(whole, segmentCiphers([salted], "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad009"))).toThrow(
      "it is of another vault"
    )
  })

  it("compares the commitment before it opens anything", () => {
    const others = [{ generation: 1, key: bytesFrom(1) }]
    expect(() => readAll(whole, segmentCiphers(others, vaultId))).toThrow("not in the key ring")
    // A segment whose frames were destroyed says the same: nothing of them was looked at.
    const destroyed = whole.map((byte, at) =>
      at > 150 && at < whole.length - trailerLength ? byte ^ 255 : byte
    )
    expect(() => openSegment(withTrailer(destroyed), segmentCiphers(others, vaultId))).toThrow(
      "not in the key ring"
    )
  })

  it("is opened by the one of several keys of a generation that sealed it", () => {
    const forked = [{ generation: 1, key: bytesFrom(9) }, master]
    expect(readAll(whole, segmentCiphers(forked, vaultId)).end.about.first).toBe(1)
    expect(() => readAll(whole, segmentCiphers([{ ...master, generation: 2 }], vaultId))).toThrow("key ring")
  })

  it("security 20: is not taken for a plain one, nor a plain one for it", () => {
    expect(() => openSegment(whole, () => undefined)).toThrow()
    expect(() => cipherOf({ vault: vaultId, sealed: undefined })).toThrow(
      "it is not sealed, and this vault is"
    )
  })

  it("has a size of Padmé when it was pushed, and its own when it was merged", () => {
    expect(padme(whole.length)).toBe(whole.length)
    expect(framesOf(whole).map(({ type }) => type)).toContain(frameTypes.padding)
    expect(framesOf(sealedSegment({ level: 1 })).map(({ type }) => type)).not.toContain(frameTypes.padding)
  })

  it("with broken padding still gives all it holds to those who take what there is", () => {
    const broken = Uint8Array.from(whole)
    const frames = framesOf(whole)
    const padding = frames.findIndex(({ type }) => type === frameTypes.padding)
    const at = frames.slice(0, padding).reduce((sum, { bytes }) => sum + bytes.length, segmentMagic.length)
    broken[at + 8] = (broken[at + 8] ?? 0) ^ 1
    expect(() => readAll(withTrailer(broken))).toThrow()
    expect([...openSegment(broken, cipherOf, true).frames()].map(({ _tag }) => _tag)).toEqual([
      "Block",
      "Block",
      "Events"
    ])
  })
})

describe("sizes of Padmé", () => {
  it("are those of the paper, and at most an eighth larger", () => {
    expect([1, 2, 8, 9, 100, 1000, 1025, 1_000_000].map(padme)).toEqual([
      1, 2, 8, 10, 104, 1024, 1088, 1_015_808
    ])
    for (let size = 2; size < 100_000; size = Math.ceil(size * 1.01)) {
      expect(padme(size)).toBeGreaterThanOrEqual(size)
      expect(padme(size)).toBeLessThanOrEqual(Math.ceil(size * 1.12))
      expect(padme(padme(size))).toBe(padme(size))
    }
  })
})

it("what was sealed once is opened by every later program", () => {
  const { head, cipher } = { head: readAll(whole).head, cipher: cipherOf(readAll(whole).head) }
  expect(head.sealed && Buffer.from(head.sealed.commitment).toString("hex")).toMatchInlineSnapshot(
    `"3f685cd5a954e5e7e0f528f2ee70fccbeaf6656c25fecaba505895df07d2e59a"`
  )
  if (cipher === undefined) throw malformed("segment", "no cipher")
  const sealed = cipher.seal(2, 5, new TextEncoder().encode("Night Drive"))
  expect(Buffer.from(sealed).toString("hex")).toMatchInlineSnapshot(
    `"9e15c07a289de5b7b0bc3529ba448da0c23a38ebc32c3eb5f4253b"`
  )
  expect(new TextDecoder().decode(cipher.open(2, 5, sealed))).toBe("Night Drive")
})
