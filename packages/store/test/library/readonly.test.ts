import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { adopt, openLibrary } from "../../src/index.js"
import { makeAppDatabase } from "../support/appDatabase.js"
import { failure, freshPath, song, songs, sqlite, temporaryFolder } from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"

const siblings = (path: string): ReadonlyArray<string> =>
  readdirSync(dirname(path)).map((name) => join(dirname(path), name))

const checksums = (path: string): string => execFileSync("cksum", [...siblings(path)], { encoding: "utf8" })

/** The folder for temporary files, a new one for this test. */
const ownTemporaryFolder = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const before = process.env.TMPDIR
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    })
  )
  process.env.TMPDIR = folder
  expect(tmpdir()).toBe(folder)
  return folder
})

describe("a library on a medium that cannot be written", () => {
  it.scoped("is read in full, also what its WAL still holds, and never written", (ctx) =>
    Effect.gen(function* () {
      const path = yield* freshPath
      const writer = yield* openLibrary(path)
      yield* writer.songs.upsertAll(songs(30))
      yield* writer.backups.take()
      sqlite(path, "UPDATE song_data SET name = 'by the app' WHERE id = 's1'")
      const medium = yield* readonlyFolder(siblings(path))
      if (medium === undefined) return ctx.skip(cannotMount)
      const place = join(medium, "library.db")
      const folder = yield* ownTemporaryFolder
      const before = checksums(place)
      const reading = Effect.gen(function* () {
        const library = yield* openLibrary(place)
        expect(yield* library.upkeep.status).toMatchObject({
          readonly: true,
          songs: 30,
          backups: 1,
          path: place
        })
        expect((yield* library.songs.read("s1")).name).toBe("by the app")
        expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
        expect((yield* library.backups.plan("b1")).mode).toBe("merge")
        expect((yield* library.upkeep.prune({ dryRun: true })).forgotten).toEqual([])
        const refused = yield* Effect.all([
          failure(library.songs.create(song("x"))),
          failure(library.backups.take()),
          failure(library.backups.restore("b1")),
          failure(library.log.capture),
          failure(library.upkeep.prune()),
          failure(library.upkeep.rebuild())
        ])
        expect([...new Set(refused)]).toEqual(["LibraryReadOnly"])
        expect(readdirSync(folder)).toHaveLength(1)
      })
      yield* Effect.scoped(reading)
      expect(readdirSync(folder)).toEqual([])
      expect(checksums(place)).toBe(before)
    })
  )

  it.scoped("cannot be adopted there, and that is said", (ctx) =>
    Effect.gen(function* () {
      const path = makeAppDatabase(join(yield* temporaryFolder, "white_room.db"))
      const medium = yield* readonlyFolder(siblings(path))
      if (medium === undefined) return ctx.skip(cannotMount)
      expect(yield* failure(adopt(join(medium, "white_room.db")))).toBe("LibraryReadOnly")
      expect(readdirSync(medium)).toEqual(["white_room.db"])
    })
  )

  it.scoped("that is not a library leaves no temporary copy behind", (ctx) =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "library.db")
      sqlite(path, "CREATE TABLE mails(id INTEGER)")
      const medium = yield* readonlyFolder(siblings(path))
      if (medium === undefined) return ctx.skip(cannotMount)
      const place = join(medium, "library.db")
      const folder = yield* ownTemporaryFolder
      expect(yield* failure(Effect.scoped(openLibrary(place)))).toBe("NotALibrary")
      expect(readdirSync(folder)).toEqual([])
    })
  )
})
