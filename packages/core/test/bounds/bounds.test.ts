import { expect, it } from "vitest"
import { andMore, BoundedList } from "../../src/bounds/BoundedList.js"
import { bounds, shortened } from "../../src/bounds/Bounds.js"

it("keeps the first items of a list, counts the others, and says so at its end", () => {
  const list = new BoundedList((count) => andMore(count), 3)
  expect(list.isEmpty).toBe(true)
  for (let number = 1; number <= 3; number++) list.add(`problem ${number}`)
  expect(list.items).toEqual(["problem 1", "problem 2", "problem 3"])
  for (let number = 4; number <= 3_000_000; number++) list.add(`problem ${number}`)
  expect(list.items).toEqual(["problem 1", "problem 2", "problem 3", "and 2,999,997 more like these"])
  expect(list.count).toBe(3_000_000)
})

it("takes in lists that were bounded already without losing count", () => {
  const inner = new BoundedList(andMore, 2)
  for (const item of ["a", "b", "c", "d"]) inner.add(item)
  const outer = new BoundedList(andMore, 2)
  outer.addAll(inner.items, inner.count)
  outer.addAll(["e"])
  expect(outer.items).toEqual(["a", "b", "and 3 more like these"])
  expect(outer.count).toBe(5)
})

it("shows a text from outside in whole characters, and says where it was cut", () => {
  expect(shortened("Night Drive")).toBe("Night Drive")
  expect(shortened("x".repeat(9_000_000))).toBe(`${"x".repeat(bounds.shownText)}…`)
  expect(shortened(`${"x".repeat(9)}🎵🎵`, 10)).toBe(`${"x".repeat(9)}…`)
  expect(shortened(`${"x".repeat(8)}🎵🎵`, 10)).toBe(`${"x".repeat(8)}🎵…`)
})
