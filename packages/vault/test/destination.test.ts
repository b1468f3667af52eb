/** A push goes to the place that it was meant for, or nowhere. */
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import {
  addVault,
  type DestinationOptions,
  destinationState,
  folderRecords,
  openDestination,
  openPlace,
  push,
  vaultRecords
} from "../src/index.js"
import { newLibrary, song, temporaryFolder } from "./support/library.js"

const deviceOf = (folder: string): number | undefined => fs.statSync(folder, { throwIfNoEntry: false })?.dev
/** A folder on another disk than that of temporary files, as far as this machine has one. */
const elsewhere = ["/dev/shm", "/var/tmp"].find(
  (folder) => ![undefined, deviceOf(tmpdir())].includes(deviceOf(folder))
)

const otherDisk = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(join(elsewhere ?? tmpdir(), "white-room-place-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
)

const filled = Effect.tap(newLibrary, (library) => library.songs.create(song("a")))

/** What lies at a path, as when one disk is unplugged and another thing is there. */
const plug = (target: string, at: string): void => {
  fs.rmSync(at, { recursive: true, force: true })
  fs.symlinkSync(target, at)
}
const unplug = (at: string): void => {
  fs.rmSync(at, { recursive: true, force: true })
  fs.mkdirSync(at)
}

/** Sends what is new; how many events that were, and the name of the vault. */
const send = (library: Library, to: string, options?: DestinationOptions) =>
  Effect.gen(function* () {
    const { vault, known, isNew } = yield* openDestination(library, to, options)
    const { events } = yield* push(library, vault, known)
    return { name: known.name, isNew, events }
  })

const stateOf = (library: Library, to: string) =>
  Effect.map(destinationState(library, to), ({ state }) => state)

describe("a folder that is missing", () => {
  it.scoped("is not made, unless that is asked for", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = join(yield* temporaryFolder, "media", "disk's copies")
      const error = yield* Effect.flip(send(library, folder))
      expect(error).toMatchObject({ _tag: "PlaceNotFound", path: folder, code: 10 })
      expect(error.recovery).toContain(`whiteroom backup --to '${folder.replaceAll("'", "'\\''")}' --make`)
      expect(fs.existsSync(join(folder, ".."))).toBe(false)
      expect(yield* stateOf(library, folder)).toBe("missing")
      expect(yield* send(library, folder, { make: true })).toMatchObject({
        name: "disk-s copies",
        isNew: true
      })
      expect(yield* stateOf(library, folder)).toBe("there")
    })
  )

  it.scoped("is made beside the library, but not again once it was a place", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = join(library.path, "..", "copies")
      expect(yield* send(library, folder)).toEqual({ name: "copies", isNew: true, events: 1 })
      fs.rmSync(folder, { recursive: true })
      expect(yield* Effect.flip(send(library, folder))).toHaveProperty("code", 14)
      yield* vaultRecords(library).forget("copies")
      expect(yield* Effect.flip(send(library, folder))).toHaveProperty("_tag", "PlaceNotFound")
      expect(fs.existsSync(folder)).toBe(false)
    })
  )

  it.scoped("is not made of a file", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const file = join(yield* temporaryFolder, "file")
      fs.writeFileSync(file, "mine")
      expect(yield* Effect.flip(send(library, file))).toHaveProperty("_tag", "InvalidInput")
      expect(fs.readFileSync(file, "utf8")).toBe("mine")
    })
  )
})

it.scopedLive("gets one vault, however many open libraries begin there at once", () =>
  Effect.gen(function* () {
    const library = yield* filled
    const again = yield* openLibrary(library.path)
    const third = yield* openLibrary(library.path)
    const folder = yield* temporaryFolder
    const opened = yield* Effect.forEach([library, again, third], (each) => openDestination(each, folder), {
      concurrency: "unbounded"
    })
    expect(fs.readdirSync(folder)).toHaveLength(1)
    expect(yield* vaultRecords(library).all).toHaveLength(1)
    expect(opened.map(({ isNew }) => isNew).toSorted()).toEqual([false, false, true])
    expect(new Set(opened.map(({ known }) => known.line)).size).toBe(1)
    const added = yield* Effect.forEach(
      [library, again],
      (each) => Effect.either(addVault(each, "other", folder)),
      { concurrency: "unbounded" }
    )
    expect(added.map(({ _tag }) => _tag)).toEqual(["Left", "Left"])
    expect(yield* send(again, folder)).toMatchObject({ events: 1 })
  })
)

