/** The one form of each value, and what is not let through to msgpackr. */
import * as FastCheck from "effect/FastCheck"
import { isNativeAccelerationEnabled } from "msgpackr/unpack"
import { describe, expect, it } from "vitest"
import { fromHex, fromUtf8, toHex, utf8 } from "../../src/codec/Bytes.js"
import {
  bytes,
  count,
  decode,
  encode,
  type Fields,
  soundBeginning,
  text,
  unpack,
  type Value
} from "../../src/codec/MessagePack.js"
import { elements, isPlainText } from "../../src/codec/Tokens.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { hex } from "../golden.js"
import { rounds } from "../soak.js"
import { real } from "./real.js"
import { tokens } from "./tokens.js"

const written = (...list: ReadonlyArray<Value>) => toHex(encode(list))
const bytesOf = (...pieces: ReadonlyArray<string>) => fromHex(hex(...pieces))

it("is tested with the native part of msgpackr, and without", () => {
  expect(isNativeAccelerationEnabled).toBe(process.env.MSGPACKR_NATIVE_PART === "loaded")
})

describe("the bytes of a value", () => {
  it.each<readonly [string, Value, string]>([
    ["nil", null, "c0"],
    ["false", false, "c2"],
    ["true", true, "c3"],
    ["a count", count(0), "00"],
    ["a count", count(127), "7f"],
    ["a count", count(128), "cc 80"],
    ["a count", count(255), "cc ff"],
    ["a count", count(256), "cd 0100"],
    ["a count", count(65_536), "ce 0001 0000"],
    ["a count", count(2 ** 32 - 1), "ce ffff ffff"],
    ["a count", count(2 ** 32), "d3 0000 0001 0000 0000"],
    ["a count", count(Number.MAX_SAFE_INTEGER), "d3 001f ffff ffff ffff"],
    ["an int64", 0n, "d3 0000 0000 0000 0000"],
    ["an int64", -1n, "d3 ffff ffff ffff ffff"],
    ["an int64", 2n ** 63n - 1n, "d3 7fff ffff ffff ffff"],
    ["an int64", -(2n ** 63n), "d3 8000 0000 0000 0000"],
    ["a float64", real(0), "cb 0000 0000 0000 0000"],
    ["a float64", real(-0), "cb 8000 0000 0000 0000"],
    ["a float64", real(180), "cb 4066 8000 0000 0000"],
    ["a float64", real(2 ** 32), "cb 41f0 0000 0000 0000"],
    ["a float64", real(Number.NEGATIVE_INFINITY), "cb fff0 0000 0000 0000"],
    ["a text", text(""), "a0"],
    ["a text", text("é\0"), "a3 c3a9 00"],
    ["a text", text("x".repeat(31)), `bf ${"78".repeat(31)}`],
    ["a text", text("x".repeat(32)), `d9 20 ${"78".repeat(32)}`],
    ["a text", text("é".repeat(31)), `d9 3e ${"c3a9".repeat(31)}`],
    ["a text", text("x".repeat(256)), `da 0100 ${"78".repeat(256)}`],
    ["a text", text("é".repeat(40_000)), `db 0001 3880 ${"c3a9".repeat(40_000)}`],
    ["a text with a mark in it", text("a\ufeff"), "a4 61 efbbbf"],
    ["a text with a mark in front", text("\ufeffa"), "91 c4 04 efbbbf 61"],
    ["a text with half a surrogate pair", text("\ud83c"), "a3 efbfbd"],
    [
      "a long text with half a surrogate pair",
      text(`${"x".repeat(64)}\udfb9`),
      `d9 43 ${"78".repeat(64)} efbfbd`
    ],
    ["bytes", bytes(new Uint8Array(0)), "c4 00"],
    ["bytes", bytes(new Uint8Array(256)), `c5 0100 ${"00".repeat(256)}`],
    ["bytes", bytes(new Uint8Array(65_536)), `c6 0001 0000 ${"00".repeat(65_536)}`],
    ["a list", [], "90"],
    ["a list", Array.from({ length: 16 }, () => null), `dc 0010 ${"c0".repeat(16)}`],
    ["a list", Array.from({ length: 65_536 }, () => null), `dd 0001 0000 ${"c0".repeat(65_536)}`]
  ])("that is %s are these", (what, value, bytes) => {
    expect(written(value) === hex("91", bytes)).toBe(true)
    expect(elements(encode([value]), "test", what === "a float64")).toHaveLength(2)
  })

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("are never those of the count %d: that is a bug", (value) => {
    expect(() => count(value)).toThrow(RangeError)
  })

  it("are a copy, and stay as they are when more is written", () => {
    const first = encode([text("first")])
    written(text("other"), text("more"))
    expect(toHex(first)).toBe("91a56669727374")
    expect(first.buffer.byteLength).toBe(first.length)
  })
})

