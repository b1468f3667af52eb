/** Making room for another library: its file moves whole and alone, or not at all. */
import { existsSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { createLibrary, openLibrary, setAside } from "../../src/index.js"
import { failure, freshPath, song, sound } from "../support/libraries.js"

const closed = Effect.gen(function* () {
  const path = yield* freshPath
  yield* Effect.scoped(Effect.flatMap(openLibrary(path), (library) => library.songs.create(song("a"))))
  return path
})

const filesOf = (path: string): ReadonlyArray<string> => readdirSync(dirname(path)).sort()

describe("setAside", () => {
  it.scoped("gives the file another name beside it, whole; the next one has another number", () =>
    Effect.gen(function* () {
      const path = yield* closed
      const [first, second] = ["library.set-aside.db", "library.set-aside-2.db"].map((name) =>
        join(dirname(path), name.replace("library", basename(path, ".db")))
      )
      expect(yield* setAside(path)).toBe(first)
      expect(filesOf(path)).toEqual([basename(first ?? "")])
      yield* createLibrary(path)
      expect(yield* setAside(path)).toBe(second)
      const library = yield* openLibrary(first ?? "")
      expect((yield* library.songs.read("a")).id).toBe("a")
      yield* sound(library)
    })
  )

  it.scoped("moves nothing that somebody has open, and nothing that is not there", () =>
    Effect.gen(function* () {
      const path = yield* closed
      const before = filesOf(path)
      // Another program, which reads nothing just now.
      const other = new Sqlite(path)
      other.prepare("SELECT count(*) FROM song_data").get()
      expect(yield* failure(Effect.asVoid(setAside(path)))).toBe("LibraryLocked")
      other.close()
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* openLibrary(path)
          expect(yield* failure(Effect.asVoid(setAside(path)))).toBe("LibraryLocked")
        })
      )
      expect(filesOf(path)).toEqual(before)
      const link = `${path}.link`
      symlinkSync(path, link)
      expect(yield* failure(Effect.asVoid(setAside(link)))).toBe("InvalidInput")
      rmSync(link)
      yield* setAside(path)
      expect(existsSync(path)).toBe(false)
      expect(yield* failure(Effect.asVoid(setAside(path)))).toBe("LibraryNotFound")
    })
  )
})
