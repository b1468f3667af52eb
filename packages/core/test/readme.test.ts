/** The first example of the README is compiled (it lies in `example.ts`) and does what its comments say. */
import { readFileSync } from "node:fs"
import { expect, it, vi } from "vitest"
// What the example loads: here it does not count as time of the test.
import "../src/index.js"

const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8")

it("the example of the README runs and prints what it says", async () => {
  const [, code = "", printed = ""] =
    /```ts\n([\s\S]*?\n)((?:\/\/ .*\n)+)```/.exec(read("../README.md")) ?? []
  expect(read("example.ts")).toBe(code.replace('"@white-room/core"', '"../src/index.js"'))
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  await import("./example.js")
  expect(log.mock.calls.flat().join("\n")).toBe(printed.trim().replaceAll("// ", ""))
  log.mockRestore()
})
