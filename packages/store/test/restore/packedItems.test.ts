import { expect, it } from "@effect/vitest"
import type { PlanItem } from "@white-room/core"
import * as FastCheck from "effect/FastCheck"
import { PackedItems } from "../../src/restore/PackedItems.js"
import { rounds } from "../support/soak.js"

const record = FastCheck.option(FastCheck.uint8Array({ maxLength: 40 }), { nil: undefined })

const item: FastCheck.Arbitrary<PlanItem> = FastCheck.record({
  kind: FastCheck.constantFrom("song", "performance", "preferences"),
  id: FastCheck.string({ unit: "binary", maxLength: 12 }),
  name: FastCheck.oneof(
    FastCheck.string({ unit: "binary", maxLength: 12 }),
    FastCheck.constant("\ufeff\ud800")
  ),
  action: FastCheck.constantFrom("create", "update", "delete", "keep"),
  conflict: FastCheck.boolean(),
  before: record,
  after: record,
  notes: FastCheck.oneof(FastCheck.constant([]), FastCheck.array(FastCheck.string(), { maxLength: 2 }))
})

/** Records as plain bytes: a view of memory and a copy are equal. */
const plain = ({ before, after, ...rest }: PlanItem) => ({
  ...rest,
  before: before && [...before],
  after: after && [...after]
})

it("items of a plan come out of few bytes as they went in, in any order and as often as wanted", () => {
  FastCheck.assert(
    FastCheck.property(FastCheck.array(item, { maxLength: 200 }), (items) => {
      const packed = PackedItems.of(items)
      expect(packed.length).toBe(items.length)
      expect(Array.from(packed, plain)).toEqual(items.map(plain))
      for (const [index, each] of [...items.entries()].reverse())
        expect(plain(packed.get(index))).toEqual(plain(each))
    }),
    { numRuns: rounds(50, 2000) }
  )
})

it("records of any size fit, one item that keeps what is there holds its record once, and there is none beyond the last", () => {
  const large = new Uint8Array(3_000_000).fill(7)
  const kept = { kind: "song", name: "", conflict: false, notes: [] } as const
  const packed = PackedItems.of([
    { ...kept, id: "a", action: "update", before: large, after: Uint8Array.of(1) },
    { ...kept, id: "b", action: "keep", before: large, after: large },
    { ...kept, id: "c", action: "delete", before: Uint8Array.of(2), after: undefined }
  ])
  expect(packed.get(0).before?.length).toBe(3_000_000)
  const { before, after } = packed.get(1)
  expect(after).toBe(before)
  expect(packed.get(2)).toMatchObject({ id: "c", action: "delete", after: undefined })
  expect(() => packed.get(3)).toThrow(RangeError)
})
