import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("the README's example is the one that is compiled here, and does what it says", async () => {
  const example = read("./example.ts").replace("../../src/index.js", "@white-room/store")
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read("../../README.md")) ?? []
  expect(shown).toBe(example)

  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    await import("./example.js")
    expect(log.mock.calls).toEqual([["Night Drive is back"]])
    expect(readdirSync(folder)).toEqual(["library.db"])
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
})
