/** The README's programs are those beside this test: compiled, and run one after the other in one folder. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { expect, it, vi } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

/** What the README shows of a program: its own package by name. */
const shown = (program: string) =>
  read(`./${program}.ts`)
    .replaceAll('"../../src/index.js"', '"@white-room/scheduler"')
    .replaceAll('"../../src/promise.js"', '"@white-room/scheduler/promise"')

const programs = [...read("../../README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)

it("shows the programs that are compiled and run here", () => {
  expect(programs).toEqual([shown("effect"), shown("promise")])
})

it("its programs do what they say", async () => {
  const folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  const before = process.cwd()
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  const printed = () => log.mock.calls.splice(0).flat()
  try {
    process.chdir(folder)
    await Effect.runPromise(createLibrary("library.db"))
    await import("./effect.js")
    expect(printed()).toEqual(["next: weekdays 18:00", "done"])
    await import("./promise.js")
    expect(printed()).toEqual(["evening: backed up", "s1 saved"])
    const readSong = Effect.flatMap(openLibrary("library.db"), (library) => library.songs.read("s1"))
    const { songDataJSON } = await Effect.runPromise(Effect.scoped(readSong))
    expect(songDataJSON).toBe('{"tempo":96}')
  } finally {
    log.mockRestore()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
})
