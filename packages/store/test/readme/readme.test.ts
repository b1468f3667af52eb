/** The README's programs are those beside this test: compiled, and run one after the other in one folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

/** What the README shows of a program: its own package by name. */
const shown = (program: string) =>
  read(`./${program}.ts`)
    .replaceAll('"../../src/index.js"', '"@white-room/store"')
    .replace(/"\.\.\/\.\.\/src\/(\w+)\.js"/g, '"@white-room/store/$1"')

const programs = [...read("../../README.md").matchAll(/```(ts|diff)\n([\s\S]*?)```/g)].map(
  ([, language, code = ""]) =>
    language === "ts"
      ? code
      : // A change of a program, after it was made.
        code.replace(/^-.*\n/gm, "").replace(/^[+ ]/gm, "")
)

it("shows the programs that are compiled and run here", () => {
  expect(programs).toEqual([
    shown("effect"),
    shown("promise"),
    shown("changes"),
    shown("phase5"),
    shown("sql")
  ])
})

const inOneFolder = async (body: (printed: () => ReadonlyArray<unknown>) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  try {
    process.chdir(folder)
    await body(() => log.mock.calls.splice(0).flat())
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
}

it("its programs do what they say", async () => {
  await inOneFolder(async (printed) => {
    await import("./effect.js")
    expect(printed()).toEqual(["Night Drive is back"])
    expect(readdirSync(".")).toEqual(["library.db"])
    rmSync("library.db")
    await import("./promise.js")
    expect(printed()).toEqual(["Night Drive is back"])
    await import("./changes.js")
    expect(printed()).toHaveLength(6)
    await import("./phase5.js")
    expect(printed()).toEqual(["1 song is back, Night Drive"])
    await import("./sql.js")
    expect(printed()).toEqual(["Two Bicycles, played in Basel"])
  })
})
