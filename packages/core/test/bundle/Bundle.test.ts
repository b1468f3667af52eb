import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  bundleHead,
  decodeEnd,
  decodeManifest,
  encodeManifest,
  endLength,
  isTooDense,
  manifestOfEnd,
  openBundleBlock
} from "../../src/bundle/Bundle.js"
import { BundleReader } from "../../src/bundle/BundleReader.js"
import { writeBundle } from "../../src/bundle/writeBundle.js"
import { ByteWriter, concatBytes, fromHex, toHex, utf8 } from "../../src/codec/Bytes.js"
import { BundleTooNew } from "../../src/errors/BundleError.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { blockBody, extentsOfBody, sealBlock } from "../../src/object/Block.js"
import { hex } from "../golden.js"
import { brotli } from "../object/compression.js"
import { sha256 } from "../sha256.js"
import { backup, block, hasher, manifest, newerVersion, read, write } from "./fixtures.js"

const hashOf = (byte: number) => new Uint8Array(32).fill(byte)

const whole = manifest({
  needs: [
    { hash: hashOf(1), file: "a.whiteroom" },
    { hash: hashOf(2), file: "ü.whiteroom" }
  ],
  backups: [backup(3), backup(5)],
  state: { label: "Night Drive", root: hashOf(9) }
})

const manifestBytes = hex(
  "95", // a list of five
  "a3 6c6962", // the library "lib"
  "cd 03e8", // written at 1000 ms
  "91", // one bundle is needed
  `92 c4 20 ${"01".repeat(32)}`,
  "a1 61", // it was the file "a"
  "90", // no backups
  "92 a1 53", // a state, "S"
  `c4 20 ${"09".repeat(32)}`
)

const small = manifest({
  needs: [{ hash: hashOf(1), file: "a" }],
  state: { label: "S", root: hashOf(9) }
})

describe("the bytes of a bundle", () => {
  it("are these", () => {
    expect(toHex(encodeManifest(small))).toBe(manifestBytes)
    const raw = blockBody([utf8("{}"), utf8("[]")])
    const plain = { data: sealBlock(raw.body, raw.body), entries: raw.extents }
    const bytes = write([plain], small)
    const manifestAt = 9 + 2 + plain.data.length
    const head = [
      hex("575242554e444c45 01"), // "WRBUNDLE", version 1
      hex("01 0d"), // a block of 13 bytes
      hex("575242 01 00 07 02 02 02 7b7d 5b5d"),
      hex("02"), // the manifest
      toHex(Uint8Array.of(manifestBytes.length / 2)),
      manifestBytes,
      hex("03 58"), // the end, 88 bytes
      hex("0000000000000018 0000000000000001 0000000000000002"), // manifest at 24, one block, two objects
      toHex(sha256(fromHex(manifestBytes)))
    ].join("")
    expect(manifestAt).toBe(24)
    expect(toHex(bytes)).toBe(head + toHex(sha256(fromHex(head))))
  })

  it("come back as what was written, in pieces of any size", () => {
    const blocks = [block(utf8("{}"), utf8("[]")), block(utf8("x".repeat(5000)))]
    const bytes = write(blocks, whole)
    for (const step of [1, 2, 7, 100, bytes.length]) {
      const { frames } = read(bytes, step)
      expect(frames.map(({ _tag }) => _tag)).toEqual(["Block", "Block", "Manifest", "End"])
      expect(
        frames.flatMap((frame) =>
          frame._tag === "Block" ? openBundleBlock(frame.block, brotli).map((each) => each.length) : []
        )
      ).toEqual([2, 2, 5000])
      expect(frames.find((frame) => frame._tag === "Manifest")).toEqual({ _tag: "Manifest", manifest: whole })
    }
  })

  it("tell from head, end and manifest alone what is inside", () => {
    const bytes = write([block(utf8("{}"))], whole)
    const end = decodeEnd(bytes.subarray(-endLength))
    const frame = bytes.subarray(end.manifestAt, bytes.length - endLength)
    const payload = frame.subarray(frame.length - encodeManifest(whole).length)
    expect(manifestOfEnd(payload, end, sha256)).toEqual(whole)
    expect(end).toMatchObject({ blocks: 1, objects: 1 })
    expect(() => manifestOfEnd(payload.subarray(1), end, sha256)).toThrow(MalformedData)
  })

  it("have one encoding: manifests that are not in order are refused", () => {
    const text = toHex(encodeManifest(whole))
    const [one, two] = [toHex(hashOf(1)), toHex(hashOf(2))]
    const turned = text.replace(one, "?").replace(two, one).replace("?", two)
    expect(() => decodeManifest(fromHex(turned))).toThrow(/not in order/)
    expect(() => decodeManifest(concatBytes([encodeManifest(whole), Uint8Array.of(0)]))).toThrow(
      MalformedData
    )
  })
})