interface Field {
  readonly value: unknown
  readonly write: Value
  readonly read: (fields: Fields) => unknown
}

const mark = FastCheck.constantFrom("", "\ufeff", "\ufffd")
const longText = FastCheck.string({ unit: "grapheme", maxLength: 80, size: "max" })
const field: FastCheck.Arbitrary<Field> = FastCheck.oneof(
  FastCheck.tuple(mark, longText).map(([first, rest]) => {
    const value = first + rest
    return { value, write: text(value), read: (fields: Fields): unknown => fields.text() }
  }),
  FastCheck.oneof(FastCheck.nat(300), FastCheck.maxSafeNat()).map((value) => ({
    value,
    write: count(value),
    read: (fields: Fields): unknown => fields.count()
  })),
  FastCheck.boolean().map((value) => ({
    value,
    write: value,
    read: (fields: Fields): unknown => fields.flag()
  })),
  FastCheck.uint8Array({ maxLength: 300, size: "max" }).map((value) => ({
    value: toHex(value),
    write: bytes(value),
    read: (fields: Fields): unknown => toHex(fields.bytes())
  })),
  FastCheck.option(FastCheck.array(FastCheck.nat()), { nil: undefined }).map((value) => ({
    value,
    write: value === undefined ? null : value.map(count),
    read: (fields: Fields): unknown => fields.maybe((list) => list.rest((each) => each.count()))
  }))
)

it("what was encoded is decoded again", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.array(field, { maxLength: 40, size: "max" }), (fields) => {
      const bytes = encode(fields.map(({ write }) => write))
      const read = decode(bytes, "test", (list) => fields.map((each) => each.read(list)))
      expect(read).toEqual(fields.map(({ value }) => value))
      expect(Object.keys(bytes)).not.toContain("dataView")
    }),
    { numRuns: rounds(300, 10_000), seed: 9 }
  )
})

/** What msgpackr read, to be written again. Where the list is a row, its numbers are float64. */
const again = (value: unknown, cell: boolean): Value => {
  if (typeof value === "number") return cell ? real(value) : value
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "boolean") return value
  if (value === null) return value
  if (value instanceof Uint8Array) return bytes(value)
  if (Array.isArray(value)) return value.map((each) => again(each, false))
  throw new Error(`msgpackr gave ${String(value)}`)
}

describe("bytes that are let through", () => {
  it.each([false, true])(
    "are those that would be written again, and all others are refused (row: %s)",
    (row) => {
      let taken = 0
      FastCheck.assert(
        FastCheck.property(tokens, (bytes) => {
          try {
            elements(bytes, "test", row)
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedData)
            return
          }
          taken++
          expect(toHex(encode(unpack(bytes).map((value) => again(value, row))))).toBe(toHex(bytes))
        }),
        { numRuns: rounds(2000, 60_000), seed: 9 }
      )
      expect(taken).toBeGreaterThan(rounds(2000, 60_000) / 20)
    }
  )

  it("have texts that are UTF-8 and begin with no mark, and no others", () => {
    const pieces = [
      "61",
      "c3a9",
      "efbbbf",
      "ff",
      "c0",
      "80",
      "e0",
      "a0",
      "ed",
      "9f",
      "f0",
      "90",
      "f4",
      "8f",
      "bf",
      "c2"
    ]
    const bytes = FastCheck.array(FastCheck.constantFrom(...pieces), { maxLength: 6 }).map((all) =>
      bytesOf(...all)
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(bytes, longText.map(utf8)), (each) => {
        const string = fromUtf8(each)
        const plain = string !== undefined && !string.startsWith("\ufeff")
        expect(isPlainText(each, 0, each.length)).toBe(plain)
        const inside = Uint8Array.of(0x80, ...each, 0x80)
        expect(isPlainText(inside, 1, inside.length - 1)).toBe(plain)
      }),
      { numRuns: rounds(3000, 60_000), seed: 9 }
    )
  })
})

