/** However much is written, few files have to be read, and an upkeep asks for few things. */
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  checkVault,
  clone,
  counting,
  listLines,
  memoryBlobs,
  push,
  upkeep,
  upkeepDue,
  type Vault
} from "../src/index.js"
import { coverOf } from "../src/Path.js"
import { contents, knownHome, newLibrary, song, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

const coverNow = (vault: Vault) =>
  Effect.map(listLines(vault), ([line]) => coverOf(line?.segments ?? [], 0, Number.MAX_SAFE_INTEGER))

const bytesOf = (segments: ReadonlyArray<{ readonly bytes: number }>): number =>
  segments.reduce((sum, { bytes }) => sum + bytes, 0)

describe("a busy day", () => {
  it("is kept up every six hours, and after 32 files", () => {
    const hour = 3_600_000
    expect(upkeepDue({ at: 0, files: 31 }, 6 * hour - 1)).toBe(false)
    expect(upkeepDue({ at: 0, files: 0 }, 6 * hour)).toBe(true)
    expect(upkeepDue({ at: 0, files: 32 }, 1)).toBe(true)
    expect(upkeepDue({ at: 0, files: 1 }, 60_000, 60_000)).toBe(true)
  })

  it.scoped(
    "of a push a minute leaves at most 90 files to read, and writes each byte a few times",
    () =>
      Effect.gen(function* () {
        const library = yield* newLibrary
        const place = memoryBlobs()
        const blobs = counting(place)
        const vault = yield* withVault(library, blobs)
        const aside = { ...vault, blobs: place }
        let keptUp = { at: yield* Clock.currentTimeMillis, files: 0 }
        let longest = 0
        for (let round = 0; round < rounds(150, 600); round++) {
          yield* TestClock.adjust("1 minute")
          for (let each = 0; each < 4; each++)
            yield* library.songs.upsert(song(`s${(round * 7 + each) % 40}`, `${round}`))
          const { segments } = yield* push(library, vault, yield* knownHome(library))
          longest = Math.max(longest, (yield* coverNow(aside)).length)
          keptUp = { ...keptUp, files: keptUp.files + segments }
          const now = yield* Clock.currentTimeMillis
          if (!upkeepDue(keptUp, now)) continue
          keptUp = { at: now, files: 0 }
          yield* upkeep(library, vault, yield* knownHome(library), { reclaim: false })
        }
        expect(longest).toBeGreaterThan(16)
        expect(longest).toBeLessThanOrEqual(90)
        expect(blobs.counts().put.bytes).toBeLessThanOrEqual(6 * bytesOf(yield* coverNow(aside)))
        expect((yield* checkVault(aside, { level: "full" })).damaged).toEqual([])
        const file = `${yield* temporaryFolder}/clone.db`
        yield* clone(aside, file)
        expect(contents(file)).toBe(contents(library.path))
      }),
    { timeout: 600_000 }
  )

  it.scoped("is kept up with one listing, and one more before anything is deleted", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const blobs = counting(memoryBlobs())
      const vault = yield* withVault(library, blobs)
      for (let round = 0; round < 48; round++) {
        yield* library.songs.upsert(song("a", `${round}`))
        yield* push(library, vault, yield* knownHome(library))
      }
      yield* TestClock.adjust("2 minutes")
      const keepUp = Effect.gen(function* () {
        blobs.reset()
        const known = yield* knownHome(library)
        const report = yield* upkeep(library, vault, known, { reclaim: false })
        const { get, list, put } = blobs.counts()
        return { ...report, get: get.requests, list: list.requests, put: put.requests }
      })
      // 48 files and three that were made are read, each once; where the line begins; and what is before a group.
      const merged = yield* keepUp
      expect(merged).toMatchObject({ merged: 48, made: 3, deleted: 0, list: 1, put: 3 })
      expect(merged.get).toBeLessThanOrEqual(48 + 3 + 1 + 3)
      yield* TestClock.adjust("25 hours")
      expect(yield* keepUp).toMatchObject({ merged: 0, deleted: 48, list: 2, get: 1 })
      expect(yield* keepUp).toMatchObject({ merged: 0, deleted: 0, list: 1, get: 1 })
    })
  )

  it.scoped("is cloned by reading each file once", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const blobs = counting(memoryBlobs())
      const vault = yield* withVault(library, blobs)
      for (let round = 0; round < 5; round++) {
        yield* library.songs.upsert(song("a", `${round}`))
        yield* push(library, vault, yield* knownHome(library))
      }
      blobs.reset()
      const file = `${yield* temporaryFolder}/clone.db`
      yield* clone(vault, file)
      expect(contents(file)).toBe(contents(library.path))
      // Five segments, and where the line begins.
      expect(blobs.counts()).toMatchObject({ get: { requests: 6 }, list: { requests: 1 } })
    })
  )
})
