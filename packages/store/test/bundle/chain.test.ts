/** Folders of bundles that earlier versions wrote: each file has what those before it lack. They are read for ever. */
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { concatBytes, writeBundle } from "@white-room/core"
import * as Effect from "effect/Effect"
import { readBundleFile, sha256Hasher } from "../../src/bundle/BundleFile.js"
import { checkBundles, type Library, readBundles } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import { writeChain } from "../support/chain.js"
import { dump, failure, freshLibrary, song, songs, sound, temporaryFolder } from "../support/libraries.js"

const golden = fileURLToPath(new URL("../golden/chain", import.meta.url))

/** Takes in everything at a place; what it did, and what could not be taken. */
const imported = (library: Library, place: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const opened = yield* library.imports.open([place])
      return { ...(yield* opened.apply()), problems: opened.problems }
    })
  )

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(40))
  return library
})

const contentOf = (library: Library, id: string) =>
  Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON)

describe("the golden chain of three bundles", () => {
  const copied = Effect.tap(temporaryFolder, (folder) =>
    Effect.sync(() => cpSync(golden, folder, { recursive: true }))
  )

  it.scoped("is whole, and lists its backups with the files that belong together", () =>
    Effect.gen(function* () {
      expect(yield* checkBundles(golden)).toMatchObject({ ok: true, files: 3, damaged: [] })
      const { chains, unusable } = yield* readBundles(golden)
      expect(unusable).toEqual([])
      expect(chains).toHaveLength(1)
      expect(chains[0]?.files).toHaveLength(3)
      expect(
        chains[0]?.backups.map(({ number, description, songs: held }) => [number, description, held])
      ).toEqual([
        [1, "step 1", 1],
        [2, "step 2", 2],
        [3, "step 3", 3]
      ])
    })
  )

  it.scoped("gives every backup back, byte for byte, by restore and by import", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      for (const held of [1, 2, 3]) {
        const { reference } = yield* library.copies.source(golden, `b${held}`)
        yield* library.backups.restore(reference, { mode: "exact" })
        const ids = (yield* library.songs.list()).map(({ id }) => id).sort()
        expect(ids).toEqual(["song-1", "song-2", "song-3"].slice(0, held))
        expect(yield* contentOf(library, `song-${held}`)).toBe(`{"tempo":${held}}`)
      }
      const other = yield* freshLibrary
      expect(yield* imported(other, golden)).toMatchObject({ songsRestored: 3, problems: [] })
      expect((yield* other.backups.list()).map(({ description }) => description)).toEqual([
        "step 1",
        "step 2",
        "step 3"
      ])
      yield* sound(other)
    })
  )

  it.scoped("brings what is whole when files are gone, and names them", () =>
    Effect.gen(function* () {
      const folder = yield* copied
      const [first = "", second = ""] = readdirSync(folder).sort()
      rmSync(join(folder, first))
      const { damaged } = yield* checkBundles(folder)
      expect(damaged[0]).toMatchObject({ what: first, reason: "it is missing; others build on it" })
      const library = yield* freshLibrary
      const found = yield* library.copies.source(folder, "latest")
      expect(found.files.map(({ what }) => what)).toEqual([first])
      expect(yield* library.backups.restore(found.reference)).toMatchObject({ songsRestored: 2 })
      rmSync(join(folder, second))
      const other = yield* freshLibrary
      const result = yield* imported(other, folder)
      expect(result).toMatchObject({ songsRestored: 1 })
      expect(result.problems.length).toBeGreaterThan(0)
      expect(yield* contentOf(other, "song-3")).toBe('{"tempo":3}')
    })
  )

  it.scoped("mends a library", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* imported(library, golden)
      expect(yield* library.copies.repair(golden)).toMatchObject({ ok: true, damaged: [], taken: 0 })
    })
  )
})

describe("a folder of bundles", () => {
  it.scoped("gives a new library everything, byte for byte, and nothing twice", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.backups.take({ description: "first", tags: ["live"], pinned: true })
      const folder = join(yield* temporaryFolder, "new", "folder")
      yield* writeChain(library, folder)
      yield* library.songs.create(song("x"))
      yield* writeChain(library, folder)
      const other = yield* freshLibrary
      expect(yield* imported(other, folder)).toMatchObject({
        songsRestored: 41,
        isSuccess: true,
        conflicts: 0,
        problems: []
      })
      expect(dump(other)).toBe(dump(library))
      const told = (of: Library) =>
        Effect.map(of.backups.list(), (all) =>
          all.map(({ backupId, root, description, tags, pinned, timestamp }) => ({
            backupId,
            root,
            description,
            tags,
            pinned,
            timestamp
          }))
        )
      expect(yield* told(other)).toEqual(yield* told(library))
      expect((yield* other.upkeep.check({ level: "full" })).damaged).toEqual([])
      const { position } = yield* other.log.head
      expect(yield* imported(other, folder)).toMatchObject({ songsRestored: 0, backups: [], problems: [] })
      expect((yield* other.log.head).position).toBe(position)
    })
  )

  it.scoped("may have those of two libraries; each takes its own, another needs a file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [one, two] = [yield* filled, yield* filled]
      yield* two.songs.create(song("only-two"))
      yield* writeChain(one, folder)
      const file = yield* writeChain(two, folder)
      expect((yield* one.copies.source(folder, "latest")).backup.songs).toBe(40)
      expect((yield* two.copies.source(folder, "latest")).backup.songs).toBe(41)
      const other = yield* freshLibrary
      expect(yield* failure(other.copies.source(folder, "latest"))).toBe("InvalidInput")
      expect((yield* other.copies.source(file, "latest")).backup.songs).toBe(41)
    })
  )

  it.scoped("with a file that is whole and hollow names what it does not have", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      const file = yield* writeChain(library, folder)
      const { manifest } = readBundleFile(file)
      writeFileSync(file, concatBytes([...writeBundle([], manifest, sha256Hasher(), sha256)]))
      const { ok, damaged } = yield* checkBundles(folder)
      expect([ok, damaged[0]?.backups]).toEqual([false, ["b1"]])
      const other = yield* freshLibrary
      expect(yield* failure(other.copies.source(folder, "latest"))).toBe("BundleDamaged")
    })
  )

  it.scoped("may have other files in it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      for (const name of ["library-1234.db", "notes.txt", "cut.whiteroom"])
        writeFileSync(join(folder, name), "mine")
      const file = yield* writeChain(library, folder)
      const { chains, unusable } = yield* readBundles(folder)
      expect(chains[0]?.files.map(({ path }) => basename(path))).toEqual([basename(file)])
      expect(unusable).toEqual([
        { path: join(folder, "cut.whiteroom"), reason: expect.stringContaining("no bundle") }
      ])
    })
  )
})
