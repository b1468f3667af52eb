/** The programs of the README are compiled (they lie beside this test) and do what their comments say. */
import { readFileSync } from "node:fs"
import { expect, it, vi } from "vitest"
// What the programs load: here it does not count as time of the tests.
import "../src/index.js"

const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8")

const shown = [...read("../README.md").matchAll(/```ts\n([\s\S]*?\n)((?:\/\/ .*\n)+)```/g)]

it.each([
  ["example.ts", () => import("./example.js")],
  ["rules.ts", () => import("./rules.js")]
] as const)("the README's %s runs and prints what it says", async (file, run) => {
  const program = read(file).replace('"../src/index.js"', '"@white-room/core"')
  const [, , printed = ""] = shown.find(([, code]) => code === program) ?? expect.unreachable("not shown")
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  await run()
  expect(log.mock.calls.flat().join("\n")).toBe(printed.trim().replaceAll("// ", ""))
  log.mockRestore()
})