it("a manifest with a time that no calendar has is refused", () => {
  const time = Number.MAX_SAFE_INTEGER
  for (const late of [manifest({ time }), manifest({ backups: [{ ...backup(1), time }] })])
    expect(() => decodeManifest(encodeManifest(late))).toThrow(/calendars/)
})

it("a manifest with backups that are said to be more than anybody says is refused", () => {
  const long = "é".repeat(33_000)
  for (const more of [
    { description: long },
    { tags: [long] },
    { tags: Array(65_535).fill("ab") },
    { version: long }
  ])
    expect(() => decodeManifest(encodeManifest(manifest({ backups: [{ ...backup(1), ...more }] })))).toThrow(
      /more than 64 KB/
    )
  const most = manifest({ backups: [{ ...backup(1), description: "d".repeat(65_536) }] })
  expect(decodeManifest(encodeManifest(most))).toEqual(most)
})

describe("a reader of bundles", () => {
  const blocks = [block(utf8("{}"), utf8("[]")), block(utf8("abc".repeat(400)))]
  const bytes = write(blocks, whole)

  it("refuses a later version by its own error", () => {
    const later = bytes.slice()
    later[bundleHead.length - 1] = newerVersion
    expect(() => read(later)).toThrow(BundleTooNew)
  })

  it("finds every cut and every flipped bit", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => read(bytes.subarray(0, length)), `cut at ${length}`).toThrow(MalformedData)
    for (let at = 0; at < bytes.length * 8; at++) {
      const damaged = bytes.slice()
      damaged[at >> 3] = (damaged[at >> 3] ?? 0) ^ (1 << (at & 7))
      const isVersion = at >> 3 === bundleHead.length - 1
      expect(() => read(damaged), `bit ${at}`).toThrow(isVersion ? BundleTooNew : MalformedData)
    }
    expect(() => read(concatBytes([bytes, Uint8Array.of(0)]))).toThrow(/follows its end/)
  })

  it("refuses counts that lie, frames out of order and numbers that are too large", () => {
    const lying = [...blocks, { data: blocks[0]?.data ?? bytes, entries: { length: 1 } }]
    const claims = write(lying, whole)
    const [frame] = read(claims).frames.filter((each) => each._tag === "End")
    expect(frame).toMatchObject({ end: { objects: 4 } })
    const huge = new ByteWriter().bytes(bundleHead).byte(1).varint(Number.MAX_SAFE_INTEGER).finish()
    expect(() => read(huge)).toThrow(/larger than any/)
    const endless = concatBytes([bundleHead, Uint8Array.of(1), new Uint8Array(20).fill(0xff)])
    expect(() => read(endless)).toThrow(/too large/)
    expect(() => read(concatBytes([bundleHead, Uint8Array.of(9, 0)]))).toThrow(/unknown type/)
    const payload = encodeManifest(whole)
    const framed = new ByteWriter().byte(2).varint(payload.length).bytes(payload).finish()
    expect(() => read(concatBytes([bundleHead, framed, framed]))).toThrow(/between its manifest/)
    expect(() => read(concatBytes([bundleHead, bytes.subarray(-endLength)]))).toThrow(/not where/)
  })

  it("allocates nothing for what a frame only claims to hold", () => {
    const claimed = new ByteWriter()
      .bytes(bundleHead)
      .byte(1)
      .varint(1024 ** 3)
      .byte(0)
      .finish()
    expect(() => read(claimed)).toThrow(/cut off/)
  })

  it("takes any bytes or refuses them with a typed error", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.uint8Array({ maxLength: 80 }), (random) => {
        for (const input of [random, concatBytes([bundleHead, random])])
          try {
            read(input, 7)
          } catch (error) {
            expect(error).toBeInstanceOf(input[8] === 1 ? MalformedData : Error)
            expect(error).toHaveProperty("recovery")
          }
        try {
          expect(toHex(encodeManifest(decodeManifest(random)))).toBe(toHex(random))
        } catch (error) {
          if (!(error instanceof MalformedData)) throw error
        }
      })
    )
  })

  it("refuses a block that would grow out of proportion, and one that grows past what it says", () => {
    const zeros = new Uint8Array(64 * 1024 * 1024)
    const { body } = blockBody([zeros])
    const bomb = sealBlock(body, brotli.compress(body))
    expect(isTooDense(bomb)).toBe(true)
    expect(() => openBundleBlock(bomb, brotli)).toThrow(/grow/)
    const inner = brotli.compress(new Uint8Array(1024 * 1024))
    const lying = new ByteWriter().bytes(bomb.subarray(0, 5)).varint(100).bytes(inner).finish()
    expect(() => openBundleBlock(lying, brotli)).toThrow(MalformedData)
    expect(isTooDense(sealBlock(body, body))).toBe(false)
  })
})

