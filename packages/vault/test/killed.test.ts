/** Killed at any moment of a push, a merge, a deletion or a clone, the vault says the same, and all goes on: promise 2. */
import { spawn } from "node:child_process"
import * as path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { checkVault, clone, folderBlobs, listLines, openVault, push } from "../src/index.js"
import { contents, knownHome, newLibrary, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

/** Numbers that look random, the same each time. */
const numbers = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

/** Runs the program and kills it after so many steps. */
const killAfter = async (args: ReadonlyArray<string>, steps: number): Promise<void> => {
  const program = fileURLToPath(new URL("./support/keeper.mjs", import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] })
  const ended = new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)))
  let seen = 0
  for await (const _ of createInterface({ input: child.stdout })) if (++seen === steps) child.kill("SIGKILL")
  expect(await ended).toBe("SIGKILL")
}

it.scopedLive("a library and its vault survive a program that is killed", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const created = yield* newLibrary
    yield* withVault(created, folderBlobs(folder))
    const next = numbers(20261129)
    const kills = rounds(2, 200)
    for (let kill = 1; kill <= kills; kill++) {
      const copy = path.join(yield* temporaryFolder, "copy.db")
      yield* Effect.promise(() => killAfter([created.path, folder, copy], 1 + next(rounds(18, 30))))
      if (kill % 10 !== 0 && kill !== kills) continue
      const library = yield* openLibrary(created.path)
      const vault = yield* openVault(folderBlobs(folder))
      const pushed = yield* push(library, vault, yield* knownHome(library))
      expect(pushed).toMatchObject({ loss: undefined, damaged: [] })
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      const file = path.join(yield* temporaryFolder, "clone.db")
      yield* clone(vault, file)
      expect(contents(file)).toBe(contents(library.path))
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    }
    const lines = yield* listLines(yield* openVault(folderBlobs(folder)))
    expect(lines).toHaveLength(1)
  })
)
