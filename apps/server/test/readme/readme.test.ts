/** The README's programs are those beside this test: compiled, and run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

const programs = ["./program.ts", "./webApp.ts"]

it("shows the programs that are compiled and run here", () => {
  const shown = [...read("../../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text)
  const lines = (text: string | undefined) => text?.split("\n").toSorted()
  const here = programs.map((name) =>
    read(name)
      .replace("// As built: a thread runs no TypeScript.\n", "")
      .replaceAll(/"\.\.\/\.\.\/(?:src|dist)\/index\.js"/g, '"@white-room/server"')
  )
  expect(shown.map(lines)).toEqual(here.map(lines))
})

/** What a program prints, in a folder of its own. */
const run = async (load: () => Promise<unknown>) => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-server-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    await load()
    return log.mock.calls.flat()
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
}

it("starts a server and invites somebody", async () => {
  expect(await run(() => import("./program.js"))).toEqual(["Anna can connect"])
})

it("is a web app: makes a library, saves a song, is told of a conflict, takes a deletion back", async () => {
  expect(await run(() => import("./webApp.js"))).toEqual([
    "200, then 412 VersionConflict: it is at version 2",
    'undone: delete song Day Drive; Day Drive is back at version "4"'
  ])
})
