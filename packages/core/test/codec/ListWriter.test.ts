/** What is written token by token has the bytes that msgpackr writes. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import { ListWriter } from "../../src/codec/ListWriter.js"
import { bytes, count, encode, text, type Value } from "../../src/codec/MessagePack.js"
import { real } from "./real.js"

type Token =
  | { readonly write: "count"; readonly value: number }
  | { readonly write: "real"; readonly value: number }
  | { readonly write: "int64"; readonly value: bigint }
  | { readonly write: "text"; readonly value: string }
  | { readonly write: "bytes"; readonly value: Uint8Array }
  | { readonly write: "flag"; readonly value: boolean }
  | { readonly write: "nil" }
  | { readonly write: "list"; readonly value: ReadonlyArray<Token> }

const valueFor = (token: Token): Value => {
  switch (token.write) {
    case "count":
      return count(token.value)
    case "real":
      return real(token.value)
    case "int64":
      return token.value
    case "text":
      return text(token.value)
    case "bytes":
      return bytes(token.value)
    case "flag":
      return token.value
    case "nil":
      return null
    case "list":
      return token.value.map(valueFor)
  }
}

const write = (writer: ListWriter, token: Token): void => {
  if (token.write === "list") {
    writer.list(token.value.length)
    for (const each of token.value) write(writer, each)
  } else if (token.write === "nil") writer.nil()
  else if (token.write === "count") writer.count(token.value)
  else if (token.write === "real") writer.real(token.value)
  else if (token.write === "int64") writer.int64(token.value)
  else if (token.write === "text") writer.text(token.value)
  else if (token.write === "bytes") writer.bytes(token.value)
  else writer.flag(token.value)
}

const writer = new ListWriter()

const written = (tokens: ReadonlyArray<Token>): string => {
  writer.begin(tokens.length)
  for (const token of tokens) write(writer, token)
  return toHex(writer.finish())
}

const expectSame = (tokens: ReadonlyArray<Token>): void => {
  expect(written(tokens)).toBe(toHex(encode(tokens.map(valueFor))))
}

const anyText = FastCheck.oneof(
  FastCheck.string({ unit: "binary", maxLength: 200 }),
  FastCheck.string({ maxLength: 100 }),
  FastCheck.string().map((rest) => `\ufeff${rest}`)
)

const leafToken = FastCheck.oneof(
  FastCheck.maxSafeNat().map((value): Token => ({ write: "count", value })),
  FastCheck.double({ noNaN: true }).map((value): Token => ({ write: "real", value })),
  FastCheck.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(
    (value): Token => ({ write: "int64", value })
  ),
  anyText.map((value): Token => ({ write: "text", value })),
  FastCheck.uint8Array({ maxLength: 300 }).map((value): Token => ({ write: "bytes", value })),
  FastCheck.boolean().map((value): Token => ({ write: "flag", value })),
  FastCheck.constant<Token>({ write: "nil" })
)

const anyToken = FastCheck.oneof(
  leafToken,
  FastCheck.array(leafToken, { maxLength: 20 }).map((value): Token => ({ write: "list", value }))
)

describe("a list that is written token by token", () => {
  it("has the bytes that msgpackr writes, whatever is in it", () => {
    FastCheck.assert(FastCheck.property(FastCheck.array(anyToken, { maxLength: 20 }), expectSame))
  })

  it("has them where a length or a number needs more bytes", () => {
    const sizes = [0, 15, 16, 31, 32, 63, 64, 65, 127, 128, 255, 256, 65535, 65536]
    for (const size of sizes) {
      expectSame([{ write: "count", value: size }])
      expectSame([{ write: "text", value: "a".repeat(size) }])
      expectSame([{ write: "text", value: `é${"a".repeat(size)}` }])
      expectSame([{ write: "bytes", value: new Uint8Array(size) }])
      expectSame(Array.from({ length: size }, (): Token => ({ write: "nil" })))
    }
    for (const value of [0, -0, 180, 2 ** 32, Number.NEGATIVE_INFINITY])
      expectSame([{ write: "real", value }])
    for (const value of [2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expectSame([{ write: "count", value }])
  })

  it("keeps nothing of the one before, and what was taken stays as it is", () => {
    const first = writer.begin(1).text("the first").finish()
    const before = toHex(first)
    writer.begin(2).text("the second").nil()
    expect(toHex(first)).toBe(before)
    expect(toHex(writer.finish())).toBe(toHex(encode(["the second", null])))
  })

  it("refuses what is not a count, as `count` does", () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => writer.begin(1).count(value)).toThrow(RangeError)
  })
})
