/** A copy goes to the place that it was meant for, or nowhere. */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { freshLibrary, song, temporaryFolder } from "../support/libraries.js"

const deviceOf = (folder: string): number | undefined => fs.statSync(folder, { throwIfNoEntry: false })?.dev
const memory = "/dev/shm"
/** Another disk than that of temporary files, as far as this machine has one. */
const hasOtherDisk = deviceOf(memory) !== undefined && deviceOf(memory) !== deviceOf(tmpdir())

const otherDisk = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(join(memory, "white-room-place-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
)

/** A library with a song that no backup has yet. */
const filled = Effect.tap(freshLibrary, (library) => library.songs.upsert(song("a")))

/** What lies at a path, as when one disk is unplugged and another thing is there. */
const plug = (target: string, at: string): void => {
  fs.rmSync(at, { recursive: true, force: true })
  fs.symlinkSync(target, at)
}
const unplug = (at: string): void => {
  fs.rmSync(at, { recursive: true, force: true })
  fs.mkdirSync(at)
}

describe("a folder that is missing", () => {
  it.scoped("is not made, unless that is asked for", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = join(yield* temporaryFolder, "media", "disk's copies")
      const error = yield* Effect.flip(library.copies.to(folder))
      expect(error).toMatchObject({ _tag: "PlaceNotFound", path: folder, code: 10 })
      expect(error.recovery).toContain(`whiteroom backup --to '${folder.replaceAll("'", "'\\''")}' --make`)
      expect(fs.existsSync(join(folder, ".."))).toBe(false)
      expect(yield* library.copies.place(folder)).toEqual({ state: "missing" })
      expect((yield* library.copies.to(folder, { make: true })).written).toBeGreaterThan(0)
      expect(yield* library.copies.place(folder)).toEqual({ state: "there" })
    })
  )

  it.scoped("is made beside the library, but not again once it was a place", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = join(library.path, "..", "copies")
      yield* library.copies.to(folder)
      fs.rmSync(folder, { recursive: true })
      expect(yield* Effect.flip(library.copies.to(folder))).toHaveProperty("_tag", "PlaceNotFound")
      expect(fs.existsSync(folder)).toBe(false)
    })
  )
})

describe("a folder that held copies", () => {
  it.scoped(
    "and holds none is not the place, also with files of others in it, until a new beginning is asked for",
    () =>
      Effect.gen(function* () {
        const library = yield* filled
        const other = yield* filled
        const folder = yield* temporaryFolder
        yield* library.copies.to(folder)
        for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name))
        yield* other.copies.to(folder)
        fs.writeFileSync(join(folder, "readme.txt"), "mine")
        const before = fs.readdirSync(folder)
        const reason = "it held copies of this library, and there are none now"
        expect(yield* library.copies.place(folder)).toEqual({ state: "away", reason })
        expect(yield* Effect.flip(library.copies.to(folder))).toMatchObject({
          _tag: "PlaceAway",
          reason,
          code: 14
        })
        expect(fs.readdirSync(folder)).toEqual(before)
        yield* library.copies.to(folder, { make: true })
        expect(fs.readdirSync(folder)).toHaveLength(before.length + 1)
        expect((yield* library.copies.to(folder)).written).toBe(0)
      })
  )

  it.scoped("is the place while it has any of them, also by another path", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      const link = join(yield* temporaryFolder, "link")
      plug(folder, link)
      yield* library.copies.to(folder)
      yield* library.songs.upsert(song("b"))
      const { path } = yield* library.copies.to(link)
      fs.rmSync(path)
      yield* library.copies.to(folder)
      for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name))
      for (const place of [folder, link])
        expect(yield* Effect.flip(library.copies.to(place))).toHaveProperty("_tag", "PlaceAway")
    })
  )

  it.scoped("may be one of two disks that take turns", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const [one, two] = [yield* temporaryFolder, yield* temporaryFolder]
      const at = join(yield* temporaryFolder, "disk")
      plug(one, at)
      yield* library.copies.to(at)
      plug(two, at)
      expect(yield* Effect.flip(library.copies.to(at))).toHaveProperty("_tag", "PlaceAway")
      yield* library.copies.to(at, { make: true })
      for (const [turn, disk] of [one, two, one].entries()) {
        yield* library.songs.upsert(song(`turn ${turn}`))
        plug(disk, at)
        yield* library.copies.to(at)
      }
    })
  )
})

describe.runIf(hasOtherDisk)("a folder on another disk", () => {
  it.scoped("is away when the library's own disk is found at its path, whatever lies there", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const disk = yield* otherDisk
      const at = join(yield* temporaryFolder, "disk")
      plug(disk, at)
      yield* library.copies.to(at)
      const copy = fs.readdirSync(disk)[0] ?? ""
      unplug(at)
      // Even a copy of a copy does not make it another disk.
      fs.copyFileSync(join(disk, copy), join(at, copy))
      const away = { state: "away", reason: "it lay on a disk of its own, and that disk is not there" }
      expect(yield* library.copies.place(at)).toEqual(away)
      expect(yield* Effect.flip(library.copies.to(at))).toHaveProperty("_tag", "PlaceAway")
      plug(disk, at)
      yield* library.songs.upsert(song("b"))
      expect((yield* library.copies.to(at)).backups).toBe(1)
    })
  )

  it.scoped("is known before the first copy, and asked for it again is known as it is then", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const at = join(yield* temporaryFolder, "disk")
      plug(yield* otherDisk, at)
      yield* library.copies.remember(at)
      unplug(at)
      yield* library.copies.remember(at)
      expect((yield* library.copies.place(at)).state).toBe("away")
      expect(yield* Effect.flip(library.copies.to(at))).toHaveProperty("_tag", "PlaceAway")
      yield* library.copies.to(at, { make: true })
      expect((yield* library.copies.place(at)).state).toBe("there")
      expect((yield* library.copies.to(at)).written).toBe(0)
    })
  )
})
