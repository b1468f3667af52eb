/** Killed at any moment of a push, a pull, a merge, a deletion or a clone, two libraries and their vault go on: promise 2. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import { type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import { checkVault, clone, folderBlobs, listLines, openPull, openVault, push } from "../src/index.js"
import { bundled } from "./support/bundled.js"
import { contents, knownHome, newLibrary, song, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

/** Numbers that look random, the same each time. */
const numbers = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

/** A vault, the library that it was made for, and another computer's. */
const newWorld = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const first = yield* newLibrary
  const vault = yield* withVault(first, folderBlobs(folder))
  yield* first.songs.create(song("a"))
  yield* push(first, vault, yield* knownHome(first))
  const second = path.join(yield* temporaryFolder, "second.db")
  yield* clone(vault, second, { name: "home" })
  const other = yield* openLibrary(second)
  yield* other.songs.create(song("b"))
  yield* push(other, vault, yield* knownHome(other))
  return { folder, files: [first.path, second], copy: path.join(yield* temporaryFolder, "copy.db") }
})

/** What both have is in the vault, whole, and comes back from there. */
const checkWorld = ({ folder, files }: Effect.Effect.Success<typeof newWorld>) =>
  Effect.gen(function* () {
    const vault = yield* openVault(folderBlobs(folder))
    const libraries = yield* Effect.forEach(files, (file) => openLibrary(file))
    const pushed = (library: Library) =>
      Effect.flatMap(knownHome(library), (known) => push(library, vault, known))
    for (const library of libraries) {
      expect(yield* pushed(library)).toMatchObject({ loss: undefined, damaged: [] })
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    }
    expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    for (const library of libraries) {
      const copy = path.join(yield* temporaryFolder, "copy.db")
      yield* clone(vault, copy, { line: (yield* knownHome(library)).line })
      expect(contents(copy)).toBe(contents(library.path))
    }
    // Each takes in what the other has; then nothing is new for either.
    for (const library of [...libraries, ...libraries]) {
      const opened = yield* openPull(library, vault, yield* knownHome(library))
      if (opened !== undefined) yield* opened.apply({ onConflict: "both" })
      yield* pushed(library)
    }
    for (const library of libraries)
      expect(yield* openPull(library, vault, yield* knownHome(library))).toBeUndefined()
    expect(yield* listLines(vault)).toHaveLength(2)
  }).pipe(Effect.scoped)

it.scopedLive(
  "two libraries and their vault survive a program that is killed",
  () =>
    Effect.gen(function* () {
      const program = yield* bundled("keeper")
      const next = numbers(20261129)
      const kills = rounds(4, 500)
      let world = yield* newWorld
      for (let kill = 1; kill <= kills; kill++) {
        const args = [1 + next(250), next(1_000_000), world.folder, world.copy, ...world.files].map(String)
        const { signal, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" })
        expect(signal, stderr).toBe("SIGKILL")
        // A clone is whole or not there; one that is whole was made, and not yet removed again.
        fs.rmSync(world.copy, { force: true })
        if (kill % 25 === 0 || kill === kills) yield* checkWorld(world)
        if (kill % 50 === 0) world = yield* newWorld
      }
    }),
  { timeout: 3_600_000 }
)
