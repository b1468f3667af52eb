import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { ByteWriter, fromHex, toHex, utf8 } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import {
  blockBody,
  blockLimit,
  extentsOfBody,
  objectsBeforeDamage,
  openBlock,
  openBlockTo,
  sealBlock
} from "../../src/object/Block.js"
import { hex } from "../golden.js"
import { brotli } from "./compression.js"

const objectsIn = (body: Uint8Array): ReadonlyArray<Uint8Array> =>
  extentsOfBody(body).map(({ offset, length }) => body.subarray(offset, offset + length))

const raw = hex(
  "575242 01 00 07", // "WRB", version 1, raw, a body of seven bytes
  "02 02 02", // two objects of two bytes each
  "7b7d 5b5d" // {} []
)

const compressed = hex(
  "575242 01 01 b202", // "WRB", version 1, brotli, a body of 306 bytes
  "8b98000080aaaaaaea1f000fa71b5fce0c7cbc311cc0c5af34a9e6b1015c80c339c9637603"
)

describe("the bytes of a block", () => {
  it("are these when it is stored as it is", () => {
    const { body, extents } = blockBody([utf8("{}"), utf8("[]")])
    expect(toHex(sealBlock(body, body))).toBe(raw)
    expect(extents).toEqual([
      { offset: 3, length: 2 },
      { offset: 5, length: 2 }
    ])
    expect(objectsIn(openBlock(fromHex(raw), brotli)).map(toHex)).toEqual(["7b7d", "5b5d"])
  })

  it("are these when it is compressed", () => {
    const { body } = blockBody([utf8("a".repeat(300)), utf8("{}")])
    expect(toHex(sealBlock(body, fromHex(compressed.slice(14))))).toBe(compressed)
    const objects = objectsIn(openBlock(fromHex(compressed), brotli))
    expect(objects.map(toHex)).toEqual(["61".repeat(300), "7b7d"])
  })
})

describe("a block", () => {
  it("gives back any objects, in their order", () => {
    const objects = FastCheck.array(FastCheck.uint8Array({ maxLength: 400, size: "max" }), { maxLength: 30 })
    FastCheck.assert(
      FastCheck.property(objects, (all) => {
        const { body, extents } = blockBody(all)
        const opened = openBlock(sealBlock(body, brotli.compress(body)), brotli)
        expect(extentsOfBody(opened)).toEqual(extents)
        expect(objectsIn(opened).map(toHex)).toEqual(all.map(toHex))
      })
    )
  })

  it("is opened as far as is wanted, and no further than that takes", () => {
    const objects = FastCheck.sample(FastCheck.uint8Array({ minLength: 3000, maxLength: 3000 }), {
      numRuns: 40,
      seed: 1
    })
    const { body } = blockBody(objects.flatMap((each) => [each, new Uint8Array(3000)]))
    const block = sealBlock(body, brotli.compress(body))
    const read: Array<number> = []
    const counting = {
      ...brotli,
      decompress: (bytes: Uint8Array, limit: number, cut?: boolean) => {
        read.push(bytes.length)
        return brotli.decompress(bytes, limit, cut)
      }
    }
    for (const wanted of [0, 1, 5000, body.length / 2, body.length - 1, body.length, body.length + 1]) {
      read.length = 0
      const start = openBlockTo(block, wanted, counting)
      expect(start.length).toBeGreaterThanOrEqual(Math.min(wanted, body.length))
      expect(toHex(start)).toBe(toHex(body.subarray(0, start.length)))
      if (wanted <= body.length / 2) expect(Math.max(...read)).toBeLessThan(block.length * 0.7)
    }
  })

  it("gives what stands before a damage, and nothing that was not there", () => {
    const objects = FastCheck.sample(FastCheck.uint8Array({ minLength: 3000, maxLength: 3000 }), {
      numRuns: 40,
      seed: 2
    })
    const { body } = blockBody(objects)
    for (const block of [
      sealBlock(body, brotli.compress(body)),
      sealBlock(body, new Uint8Array(body.length))
    ]) {
      for (const share of [0.1, 0.5, 0.9]) {
        const damaged = block.slice()
        const at = Math.floor(block.length * share)
        damaged.fill(0xff, at, at + 40)
        const whole = new Set(objects.map(toHex))
        const sound = objectsBeforeDamage(damaged, brotli).filter((object) => whole.has(toHex(object)))
        expect(sound.length).toBeGreaterThan(objects.length * share - 5)
        expect(sound.length).toBeLessThan(objects.length)
      }
    }
    const whole = objectsBeforeDamage(sealBlock(body, brotli.compress(body)), brotli)
    expect(whole.map(toHex)).toEqual(objects.map(toHex))
    expect(() => objectsBeforeDamage(fromHex("575242010105ff"), brotli)).toThrow(MalformedData)
  })

  it("is stored in the smaller form", () => {
    const { body } = blockBody([new Uint8Array(100_000)])
    expect(sealBlock(body, brotli.compress(body)).length).toBeLessThan(200)
    expect(sealBlock(body, new Uint8Array(body.length)).length).toBe(body.length + 4 + 1 + 3)
  })

  it("that claims less than it holds, or more, is refused without being blown up", () => {
    const bomb = brotli.compress(new Uint8Array(64 * 1024 * 1024))
    for (const claimed of [0, 1, 1000, 64 * 1024 * 1024 - 1, 64 * 1024 * 1024 + 1]) {
      const block = new ByteWriter().bytes(fromHex("5752420101")).varint(claimed).bytes(bomb).finish()
      expect(() => openBlock(block, brotli)).toThrow(MalformedData)
    }
  })
})

describe("a decoder of blocks refuses", () => {
  it.each([
    ["nothing", ""],
    ["another magic", raw.replace("575242", "575254")],
    ["a version of the future", raw.replace("57524201", "57524202")],
    ["a codec of the future", raw.replace("5752420100", "5752420102")],
    ["a raw block that is cut short", raw.slice(0, -2)],
    ["bytes after a raw block", `${raw}00`],
    ["a compressed block that is cut short", compressed.slice(0, -2)],
    ["a compressed block of another length", compressed.replace("b202", "b302")],
    ["what does not decompress", "575242 01 01 07 ffff"],
    [
      "a length beyond all bounds",
      `575242 01 01 ${toHex(new ByteWriter().varint(blockLimit + 1).finish())} 00`
    ],
    ["a length in more bytes than it needs", "575242 01 00 8100 00"]
  ])("%s", (_, bytes) => {
    expect(() => openBlock(fromHex(hex(bytes)), brotli)).toThrow(MalformedData)
  })

  it.each([
    ["no count", ""],
    ["more objects than there are bytes", "03 00"],
    ["a count beyond all bounds", "ff ff ff ff ff ff 0f"],
    ["objects that end early", "01 02 7b"],
    ["bytes after the last object", "01 01 7b7d"],
    ["lengths that overflow", "02 ff ff ff ff ff ff ff 0f ff ff ff ff ff ff ff 0f"]
  ])("a body with %s", (_, bytes) => {
    expect(() => extentsOfBody(fromHex(hex(bytes)))).toThrow(MalformedData)
  })
})