describe("a folder that had a vault", () => {
  it.scoped(
    "and has none is not the place, also with another one in it, until a new beginning is asked for",
    () =>
      Effect.gen(function* () {
        const library = yield* filled
        const other = yield* filled
        const folder = yield* temporaryFolder
        yield* send(library, folder)
        for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name), { recursive: true })
        fs.writeFileSync(join(folder, "readme.txt"), "mine")
        expect(yield* destinationState(library, folder)).toEqual({
          state: "away",
          reason: "its vault is not there"
        })
        expect(yield* Effect.flip(send(library, folder))).toMatchObject({ _tag: "PlaceAway", code: 14 })
        expect(fs.readdirSync(folder)).toEqual(["readme.txt"])
        yield* send(other, folder)
        expect(yield* Effect.flip(send(library, folder))).toHaveProperty("_tag", "PlaceAway")
        // The vault of the other library is joined: there is one, and both push to it.
        expect(yield* send(library, folder, { make: true })).toMatchObject({ isNew: false, events: 1 })
        expect(yield* vaultRecords(library).all).toHaveLength(1)
        expect(yield* send(library, folder)).toMatchObject({ events: 0 })
      })
  )

  it.scoped("is the place by its name, its own folder, the one around it, and any other path", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      const link = join(yield* temporaryFolder, "link")
      plug(folder, link)
      const { known } = yield* addVault(library, "studio", folder)
      for (const to of ["studio", known.place, folder, link, join(link, ".")])
        expect(yield* openDestination(library, to)).toMatchObject({ isNew: false, known: { name: "studio" } })
      expect(fs.readdirSync(folder)).toHaveLength(1)
    })
  )

  it.scoped("is known by the id of its vault when its disk has another mount point", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const disk = yield* temporaryFolder
      const [one, two] = [join(yield* temporaryFolder, "one"), join(yield* temporaryFolder, "two")]
      plug(disk, one)
      yield* send(library, one)
      fs.rmSync(one)
      plug(disk, two)
      yield* library.songs.create(song("b"))
      expect(yield* send(library, two)).toEqual({ name: "one", isNew: false, events: 1 })
      const [known] = yield* vaultRecords(library).all
      expect(known?.place.startsWith(two)).toBe(true)
    })
  )

  it.scoped("gives a second vault of one name another", () =>
    Effect.gen(function* () {
      const library = yield* filled
      for (const name of ["stick", "stick-2", "stick-3"]) {
        const folder = join(yield* temporaryFolder, "stick")
        fs.mkdirSync(folder)
        expect(yield* send(library, folder)).toMatchObject({ name })
      }
    })
  )
})

it.scoped("a place on a network is added by hand, once: nobody seals it by the way", () =>
  Effect.gen(function* () {
    const library = yield* filled
    expect(yield* Effect.flip(send(library, "s3://songs/anna"))).toMatchObject({
      _tag: "InvalidInput",
      message: expect.stringContaining("whiteroom vault add NAME PLACE")
    })
  })
)

describe("a folder that two libraries begin in at once", () => {
  it.scopedLive("gets one vault, which both use", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const libraries = yield* Effect.all([filled, filled, filled])
      const all = yield* Effect.forEach(libraries, (library) => addVault(library, "disk", folder), {
        concurrency: "unbounded"
      })
      expect(new Set(all.map(({ vault }) => vault.id)).size).toBe(1)
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(fs.readdirSync(folder)).toHaveLength(1)
    })
  )

  it.scopedLive("does not wait for a program that ended in the middle", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const claim = join(folder, ".~whiteroom-claim-vault.tmp")
      fs.writeFileSync(claim, "")
      fs.utimesSync(claim, 1, 1)
      expect(yield* addVault(yield* filled, "disk", folder)).toMatchObject({ isNew: true })
      expect(fs.readdirSync(folder)).toHaveLength(1)
    })
  )
})

it.effect("a bucket is written with the server it is on, wherever that was said", () =>
  Effect.gen(function* () {
    const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", HOME: "/nowhere" }
    const written = (place: string, more = {}) =>
      Effect.map(openPlace(place, { env: { ...keys, ...more } }), (blobs) => blobs.place)
    const there = { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9", AWS_REGION: "here" }
    const whole = "s3://songs/anna?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=here"
    expect(yield* written("s3://songs/anna", there)).toBe(whole)
    expect(yield* written(whole)).toBe(whole)
    expect(yield* written("s3://songs/anna")).toBe("s3://songs/anna")
  })
)

describe.runIf(elsewhere !== undefined)("a folder on another disk", () => {
  it.scoped("is known before its first vault, and asked for it again is known as it was then", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const at = join(yield* temporaryFolder, "disk")
      plug(yield* otherDisk, at)
      yield* folderRecords(library).remember(at)
      unplug(at)
      yield* folderRecords(library).remember(at)
      expect(yield* destinationState(library, at)).toEqual({
        state: "away",
        reason: "it lay on a disk of its own, and that disk is not there"
      })
      expect(yield* Effect.flip(send(library, at))).toHaveProperty("_tag", "PlaceAway")
      expect(fs.readdirSync(at)).toEqual([])
      expect(yield* send(library, at, { make: true })).toMatchObject({ isNew: true })
      expect(yield* send(library, at)).toMatchObject({ isNew: false, events: 0 })
    })
  )
})
