import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import fsp from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { describe, expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { afterEach } from "vitest"
import {
  type BlobSource,
  folderBlobs,
  keepsFirst,
  retrying,
  sourceOf,
  sourceOfFile
} from "../../src/index.js"
import { blobsContract } from "../../src/testing.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

/** Has a call of the file system do something else, for the modules that are loaded already too. */
const instead = <Name extends "link" | "open" | "rename" | "rm">(name: Name, body: (typeof fsp)[Name]) => {
  Object.assign(fsp, { [name]: body })
  syncBuiltinESMExports()
}

const real = { ...fsp }
const restore = () => {
  Object.assign(fsp, real)
  syncBuiltinESMExports()
}
afterEach(restore)

const source = sourceOf(utf8("a song"))

const systemError = (code: string) => Object.assign(new Error(code), { code })

const withoutLinks = Effect.sync(() => {
  instead("link", () => Promise.reject(systemError("EPERM")))
})

/** The next such call fails. */
const failing = (name: "open" | "rename" | "rm", code: string) =>
  instead(name, () => {
    instead(name, real[name])
    return Promise.reject(systemError(code))
  })

const namesIn = (folder: string) => fs.readdirSync(folder, { recursive: true }).map(String).sort()

const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000)

blobsContract(
  "folder without links",
  Effect.gen(function* () {
    yield* withoutLinks
    return folderBlobs(yield* temporaryFolder, { pageSize: 5 })
  })
)

