import { expect, it } from "vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import { merge3 } from "../../src/diff/Merge.js"
import { alignValues, freshBudget } from "../../src/document/ValueAlignment.js"
import { note } from "./fixtures.js"
import { patched } from "./patched.js"

const many = <A>(size: number, make: (index: number) => A) =>
  Array.from({ length: size }, (_, index) => make(index))

/** Compares, applies the patch, and gives it back with the words. */
const check = (before: string, after: string) => {
  const diff = diffDocuments(before, after)
  expect(patched(JSON.parse(before), diff.patch ?? [])).toStrictEqual(JSON.parse(after))
  return diff
}

it.each([
  ["lists", "[", "]"],
  ["objects", '{"tracks":', "}"],
  ["lists of objects", '[{"a":', "}]"]
])("takes the deepest %s that are read", (_, open, close) => {
  const deep = (value: number) => {
    const levels = 1000 / open.replace(/[^[{]/g, "").length
    return open.repeat(levels) + value + close.repeat(levels)
  }
  const { words, patch } = check(deep(1), deep(2))
  expect(words).toHaveLength(1)
  expect(words[0]?.length).toBeLessThan(200)
  expect(patch).toHaveLength(1)
  expect(merge3(deep(1), deep(2), deep(3)).conflicts).toHaveLength(1)
})

it("compares what is deeper as text", () => {
  const deeper = "[".repeat(1001) + "]".repeat(1001)
  expect(diffDocuments(deeper, `${deeper} `)).toMatchObject({ same: "no", patch: undefined })
})

it("stays linear where an exact alignment would not", () => {
  const numbers = (factor: number) => JSON.stringify(many(30_000, (index) => (index * factor) % 1009))
  check(numbers(7), numbers(11))
  const rows = (factor: number) =>
    JSON.stringify(many(250, (row) => many(250, (index) => (row + index * factor) % 101)))
  check(rows(7), rows(11))
  const lines = (factor: number) => many(30_000, (index) => (index * factor) % 1009).join("\n")
  expect(diffDocuments(lines(7), lines(11)).words[0]).toMatch(
    /^text changed \(\d+,\d{3} lines added, \d+,\d{3} removed\)$/
  )
})

it("stays linear where every element bears the same name, or none", () => {
  const named = (sign: number) =>
    JSON.stringify(many(10_000, (index) => ({ name: "x", value: sign * index + 1 })))
  check(named(1), named(-1))
  const nameless = (sign: number) => JSON.stringify(many(10_000, (index) => ({ value: sign * index + 1 })))
  check(nameless(1), nameless(-1))
  const reversed = JSON.stringify(many(30_000, (index) => ({ id: 30_000 - index })))
  expect(check(JSON.stringify(many(30_000, (index) => ({ id: index + 1 }))), reversed).patch).toHaveLength(1)
})

it("merges long lists whose sides differ everywhere", () => {
  const notes = (step: number) =>
    JSON.stringify({ notes: many(6_000, (index) => note(40 + ((index * step) % 40), index / 8)) })
  const { merged } = merge3(notes(1), notes(3), notes(7))
  expect(JSON.parse(merged ?? "").notes.length).toBeGreaterThan(3_000)
})

it("replaces a list of which little is left, in place of a patch longer than the list", () => {
  const { patch } = check(
    JSON.stringify(many(1000, (index) => index)),
    JSON.stringify(many(1000, (index) => index + 5000))
  )
  expect(patch).toHaveLength(1)
})

it("pairs the longest common run while it may, and never pairs what differs", () => {
  const [before, after] = [Int32Array.of(1, 2, 3, 2, 4), Int32Array.of(2, 3, 9, 4, 2)]
  expect([...alignValues(before, after, freshBudget())]).toEqual([1, 2, -1, 4, -1])
  const rough = alignValues(before, after, { cells: 0 })
  const pairs = [...rough].flatMap((from, to) => (from < 0 ? [] : [[from, to] as const]))
  expect(pairs.length).toBeGreaterThan(1)
  for (const [from, to] of pairs) expect(before[from]).toBe(after[to])
  expect(pairs.map(([from]) => from)).toEqual(pairs.map(([from]) => from).sort())
})
