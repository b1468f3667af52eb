/** A set of hashes behaves as a set of their names does, however many there are and in whatever order they come. */
import { expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { sha256 } from "../../src/object/Compression.js"
import { HashSet } from "../../src/object/HashSet.js"
import { rounds } from "../support/soak.js"

const hashOf = (number: number): Uint8Array => sha256(Buffer.from(String(number)))

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex")

it("takes many at once as it takes one by one", () => {
  const hashes = Array.from({ length: 300 }, (_, number) => hashOf(number % 200))
  const [each, together] = [new HashSet(), new HashSet()]
  for (const hash of hashes) each.add(hash)
  for (let from = 0; from < hashes.length; from += 70)
    together.addEach(Buffer.concat(hashes.slice(from, from + 70)))
  expect(Array.from(together, hex)).toEqual(Array.from(each, hex))
  expect(together.has(hashOf(199))).toBe(true)
  expect(together.has(hashOf(200))).toBe(false)
})

it("answers as a set of names does, and gives the hashes back in the order in which they came", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.array(FastCheck.nat(400), { maxLength: 1000 }), (numbers) => {
      const [set, names] = [new HashSet(), new Set<string>()]
      for (const number of numbers) {
        const hash = hashOf(number)
        expect(set.has(hash)).toBe(names.has(hex(hash)))
        expect(set.add(hash)).toBe(!names.has(hex(hash)))
        names.add(hex(hash))
      }
      expect(set.size).toBe(names.size)
      expect(Array.from(set, hex)).toEqual([...names])
      // As often as it is asked for.
      expect(Array.from(set, hex)).toEqual([...names])
    }),
    { numRuns: rounds(20, 1000) }
  )
})

it("holds hashes that differ in one byte only, and a hash that lies anywhere in memory", () => {
  const set = new HashSet()
  const memory = new Uint8Array(100).fill(7)
  expect(set.add(memory.subarray(3, 35))).toBe(true)
  expect(set.has(memory.subarray(50, 82))).toBe(true)
  for (let at = 0; at < 32; at++) {
    const other = new Uint8Array(32).fill(7)
    other[at] = 8
    expect(set.has(other)).toBe(false)
    expect(set.add(other)).toBe(true)
  }
  expect(set.size).toBe(33)
})

it("keeps what it gave when it grows and when the caller's memory is used again", () => {
  const set = new HashSet()
  const first = hashOf(0)
  set.add(first)
  const [given] = set
  const kept = hex(first)
  first.fill(0)
  for (let number = 1; number < 500; number++) set.add(hashOf(number))
  expect(given && hex(given)).toBe(kept)
  expect(set.has(Buffer.from(kept, "hex"))).toBe(true)
  expect(set.has(first)).toBe(false)
})

it("takes nothing for a hash that is not 32 bytes long", () => {
  const set = new HashSet()
  for (const length of [0, 20, 31, 33]) {
    expect(set.add(new Uint8Array(length))).toBe(false)
    expect(set.has(new Uint8Array(length))).toBe(false)
  }
  expect(set.size).toBe(0)
})
