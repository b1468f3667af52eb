/** Ids: one string for each key that SQLite can hold. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { type Cell, cellOfId, idOfCell, keyString, Text, text } from "../../src/model/Entity.js"
import { cell } from "./arbitraries.js"

const shown = (value: Cell): string =>
  value instanceof Text
    ? `text ${toHex(value.bytes)}`
    : value instanceof Uint8Array
      ? `blob ${toHex(value)}`
      : Object.is(value, -0)
        ? "-0"
        : `${typeof value} ${value}`

const golden: ReadonlyArray<readonly [Cell, string]> = [
  [text("song-1"), "song-1"],
  [Text.ofBytes(fromHex("c3a9")), "é"],
  [text(""), ""],
  [text("0"), "0"],
  [null, "\0n"],
  [-5n, "\0i-5"],
  [-(2n ** 63n), "\0i-9223372036854775808"],
  [1.5, "\0r3ff8000000000000"],
  [-0, "\0r8000000000000000"],
  [Text.ofBytes(fromHex("ff61")), "\0tff61"],
  [text("\0n"), "\0t006e"],
  [fromHex("00ff"), "\0b00ff"],
  [new Uint8Array(0), "\0b"]
]

describe("the id", () => {
  it.each(golden)("of key %# is this", (key, id) => {
    expect(idOfCell(key)).toBe(id)
    expect(shown(cellOfId(id))).toBe(shown(key))
  })

  it("of any key gives back the key, and no two keys share one", () => {
    FastCheck.assert(
      FastCheck.property(cell, cell, (a, b) => {
        expect(shown(cellOfId(idOfCell(a)))).toBe(shown(a))
        expect(idOfCell(a) === idOfCell(b)).toBe(shown(a) === shown(b))
      }),
      { numRuns: 500 }
    )
  })

  it("shares no map key with one of another kind", () => {
    expect(keyString("song", "a")).not.toBe(keyString("performance", "a"))
  })
})

describe("no id is", () => {
  it.each([
    ["half a surrogate pair", "a\ud800"],
    ["an escape without a class", "\0"],
    ["a class of the future", "\0x00"],
    ["NULL with more behind it", "\0n0"],
    ["an integer in another form", "\0i007"],
    ["an integer in another form", "\0i-0"],
    ["an integer in another form", "\0i+1"],
    ["an integer over 64 bits", "\0i9223372036854775808"],
    ["a REAL of another length", "\0r3ff8"],
    ["hex in capitals", "\0bFF"],
    ["half a byte", "\0b0"],
    ["no hex", "\0bzz"],
    ["well-formed text as bytes", "\0t61"]
  ])("%s", (_, id) => {
    expect(() => cellOfId(id)).toThrow(MalformedData)
  })
})

it("text for people shows U+FFFD for what is no UTF-8, and keeps its bytes", () => {
  const broken = Text.ofBytes(fromHex("41ff42"))
  expect(broken.toString()).toBe("A\ufffdB")
  expect(toHex(broken.bytes)).toBe("41ff42")
  expect(Text.ofBytes(fromHex("efbbbf41")).toString()).toBe("\ufeffA")
})
