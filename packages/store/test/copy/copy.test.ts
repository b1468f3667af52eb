import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { openLibrary } from "../../src/index.js"
import {
  dump,
  failure,
  freshLibrary,
  hour,
  morning,
  song,
  songs,
  sqlite,
  tamper,
  temporaryFolder
} from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"

/** SQLite's own files beside a database do not count. */
const files = (folder: string) => readdirSync(folder).filter((name) => !/-(wal|shm)$/.test(name))

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(20))
  return library
})

describe("a copy outside the library", () => {
  it.scoped("holds everything, was verified, and opens like the original", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = join(realpathSync(yield* temporaryFolder), "new", "folder")
      const report = yield* library.copyTo(folder)
      expect(report).toMatchObject({
        copiedAt: new Date(morning),
        backupNumber: 1,
        backup: { number: 1, songs: 20 }
      })
      expect(files(folder)).toHaveLength(1)
      expect(report.path).toMatch(/\/new\/folder\/library-[0-9a-f]{8}\.db$/)
      expect(report.bytes).toBe(statSync(report.path).size)
      const copy = yield* openLibrary(report.path)
      expect(dump(copy)).toBe(dump(library))
      expect((yield* copy.check({ level: "full" })).damaged).toEqual([])
      expect(yield* copy.backups.validateBackup("b1", "full")).toMatchObject({
        isValid: true,
        validSongs: 20
      })
      yield* copy.songs.delete("s0")
      yield* copy.backups.restoreFromBackup("b1")
      expect(dump(copy)).toBe(dump(library))
    })
  )

  it.scoped("takes the place of the one before, and the status knows it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      expect((yield* library.status).copies).toEqual([])
      const first = yield* library.copyTo(folder)
      yield* TestClock.adjust(hour)
      expect(yield* library.copyTo(folder)).toMatchObject({ path: first.path, backupNumber: 1 })
      yield* library.songs.create(song("x"))
      const third = yield* library.copyTo(folder)
      expect(third).toMatchObject({ path: first.path, backupNumber: 2 })
      expect(files(folder)).toHaveLength(1)
      const { backup: _, ...copy } = third
      expect((yield* library.status).copies).toEqual([{ ...copy, present: true }])
      rmSync(third.path)
      expect((yield* library.status).copies).toEqual([{ ...copy, present: false }])
    })
  )

  it.scoped("of two libraries with one name can lie in one folder", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const library of [yield* filled, yield* filled]) yield* library.copyTo(folder)
      expect(files(folder)).toHaveLength(2)
    })
  )

  it.scoped("is not made of a damaged library, and leaves the good copy before it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      const good = yield* library.copyTo(folder)
      const size = statSync(good.path).size
      tamper(library, "DELETE FROM event_log WHERE position = 3")
      expect(yield* failure(library.copyTo(folder))).toBe("LibraryDamaged")
      expect(files(folder)).toEqual([basename(good.path)])
      expect(statSync(good.path).size).toBe(size)
      expect((yield* (yield* openLibrary(good.path)).check({ level: "full" })).ok).toBe(true)
    })
  )

  it.scoped("is refused where it would replace the library, or where no folder is", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const id = sqlite(library.path, "SELECT substr(library_id, 1, 8) FROM library_info")
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "mine")
      expect(yield* failure(library.copyTo(join(folder, "file")))).toBe("InvalidInput")
      const below = yield* Effect.flip(library.copyTo(join(folder, "file", "below")))
      expect(below).toMatchObject({ _tag: "StorageFailed", path: join(folder, "file", "below") })
      const named = yield* library.copyTo(folder)
      const same = yield* openLibrary(named.path)
      const stem = `library-${id}-${id}.db`
      expect((yield* same.copyTo(folder)).path).toBe(join(realpathSync(folder), stem))
      expect(existsSync(named.path)).toBe(true)
      mkdirSync(join(folder, stem.replace(/\.db$/, "x")))
      expect(dirname(named.path)).toBe(realpathSync(folder))
    })
  )

  it.scoped("into a folder that cannot be written is a typed error", (ctx) =>
    Effect.gen(function* () {
      const folder = yield* readonlyFolder([])
      if (folder === undefined) return ctx.skip(cannotMount)
      const library = yield* filled
      for (const place of [folder, join(folder, "new", "place")])
        expect(yield* Effect.flip(library.copyTo(place))).toMatchObject({
          _tag: "LibraryReadOnly",
          path: place
        })
      expect(readdirSync(folder)).toEqual([])
      expect(yield* library.songs.count).toBe(20)
    })
  )
})
