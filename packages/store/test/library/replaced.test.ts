import { execFileSync } from "node:child_process"
import { existsSync, renameSync, rmSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createLibrary, type Library, openLibrary, type WhiteRoomError } from "../../src/index.js"
import { failure, freshLibrary, freshPath, song, sqlite } from "../support/libraries.js"

/** By another process: a descriptor that this one closed would take the locks of its open libraries with it. */
const checksum = (file: string): string => execFileSync("cksum", [file], { encoding: "utf8" })

const everyWrite = (library: Library): ReadonlyArray<Effect.Effect<unknown, WhiteRoomError>> => [
  library.songs.create(song("x")),
  library.songs.upsertAll([song("x")]),
  library.preferences.upsert({ theme: "dark" }),
  library.imports.entities({ source: "test", songs: [song("x")] }),
  library.backups.take(),
  library.backups.restore("b1", { mode: "exact" }),
  library.backups.edit("b1", { pinned: true }),
  library.objects.put([new Uint8Array(3)]),
  library.upkeep.rebuild(),
  library.upkeep.prune()
]

const errorsOf = (library: Library) =>
  Effect.map(Effect.all(everyWrite(library).map((write) => failure(Effect.asVoid(write)))), (tags) => [
    ...new Set(tags)
  ])

const opened = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.create(song("a"))
  yield* library.backups.take()
  return library
})

describe("a library file that is replaced while it is open", () => {
  it.scoped("gets no write that was meant for the one before", () =>
    Effect.gen(function* () {
      const library = yield* opened
      const other = `${library.path}.other`
      yield* createLibrary(other)
      const before = checksum(other).split(" ")[0]
      renameSync(other, library.path)
      expect(yield* errorsOf(library)).toEqual(["LibraryReplaced"])
      expect(checksum(library.path).split(" ")[0]).toBe(before)
    })
  )

  it.scoped("and closed afterwards leaves the new one alone", () =>
    Effect.gen(function* () {
      const [path, other] = [yield* freshPath, yield* freshPath]
      const replacing = Effect.gen(function* () {
        const stale = yield* openLibrary(path)
        renameSync(other, path)
        expect(yield* failure(stale.songs.create(song("x")))).toBe("LibraryReplaced")
        const fresh = yield* openLibrary(path)
        yield* fresh.songs.create(song("new"))
      })
      yield* Effect.scoped(replacing)
      const fresh = yield* openLibrary(path)
      expect((yield* fresh.songs.list()).map(({ id }) => id)).toEqual(["new"])
      expect((yield* fresh.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("or deleted gets no write into nowhere", () =>
    Effect.gen(function* () {
      const library = yield* opened
      rmSync(library.path)
      expect(yield* errorsOf(library)).toEqual(["LibraryReplaced"])
      expect(existsSync(library.path)).toBe(false)
    })
  )

  it.scoped("or got another epoch, as a copy does, is not written by the session before", () =>
    Effect.gen(function* () {
      const library = yield* opened
      sqlite(library.path, "UPDATE library_info SET epoch = zeroblob(16)")
      expect(yield* errorsOf(library)).toEqual(["LibraryReplaced"])
      const again = yield* openLibrary(library.path)
      yield* again.songs.create(song("x"))
      expect(yield* again.songs.count).toBe(2)
    })
  )
})