describe("what a block of a bundle may take in memory", () => {
  const tooDense = (raw: number, stored: number) =>
    isTooDense(
      new ByteWriter()
        .bytes(Uint8Array.of(0x57, 0x52, 0x42, 1, 1))
        .varint(raw)
        .bytes(new Uint8Array(stored))
        .finish()
    )

  it("follows from what it takes in the file: less for each byte, the larger it is", () => {
    const [kib, mib] = [1024, 1024 * 1024]
    expect(tooDense(64 * kib, 10)).toBe(false)
    expect(tooDense(mib, 1 * kib)).toBe(true)
    expect(tooDense(mib, 4 * kib)).toBe(false)
    expect(tooDense(64 * mib, 1 * mib)).toBe(true)
    expect(tooDense(64 * mib, 4 * mib)).toBe(false)
    expect(tooDense(1000 * mib, 264 * kib)).toBe(true)
  })

  it("is bounded for a block of nothing but empty objects", () => {
    const body = new ByteWriter().varint(1_000_000).bytes(new Uint8Array(1_000_000)).finish()
    expect(() => openBundleBlock(sealBlock(body, brotli.compress(body)), brotli)).toThrow(/more objects|grow/)
    expect(() => extentsOfBody(body)).toThrow(/more objects than any block/)
  })
})

describe("a stream of many blocks", () => {
  it("holds one block at a time on both sides", () => {
    const size = 10_000
    let made = 0
    const blocks = function* () {
      while (made < 200) {
        const bytes = new Uint8Array(size).map((_, index) => (index * 7919 + made * 104_729) >> 3)
        made++
        yield block(bytes)
      }
    }
    const reader = new BundleReader(hasher(), sha256)
    let [taken, ahead, held] = [0, 0, 0]
    for (const piece of writeBundle(blocks(), manifest(), hasher(), sha256))
      for (let at = 0; at < piece.length; at += 1000) {
        for (const { _tag } of reader.push(piece.subarray(at, at + 1000))) if (_tag === "Block") taken++
        ahead = Math.max(ahead, made - taken)
        held = Math.max(held, reader.held)
      }
    reader.finish()
    expect(taken).toBe(200)
    expect(ahead).toBe(1)
    expect(held).toBeLessThan(size + 100)
  })
})
