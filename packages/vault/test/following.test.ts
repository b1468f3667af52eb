/** Readers go on when a merge takes the place of what they are about to read. */
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  checkVault,
  clone,
  listLines,
  memoryBlobs,
  mergeLine,
  push,
  type Vault
} from "../src/index.js"
import { contents, knownHome, newLibrary, song, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

/** Twenty pushes an hour apart. */
const pushedOften = Effect.gen(function* () {
  const blobs = memoryBlobs()
  const library = yield* newLibrary
  const vault = yield* withVault(library, blobs)
  for (let round = 0; round < 20; round++) {
    yield* library.songs.upsert(song(`s${round % 3}`, `round ${round}`))
    if (round % 5 === 0) yield* library.backups.take({})
    yield* push(library, vault, yield* knownHome(library))
    yield* TestClock.adjust("1 hour")
  }
  return { library, vault }
})

/** Before the nth file is read, everything is merged, and what was replaced is gone. */
const mergingAt = (vault: Vault, nth: number, merge: Effect.Effect<void, unknown>): Blobs => {
  let gets = 0
  return {
    ...vault.blobs,
    get: (name, range) => {
      const isSegment = name.endsWith(".seg")
      return isSegment && ++gets === nth
        ? Effect.zipRight(Effect.orDie(merge), vault.blobs.get(name, range))
        : vault.blobs.get(name, range)
    }
  }
}

it.scoped.each(rounds(1, 2) === 1 ? [1, 9] : [1, 2, 9, 19, 20])(
  "a clone and a check, though all is merged before file %i is read",
  (nth) =>
    Effect.gen(function* () {
      const { library, vault } = yield* pushedOften
      const { line } = yield* knownHome(library)
      const libraryId = (yield* listLines(vault))[0]?.library ?? ""
      const merge = Effect.gen(function* () {
        yield* mergeLine(vault, libraryId, line)
        yield* TestClock.adjust("25 hours")
        expect((yield* mergeLine(vault, libraryId, line)).deleted).toBe(16)
      })
      const file = path.join(yield* temporaryFolder, "clone.db")
      const report = yield* clone({ ...vault, blobs: mergingAt(vault, nth, merge) }, file)
      expect(report.damaged).toEqual([])
      expect(contents(file)).toBe(contents(library.path))
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
)

it.scoped("what is listed and is not there is damage, not an endless search", () =>
  Effect.gen(function* () {
    const { vault } = yield* pushedOften
    const [gone] = (yield* vault.blobs.list("")).blobs.filter(({ name }) => name.endsWith(".seg"))
    let lists = 0
    const blobs: Blobs = {
      ...vault.blobs,
      list: (prefix, after) =>
        Effect.tap(vault.blobs.list(prefix, after), () => Effect.sync(() => void lists++)),
      get: (name, range) => vault.blobs.get(name === gone?.name ? `${name}x` : name, range)
    }
    const file = path.join(yield* temporaryFolder, "clone.db")
    const refused = yield* Effect.flip(clone({ ...vault, blobs }, file))
    expect(refused).toMatchObject({ _tag: "VaultDamaged" })
    expect(lists).toBeLessThan(6)
    expect((yield* checkVault({ ...vault, blobs }, { level: "full" })).ok).toBe(false)
  })
)
