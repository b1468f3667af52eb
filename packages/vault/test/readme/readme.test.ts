/** The README's programs are those beside this test: compiled, and run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

/** What a program prints in a folder of its own, in which the disk `studio-ssd` is. */
const printed = async (run: () => Promise<unknown>): Promise<ReadonlyArray<unknown>> => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    mkdirSync("studio-ssd")
    await run()
    return log.mock.calls.flat()
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
}

it("shows the programs that are compiled and run here", () => {
  const programs = [...read("../../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  const shown = ["./firstSuccess.ts", "./places.ts"].map((file) =>
    read(file).replaceAll('"../../src/index.js"', '"@white-room/vault"')
  )
  expect(programs).toEqual(shown)
})

it("the first pushes, brings one song back, checks and clones a library", async () => {
  expect(await printed(() => import("./firstSuccess.js"))).toEqual([
    "2 events in 1 file",
    "Night Drive is back",
    "sound: true; 1 song and 1 backup came back"
  ])
})

it("the second keeps blobs in a folder", async () => {
  expect(await printed(() => import("./places.js"))).toEqual([
    "keeps the first of two: true",
    "songs/night-drive: 8 bytes",
    "studio-ssd has songs/night-drive already; it was left as it is."
  ])
})
