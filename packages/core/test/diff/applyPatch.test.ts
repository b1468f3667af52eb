import { expect, it } from "vitest"
import { applyPatch } from "../../src/diff/applyPatch.js"
import type { JsonPatch } from "../../src/document/JsonPatch.js"

it("knows the six operations of RFC 6902", () => {
  const document = { a: [1, 2, 3], b: { c: "x", "m/n~": null } }
  const patch: JsonPatch = [
    { op: "test", path: "/b", value: { "m/n~": null, c: "x" } },
    { op: "add", path: "/a/1", value: 9 },
    { op: "add", path: "/a/-", value: 4 },
    { op: "remove", path: "/a/0" },
    { op: "replace", path: "/b/m~1n~0", value: [true] },
    { op: "copy", from: "/b/c", path: "/d" },
    { op: "move", from: "/b/c", path: "/a/0" }
  ]
  expect(applyPatch(document, patch)).toEqual({ a: ["x", 9, 2, 3, 4], b: { "m/n~": [true] }, d: "x" })
  expect(applyPatch(document, [{ op: "replace", path: "", value: 7 }])).toBe(7)
})

it.each<[string, JsonPatch]>([
  ["a field that is not there", [{ op: "remove", path: "/x" }]],
  ["a replacement of nothing", [{ op: "replace", path: "/x", value: 1 }]],
  ["an index past the end", [{ op: "add", path: "/a/4", value: 1 }]],
  ["an index that is none", [{ op: "add", path: "/a/01", value: 1 }]],
  ["the end of a list as something to take", [{ op: "remove", path: "/a/-" }]],
  ["a step into a plain value", [{ op: "add", path: "/a/0/x", value: 1 }]],
  ["a path that does not begin", [{ op: "add", path: "a", value: 1 }]],
  ["an inherited field", [{ op: "copy", from: "/toString", path: "/x" }]],
  ["a move into itself", [{ op: "move", from: "/b", path: "/b/c" }]],
  ["a test that fails", [{ op: "test", path: "/a/0", value: 2 }]],
  [
    "one step of several",
    [
      { op: "add", path: "/x", value: 1 },
      { op: "test", path: "/x", value: 2 }
    ]
  ]
])("refuses %s", (_, patch) => {
  expect(applyPatch({ a: [1, 2, 3], b: {} }, patch)).toBeUndefined()
})

it("leaves the document and the values of the patch alone", () => {
  const document = { a: [{ b: 1 }] }
  const value = { c: [1] }
  const after = applyPatch(document, [
    { op: "add", path: "/a/0/d", value },
    { op: "add", path: "/a/0/d/c/-", value: 2 },
    { op: "copy", from: "/a/0", path: "/a/-" },
    { op: "replace", path: "/a/0/b", value: 3 }
  ])
  expect(after).toEqual({
    a: [
      { b: 3, d: { c: [1, 2] } },
      { b: 1, d: { c: [1, 2] } }
    ]
  })
  expect(document).toEqual({ a: [{ b: 1 }] })
  expect(value).toEqual({ c: [1] })
})

it("takes __proto__ for a name", () => {
  const after = applyPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }])
  expect(JSON.stringify(after)).toBe('{"__proto__":{"polluted":true}}')
  expect(Object.getPrototypeOf(after)).toBe(Object.prototype)
})
