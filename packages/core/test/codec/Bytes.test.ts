import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import {
  ByteReader,
  ByteWriter,
  compareBytes,
  concatBytes,
  equalBytes,
  fromHex,
  fromUtf8,
  isWellFormed,
  toHex,
  utf8
} from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { hex } from "../golden.js"

const reader = (bytes: string) => new ByteReader(fromHex(hex(bytes)), "test")
const written = (write: (writer: ByteWriter) => ByteWriter) => toHex(write(new ByteWriter(1)).finish())

describe("a varint", () => {
  const golden: ReadonlyArray<readonly [number, string]> = [
    [0, "00"],
    [1, "01"],
    [127, "7f"],
    [128, "8001"],
    [300, "ac02"],
    [16_383, "ff7f"],
    [16_384, "808001"],
    [2 ** 32, "8080808010"],
    [Number.MAX_SAFE_INTEGER, "ffffffffffffff0f"]
  ]
  it.each(golden)("of %d is %s", (value, bytes) => {
    expect(written((writer) => writer.varint(value))).toBe(bytes)
    expect(reader(bytes).varint()).toBe(value)
  })

  it.each([
    ["is not in its shortest form", "8000"],
    ["is not in its shortest form", "ff8000"],
    ["ends early", "80"],
    ["is over 53 bits", "ffffffffffffff1f"],
    ["is over 53 bits", "8080808080808010"],
    ["has more bytes than any number", "ffffffffffffffffff01"]
  ])("that %s is refused: %s", (_, bytes) => {
    expect(() => reader(bytes).varint()).toThrow(MalformedData)
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "is never made of %d: that is a bug",
    (value) => {
      expect(() => new ByteWriter().varint(value)).toThrow(RangeError)
    }
  )
})

describe("an integer", () => {
  it.each([
    [0, "0000000000000000"],
    [258, "0000000000000102"],
    [2 ** 32 + 1, "0000000100000001"],
    [Number.MAX_SAFE_INTEGER, "001fffffffffffff"]
  ])("of %d is %s", (value, bytes) => {
    expect(written((writer) => writer.integer(value))).toBe(bytes)
    expect(reader(bytes).integer()).toBe(value)
  })

  it.each(["0020000000000000", "ffffffffffffffff", "8000000000000000"])("is not made of %s", (bytes) => {
    expect(() => reader(bytes).integer()).toThrow(MalformedData)
  })

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("is never made of %d: that is a bug", (value) => {
    expect(() => new ByteWriter().integer(value)).toThrow(RangeError)
  })
})

describe("a text", () => {
  it("keeps a byte order mark and a NUL", () => {
    for (const text of ["\ufeffa", "a\0b"]) expect(fromUtf8(utf8(text))).toBe(text)
  })

  it.each(["ff", "c080", "eda080", "f4908080", "e282", "80"])(
    "is not made of %s, which is no UTF-8",
    (bytes) => {
      expect(fromUtf8(fromHex(bytes))).toBeUndefined()
    }
  )

  it("is well-formed unless it holds half a surrogate pair", () => {
    expect(["", "a", "\ud83c\udfb9", "\uffff"].every(isWellFormed)).toBe(true)
    expect(["\ud83c", "a\udfb9", "\udfb9\ud83c"].some(isWellFormed)).toBe(false)
  })
})

describe("hex", () => {
  it("gives back any bytes", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.uint8Array(), (bytes) => {
        expect([...fromHex(toHex(bytes))]).toEqual([...bytes])
        expect([...fromHex(toHex(bytes).toUpperCase())]).toEqual([...bytes])
      })
    )
    expect(toHex(Uint8Array.of(0, 1, 15, 16, 255))).toBe("00010f10ff")
    const long = Uint8Array.from({ length: 1000 }, (_, index) => index * 7)
    expect(toHex(long)).toBe(Buffer.from(long).toString("hex"))
  })

  it.each(["0", "0g", "0x00", " 00", "-1", "００"])("refuses %j", (text) => {
    expect(() => fromHex(text)).toThrow(MalformedData)
  })
})

describe("bytes", () => {
  it("are ordered as their hex is", () => {
    const bytes = FastCheck.uint8Array({ maxLength: 4 })
    FastCheck.assert(
      FastCheck.property(bytes, bytes, (a, b) => {
        const [x, y] = [toHex(a), toHex(b)]
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect(equalBytes(a, b)).toBe(x === y)
        expect(toHex(concatBytes([a, b]))).toBe(x + y)
      })
    )
  })
})

describe("a writer", () => {
  it("gives out copies, keeps its memory, and forgets what it wrote", () => {
    const writer = new ByteWriter(1).bytes(utf8("first"))
    const first = writer.finish()
    expect(toHex(writer.reset().bytes(utf8("other")).view())).toBe(toHex(utf8("other")))
    expect(first).toEqual(utf8("first"))
    expect(writer.size).toBe(5)
  })
})

describe("a reader", () => {
  it("never reads past the end, also in the middle of larger memory", () => {
    const inside = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).subarray(2, 5)
    const fresh = () => new ByteReader(inside, "test")
    expect(fresh().bytes(3)).toEqual(Uint8Array.of(3, 4, 5))
    expect(() => fresh().bytes(4)).toThrow(MalformedData)
    expect(() => fresh().integer()).toThrow(MalformedData)
    expect(() => fresh().prefixed().length || fresh().bytes(9)).toThrow(MalformedData)
    expect(() => new ByteReader(new Uint8Array(0), "test").byte()).toThrow(MalformedData)
  })

  it("says what it was reading", () => {
    expect(() => new ByteReader(new Uint8Array(0), "song").byte()).toThrow("This song cannot be read")
  })

  it("checks headers and ends", () => {
    expect(() => reader("575254").expect(fromHex("575242"), "WRB")).toThrow("does not begin with WRB")
    expect(() => reader("57").expect(fromHex("575242"), "WRB")).toThrow(MalformedData)
    expect(() => reader("00").end()).toThrow("1 bytes too many")
  })
})