describe("a folder of blobs", () => {
  it.scoped("keeps files and folders to its user, and leaves nothing else behind", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* folderBlobs(folder).put("lib/line/a", source)
      expect(namesIn(folder)).toEqual(["lib", "lib/line", "lib/line/a"])
      expect(fs.statSync(join(folder, "lib/line/a")).mode & 0o777).toBe(0o600)
      expect(fs.statSync(join(folder, "lib/line/a")).nlink).toBe(1)
      expect(fs.statSync(join(folder, "lib")).mode & 0o777).toBe(0o700)
    })
  )

  it.scoped("puts a file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(yield* temporaryFolder, "segment")
      fs.writeFileSync(file, Buffer.alloc(700_000, 7))
      const blobs = folderBlobs(folder)
      yield* blobs.put("a", yield* sourceOfFile(file))
      expect((yield* blobs.get("a")).length).toBe(700_000)
      expect(yield* Effect.flip(sourceOfFile(join(folder, "none")))).toMatchObject({ _tag: "StorageFailed" })
    })
  )

  it.scoped("is never made: a disk that is not there is unreachable", () =>
    Effect.gen(function* () {
      const root = join(yield* temporaryFolder, "usb")
      const blobs = folderBlobs(root)
      const all: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        blobs.put("a", source),
        blobs.get("a"),
        blobs.head("a"),
        blobs.list(""),
        blobs.delete("a"),
        blobs.now
      ]
      for (const call of all)
        expect(yield* Effect.flip(call)).toMatchObject({
          _tag: "PlaceUnreachable",
          retryable: false
        })
      expect(fs.existsSync(root)).toBe(false)
      fs.writeFileSync(root, "")
      expect(yield* Effect.flip(blobs.list(""))).toMatchObject({ _tag: "PlaceRefused" })
    })
  )

  it.scoped("follows no link out of it, and waits for no pipe", () =>
    Effect.gen(function* () {
      const [folder, outside] = [yield* temporaryFolder, yield* temporaryFolder]
      fs.writeFileSync(join(outside, "secret"), "secret")
      fs.symlinkSync(outside, join(folder, "lib"))
      fs.symlinkSync(join(outside, "secret"), join(folder, "file"))
      fs.mkdirSync(join(folder, "folder"))
      execFileSync("mkfifo", [join(folder, "pipe")])
      const blobs = folderBlobs(folder)
      expect(yield* blobs.list("")).toEqual({ blobs: [], isLast: true })
      for (const name of ["lib/secret", "file", "folder", "pipe"]) {
        expect(yield* Effect.flip(blobs.get(name))).toMatchObject({ _tag: "BlobMissing" })
        expect(yield* Effect.flip(blobs.head(name))).toMatchObject({ _tag: "BlobMissing" })
        yield* blobs.delete(name)
      }
      expect(yield* Effect.flip(blobs.put("lib/new", source))).toMatchObject({ _tag: "PlaceRefused" })
      for (const name of ["file", "folder", "pipe"])
        expect(yield* Effect.flip(blobs.put(name, source))).toMatchObject({ _tag: "BlobExists" })
      expect(namesIn(outside)).toEqual(["secret"])
      expect(fs.readdirSync(folder).sort()).toEqual(["file", "folder", "lib", "pipe"])
    })
  )

  it.scoped("passes over the conflicted copies and temporary files of sync services", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const name of [
        "a (conflicted copy 2026-11-29).seg",
        "a 2.seg",
        "a (1).seg",
        "a.sync-conflict-20261129-100000-ABCDEFG.seg",
        "a-DESKTOP-1.seg",
        ".a.seg.tmp",
        "~$a.seg",
        ".DS_Store",
        "Icon\r"
      ])
        fs.writeFileSync(join(folder, name), "x")
      expect(yield* folderBlobs(folder).list("")).toEqual({ blobs: [], isLast: true })
    })
  )

  it.scoped("lists what a sync service has not downloaded, and says that it is not here", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const blobs = folderBlobs(folder)
      fs.mkdirSync(join(folder, "lib"))
      fs.writeFileSync(join(folder, "lib/.a.seg.icloud"), "bplist")
      // A size without blocks, as later systems leave it.
      fs.writeFileSync(join(folder, "lib/b.seg"), "")
      fs.truncateSync(join(folder, "lib/b.seg"), 5000)
      yield* blobs.put("lib/c.seg", source)
      const { blobs: found } = yield* blobs.list("lib/")
      expect(found.map(({ name, bytes, isHere }) => [name, bytes, isHere])).toEqual([
        ["lib/a.seg", 0, false],
        ["lib/b.seg", 5000, false],
        ["lib/c.seg", 6, true]
      ])
      for (const name of ["lib/a.seg", "lib/b.seg"]) {
        expect(yield* Effect.flip(blobs.get(name))).toMatchObject({ _tag: "BlobNotHere" })
        expect(yield* Effect.flip(blobs.head(name))).toMatchObject({ _tag: "BlobNotHere" })
        expect(yield* Effect.flip(blobs.put(name, source))).toMatchObject({ _tag: "BlobExists" })
      }
      yield* blobs.delete("lib/a.seg")
      expect(namesIn(join(folder, "lib"))).toEqual(["b.seg", "c.seg"])
    })
  )

  it.scoped("removes unfinished files that are older than a day, and no others", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const name of [
        ".~whiteroom-0011.tmp",
        ".~whiteroom-claim-a.tmp",
        ".~whiteroom-ff.tmp",
        ".~other.tmp",
        "a.tmp"
      ])
        fs.writeFileSync(join(folder, name), "x")
      for (const name of [".~whiteroom-0011.tmp", ".~whiteroom-claim-a.tmp", ".~other.tmp", "a.tmp"])
        fs.utimesSync(join(folder, name), dayAgo, dayAgo)
      yield* folderBlobs(folder).put("b", source)
      expect(namesIn(folder)).toEqual([".~other.tmp", ".~whiteroom-ff.tmp", "a.tmp", "b"])
    })
  )

  it.scoped("says when the disk is full or may not be written, and keeps nothing of what was begun", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const blobs = folderBlobs(folder)
      for (const [code, tag] of [
        ["ENOSPC", "PlaceFull"],
        ["EDQUOT", "PlaceFull"],
        ["EACCES", "PlaceRefused"],
        ["EROFS", "PlaceRefused"],
        ["EIO", "PlaceUnreachable"],
        ["ESTALE", "PlaceUnreachable"]
      ] as const) {
        failing("open", code)
        expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({ _tag: tag })
        yield* withoutLinks
        failing("rename", code)
        expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({ _tag: tag })
        restore()
        expect(namesIn(folder)).toEqual([])
      }
      failing("open", "ENOSPC")
      expect(yield* Effect.flip(blobs.now)).toMatchObject({ _tag: "PlaceUnreachable", retryable: false })
    })
  )

  it.scoped("retains what may not be deleted", () =>
    Effect.gen(function* () {
      const blobs = folderBlobs(yield* temporaryFolder)
      yield* blobs.put("a", source)
      failing("rm", "EPERM")
      expect(yield* Effect.flip(blobs.delete("a"))).toMatchObject({ _tag: "BlobRetained" })
      expect((yield* blobs.get("a")).length).toBe(6)
    })
  )

  it.scoped("gives no name to bytes that come back as others", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      instead("open", async (...given) => {
        const file = await real.open(...given)
        const sync = file.sync.bind(file)
        file.sync = async () => {
          await file.write(utf8("x"), 0, 1, 0).catch(() => {})
          await sync()
        }
        return file
      })
      expect(yield* Effect.flip(folderBlobs(folder).put("a", source))).toMatchObject({
        _tag: "FileNotVerified"
      })
      expect(namesIn(folder)).toEqual([])
    })
  )

  it.scoped(
    "without links: waits for a program that is putting the same name, and not for one that ended",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const blobs = folderBlobs(folder)
        yield* withoutLinks
        const claim = join(folder, ".~whiteroom-claim-a.tmp")
        fs.writeFileSync(claim, "")
        expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({
          _tag: "PlaceUnreachable",
          retryable: true
        })
        fs.utimesSync(claim, dayAgo, dayAgo)
        yield* blobs.put("a", source)
        expect(namesIn(folder)).toEqual(["a"])
      })
  )

  it.scoped("takes a link that was made and reported as failed for made", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      instead("link", async (from, to) => {
        await real.link(from, to)
        throw systemError("EEXIST")
      })
      yield* folderBlobs(folder).put("a", source)
      expect(namesIn(folder)).toEqual(["a"])
    })
  )

  it.scopedLive("keeps nothing of a put that was interrupted", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const slow: BlobSource = {
        ...source,
        async *read() {
          await Effect.runPromise(Deferred.succeed(begun, undefined))
          await Effect.runPromise(Deferred.await(goOn))
          yield utf8("a song")
        }
      }
      const fiber = yield* Effect.fork(folderBlobs(folder).put("lib/a", slow))
      yield* Deferred.await(begun)
      expect(namesIn(folder)).toHaveLength(2)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.succeed(goOn, undefined)
      const names = Effect.promise(() => setImmediate()).pipe(Effect.map(() => namesIn(folder)))
      expect(yield* Effect.repeat(names, { until: ({ length }) => length === 1 })).toEqual(["lib"])
    })
  )

  it.scopedLive("keeps the first of two blobs, with links and without", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      expect(yield* keepsFirst(folderBlobs(folder))).toBe(true)
      yield* withoutLinks
      expect(yield* keepsFirst(retrying(folderBlobs(folder), { first: 5 }))).toBe(true)
      expect(namesIn(folder)).toEqual([])
    })
  )
})