describe("what a file may hold to do harm is refused:", () => {
  const nested = (depth: number) => bytesOf("91".repeat(depth), "c0")
  it.each([
    ["lists in lists without end", nested(200_000)],
    ["five lists in one another", nested(5)],
    ["a list of four thousand million", bytesOf("dd ffff ffff")],
    ["lists that each claim all that is left", bytesOf("dd 0000 ffff".repeat(3), "c0".repeat(0xffff))],
    ["more values than memory", bytesOf("dd 0010 0001", "c0".repeat(2 ** 20 + 1))],
    [
      "more values than memory, in many lists",
      bytesOf("dc 0020", `dc ffff ${"c0".repeat(0xffff)}`.repeat(32))
    ],
    ["a text of four thousand million", bytesOf("91 db ffff ffff")],
    ["bytes of four thousand million", bytesOf("91 c6 ffff ffff")],
    ["a map", bytesOf("91 81 a1 61 c0")],
    ["a map whose key is __proto__", bytesOf("91 81 a9 5f5f70726f746f5f5f 90")],
    ["a record of msgpackr's own", bytesOf("91 d4 72 40 91 a1 61 c0")],
    ["a record of two bytes", bytesOf("91 d5 72 40 00 91 a1 61 c0")],
    ["an expression", bytesOf("91 d4 78 00 92 a1 61 a1 67")],
    ["a set", bytesOf("91 d4 73 00 91 c0")],
    ["an error", bytesOf("91 d4 65 00 92 a1 61 a1 62")],
    ["a time", bytesOf("91 d6 ff 0000 0000")],
    ["a large integer", bytesOf("91 c7 09 42 01 0000 0000 0000 0000")],
    ["a typed array", bytesOf("91 c7 05 74 01 0000 0000")],
    ["a reference", bytesOf("91 d6 70 0000 0001")],
    ["bundled strings", bytesOf("91 d6 62 0000 0006 c1 01 a1 61 a1 61")],
    ["an extension that nobody knows", bytesOf("91 c7 01 05 00")],
    ["what is not a list", bytesOf("05")],
    ["no bytes at all", new Uint8Array(0)]
  ])("%s", (_, bytes) => {
    for (const row of [false, true]) expect(() => elements(bytes, "test", row)).toThrow(MalformedData)
    expect(() => decode(bytes, "test", (list) => list.rest(() => undefined))).toThrow(MalformedData)
  })

  it("four lists in one another are not", () => {
    expect(elements(nested(4), "test")).toEqual([1, 4 + 1])
  })

  it("wherever valid bytes are cut, or go on", () => {
    const whole = encode([text("x".repeat(300)), count(2 ** 40), [bytes(new Uint8Array(300)), null], true])
    for (let length = 0; length < whole.length; length++)
      expect(() => elements(whole.subarray(0, length), "test")).toThrow(MalformedData)
    expect(() => elements(Uint8Array.of(...whole, 0xc0), "test")).toThrow("1 bytes too many")
  })
})

it("of a damaged list the values before the damage are a list again, those of its last list too", () => {
  const whole = encode([text("x"), count(300), [count(1), [bytes(new Uint8Array(3)), text("y")], null, true]])
  expect(toHex(soundBeginning(whole, "test"))).toBe(toHex(whole))
  expect(toHex(soundBeginning(whole.subarray(0, -1), "test"))).toBe(
    written(text("x"), count(300), [count(1), [bytes(new Uint8Array(3)), text("y")], null])
  )
  // Lists that lie deeper come as a whole or not at all.
  expect(toHex(soundBeginning(whole.subarray(0, -3), "test"))).toBe(
    written(text("x"), count(300), [count(1)])
  )
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = whole.slice(0, whole.length - (bit % 3))
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      const sound = soundBeginning(damaged, "test")
      expect(elements(sound, "test").length).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedData)
    }
  }
})

it("a list that is read says which value is not what its place wants", () => {
  const read = (bytes: string, take: (list: Fields) => unknown) => () => decode(bytesOf(bytes), "song", take)
  expect(read("90", (list) => list.text())).toThrow(
    "This song cannot be read: it has fewer values than it needs"
  )
  expect(read("92 c0 c0", (list) => list.maybe(() => 0))).toThrow("1 values too many")
  expect(read("91 92 c0 c0", (list) => list.list(() => 0))).toThrow("2 values too many")
  for (const take of [
    (list: Fields) => list.text(),
    (list: Fields) => list.count(),
    (list: Fields) => list.flag(),
    (list: Fields) => list.bytes(),
    (list: Fields) => list.hash(),
    (list: Fields) => list.list(() => 0)
  ])
    expect(read("91 c0", take)).toThrow(MalformedData)
  expect(read("91 c4 01 00", (list) => list.hash())).toThrow("a hash has 1 bytes")
  expect(read("91 a1 61", (list) => list.maybe(() => 0))).toThrow("a list is missing")
})
