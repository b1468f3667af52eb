/** A segment gives changed bytes of its own back, as far as its parity reaches, and nothing else is taken for what was written. */
import { FastCheck } from "effect"
import { describe, expect, it } from "vitest"
import { Parity, parityOf, parityWidth, withParity } from "../src/segment/Parity.js"
import { frameHead, frameTypes } from "../src/segment/Segment.js"
import { rounds } from "./support/soak.js"

const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (Math.imul(index + seed, 2654435761) >>> 13) & 255)

/** Bytes, and their parity in its frame after them. */
const protectedBytes = (content: Uint8Array) => {
  const width = parityWidth(content.length)
  return Buffer.concat([content, frameHead(frameTypes.parity, 2 * width), parityOf(content, width)])
}

const changed = (bytes: Uint8Array, at: number, length: number): Uint8Array =>
  bytes.map((byte, index) => (index >= at && index < at + length ? byte ^ (1 + ((index * 7) % 255)) : byte))

describe("parity", () => {
  it("is the same in whatever pieces bytes come, and folded to any width", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 9000 }),
        FastCheck.array(FastCheck.nat(9000), { maxLength: 4 }),
        (length, cuts) => {
          const bytes = bytesOf(length, length)
          const parity = new Parity()
          const places = [0, ...cuts.map((cut) => cut % length).toSorted((a, b) => a - b), length]
          for (const [index, from] of places.entries()) parity.add(bytes.subarray(from, places[index + 1]))
          for (const width of [32, 1024]) expect(parity.sums(width)).toEqual(parityOf(bytes, width))
        }
      )
    )
  })

  it("gives any run of changed bytes back that is not longer than its width, wherever it lies", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 100, max: 20_000 }),
        FastCheck.nat(),
        FastCheck.nat(),
        (size, from, many) => {
          const whole = protectedBytes(bytesOf(size, 3))
          const width = parityWidth(size)
          // A run that reaches the head of the frame of parity hides that.
          const at = from % size
          const broken = changed(whole, at, 1 + (many % Math.min(width, size - at)))
          expect(Buffer.from(withParity(broken, broken.length) ?? [])).toEqual(whole)
        }
      ),
      { numRuns: rounds(100, 2000) }
    )
  })

  it("gives itself back, and the bytes that were not changed as they are", () => {
    const whole = protectedBytes(bytesOf(5000, 1))
    for (let at = 5000 + 3; at < whole.length; at++)
      expect(Buffer.from(withParity(changed(whole, at, 1), whole.length) ?? [])).toEqual(whole)
    expect(withParity(bytesOf(5000, 1), 5000)).toBeUndefined()
  })

  it("takes less than a fortieth of a file, and is not there where it could not tell bytes apart", () => {
    for (const size of [20_000, 300_000, 8_000_000, 33_000_000]) {
      const width = parityWidth(size)
      expect((2 * width) / size).toBeLessThan(1 / 45)
      expect(width * 255).toBeGreaterThan(size * 1.12)
    }
    expect(parityWidth(64 * 1024 * 1024)).toBe(0)
  })
})
