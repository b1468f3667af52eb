/** The README's program is the one beside this test: compiled, and run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("shows the program that is compiled and run here", () => {
  const programs = [...read("../../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  const shown = read("./places.ts").replaceAll('"../../src/index.js"', '"@white-room/vault"')
  expect(programs).toEqual([shown])
})

it("its program does what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    mkdirSync("studio-ssd")
    await import("./places.js")
    expect(log.mock.calls.flat()).toEqual([
      "keeps the first of two: true",
      "songs/night-drive: 8 bytes",
      "studio-ssd has songs/night-drive already; it was left as it is."
    ])
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
})
