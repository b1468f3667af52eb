import * as FastCheck from "effect/FastCheck"
import { type Cell, type Kind, liveTables, Text, text } from "../../src/model/Entity.js"

const bytes = FastCheck.uint8Array({ maxLength: 12 })
const largeBytes = FastCheck.integer({ min: 1023, max: 1027 }).map((length) =>
  new Uint8Array(length).fill(0x41)
)

/** Any value that SQLite stores. */
export const cell: FastCheck.Arbitrary<Cell> = FastCheck.oneof(
  FastCheck.constant(null),
  FastCheck.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  FastCheck.double({ noNaN: true }),
  FastCheck.string({ unit: "grapheme" }).map(text),
  bytes.map((value) => Text.ofBytes(value)),
  bytes,
  largeBytes,
  largeBytes.map((value) => Text.ofBytes(value))
)

/** Any row: some of the known columns, and some that only an app knows. */
export const row = (kind: Kind): FastCheck.Arbitrary<ReadonlyMap<string, Cell>> =>
  FastCheck.tuple(
    FastCheck.subarray([...liveTables[kind].columns]),
    FastCheck.uniqueArray(FastCheck.string({ unit: "grapheme", maxLength: 5 }), { maxLength: 4 }),
    FastCheck.array(cell, { minLength: 20, maxLength: 20 })
  ).map(
    ([known, unknown, cells]) =>
      new Map([...unknown, ...known.reverse()].map((name, index) => [name, cells[index] ?? null]))
  )
