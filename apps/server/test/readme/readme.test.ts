/** The README's program is the one beside this test: compiled, and run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("shows the program that is compiled and run here", () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read("../../README.md")) ?? []
  const imports = (text: string | undefined) => text?.split("\n").toSorted()
  expect(imports(shown)).toEqual(
    imports(read("./program.ts").replaceAll('"../../src/index.js"', '"@white-room/server"'))
  )
})

it("starts a server and invites somebody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-server-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    await import("./program.js")
    expect(log.mock.calls.flat()).toEqual(["Anna can connect"])
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
})
