import { execFileSync, spawn } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createLibrary, openLibrary } from "../../src/index.js"
import { failure, freshPath, song, sqlite, temporaryFolder } from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"

describe("creating a library", () => {
  it.scoped("where nothing can be written is a typed error that names the place", (ctx) =>
    Effect.gen(function* () {
      const folder = yield* readonlyFolder([])
      if (folder === undefined) return ctx.skip(cannotMount)
      for (const path of [join(folder, "library.db"), join(folder, "new", "place", "library.db")])
        expect(yield* Effect.flip(createLibrary(path))).toMatchObject({ _tag: "LibraryReadOnly", path })
      expect(readdirSync(folder)).toEqual([])
    })
  )

  it.scoped("makes one file, and its folder when that is missing", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "White Room", "älbum #1?.db")
      yield* createLibrary(path)
      expect(readdirSync(dirname(path))).toEqual(["älbum #1?.db"])
      const library = yield* openLibrary(path)
      yield* library.songs.create(song("a"))
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("sets the file up for durable writes and for giving space back", () =>
    Effect.gen(function* () {
      const path = yield* freshPath
      expect(
        sqlite(
          path,
          "PRAGMA journal_mode",
          "PRAGMA auto_vacuum",
          "PRAGMA application_id",
          "PRAGMA user_version"
        )
      ).toBe("wal\n2\n0\n0")
    })
  )

  it.scoped("never touches what is there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const [name, make] of [
        ["text.db", (path: string) => writeFileSync(path, "mine")],
        ["empty.db", (path: string) => writeFileSync(path, "")],
        ["folder.db", (path: string) => mkdirSync(path)]
      ] as const) {
        make(join(folder, name))
        expect(yield* failure(createLibrary(join(folder, name)))).toBe("LibraryExists")
      }
      expect(readFileSync(join(folder, "text.db"), "utf8")).toBe("mine")
      expect(readdirSync(folder).sort()).toEqual(["empty.db", "folder.db", "text.db"])
    })
  )

  it.scoped("refuses a name beside which the WAL of a lost library lies", () =>
    Effect.gen(function* () {
      const path = yield* freshPath
      const lost = join(dirname(path), "lost.db")
      const library = yield* openLibrary(path)
      yield* library.songs.create(song("a"))
      execFileSync("cp", [`${path}-wal`, `${lost}-wal`])
      expect(yield* Effect.flip(createLibrary(lost))).toMatchObject({
        _tag: "LibraryExists",
        path: `${lost}-wal`
      })
      expect(existsSync(lost)).toBe(false)
      expect(statSync(`${lost}-wal`).size).toBeGreaterThan(0)
    })
  )

  it.scoped("refuses folders of services that would damage it, unless allowed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const places = [
        ["Dropbox/music/library.db", "Dropbox"],
        ["Library/Mobile Documents/com~apple~CloudDocs/library.db", "iCloud Drive"],
        ["Google Drive/library.db", "Google Drive"],
        ["OneDrive - Studio/library.db", "OneDrive"]
      ] as const
      for (const [place, service] of places) {
        const error = yield* Effect.flip(createLibrary(join(folder, place)))
        expect(error).toMatchObject({ _tag: "UnsafePlace", service })
      }
      expect(readdirSync(folder)).toEqual([])
      yield* createLibrary(join(folder, "Dropbox/library.db"), { allowSyncedFolder: true })
      symlinkSync(join(folder, "Dropbox"), join(folder, "music"))
      expect(yield* failure(createLibrary(join(folder, "music/new/other.db")))).toBe("UnsafePlace")
      yield* createLibrary(join(folder, "My Dropbox songs/library.db"))
    })
  )

  it.scoped("is done by one of many that try at the same time", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "library.db")
      const tries = Array.from({ length: 8 }, () => Effect.either(createLibrary(path)))
      const results = yield* Effect.all(tries, { concurrency: "unbounded" })
      expect(results.filter(({ _tag }) => _tag === "Right")).toHaveLength(1)
      expect(readdirSync(dirname(path))).toEqual(["library.db"])
    })
  )

  it.scoped("never replaces a file that appeared meanwhile", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const path = join(folder, "library.db")
      // Another program links a finished file under the name as often as it can.
      writeFileSync(join(folder, "theirs"), "theirs")
      const loop = `while :; do ln "$1/theirs" "$1/library.db" 2>/dev/null && exit; done`
      const other = spawn("sh", ["-c", loop, "sh", folder], { stdio: "ignore" })
      const done = new Promise((resolve) => other.on("exit", resolve))
      const made = yield* Effect.either(createLibrary(path))
      if (made._tag === "Right") {
        other.kill()
        yield* Effect.scoped(openLibrary(path))
      }
      yield* Effect.promise(() => done)
      if (made._tag === "Left") expect(readFileSync(path, "utf8")).toBe("theirs")
      expect(readFileSync(join(folder, "theirs"), "utf8")).toBe("theirs")
      expect(readdirSync(folder).filter((name) => name.includes("whiteroom-new"))).toEqual([])
    })
  )

  it.scoped("in a copied folder gives libraries with names of their own", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* freshPath, yield* freshPath]
      const id = (path: string) => sqlite(path, "SELECT library_id FROM library_info")
      expect(id(one)).not.toBe(id(two))
      const copy = `${one}.copy`
      copyFileSync(one, copy)
      expect(id(copy)).toBe(id(one))
    })
  )
})
