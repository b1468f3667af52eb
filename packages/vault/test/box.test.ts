/** Small files of sealed lines become boxes, by whoever keeps them and has no key; readers see what they saw. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { PlaceRefused } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  boxUp,
  checkVault,
  clone,
  counting,
  listBlobs,
  memoryBlobs,
  openPull,
  openSealed,
  push,
  sourceOf,
  upkeep
} from "../src/index.js"
import { readBox } from "../src/segment/Box.js"
import { parseBoxName, parseSegmentName } from "../src/segment/SegmentName.js"
import { unboxed } from "../src/segment/unboxed.js"
import { contents, know, knownHome, newLibrary, song, temporaryFolder } from "./support/library.js"
import { cheap, contentsOf, memoryVault, placeWith } from "./support/sealed.js"

const pushes = 20

/** A library that was pushed to a sealed vault twenty times, an hour apart. */
const pushedOften = Effect.gen(function* () {
  const raw = memoryBlobs()
  const vault = yield* memoryVault(raw)
  const library = yield* newLibrary
  yield* know(library, vault)
  for (let round = 0; round < pushes; round++) {
    yield* TestClock.adjust("1 hour")
    yield* library.songs.upsert(song(`s${round % 3}`, `round ${round}`))
    if (round % 9 === 0) yield* library.backups.take({})
    yield* push(library, vault, yield* knownHome(library))
  }
  yield* TestClock.adjust("2 hours")
  return { raw, vault, library }
})

const namesOf = (blobs: Blobs) => Effect.map(listBlobs(blobs, ""), (all) => all.map(({ name }) => name))

const boxesOf = (blobs: Blobs) =>
  Effect.map(namesOf(blobs), (names) => names.filter((each) => parseBoxName(each)))

const segmentsOf = (blobs: Blobs) =>
  Effect.map(namesOf(blobs), (names) => names.filter((each) => parseSegmentName(each)))

/** As a vault that was opened without what another one knows. */
const opened = (blobs: Blobs) => openSealed(blobs, cheap("correct horse"))

const cloned = (blobs: Blobs) =>
  Effect.gen(function* () {
    const file = join(yield* temporaryFolder, "clone.db")
    yield* clone(yield* opened(blobs), file)
    return { file, contents: contents(file) }
  })

/** Boxes that came, and a day later what lies in them is gone. */
const boxed = Effect.gen(function* () {
  const one = yield* pushedOften
  const before = yield* segmentsOf(one.raw)
  expect(yield* boxUp(one.raw)).toEqual({ made: 1, deleted: 0 })
  expect(yield* boxUp(one.raw)).toEqual({ made: 0, deleted: 0 })
  yield* TestClock.adjust("25 hours")
  expect(yield* boxUp(one.raw)).toEqual({ made: 0, deleted: pushes })
  return { ...one, before }
})

/** A place with one file changed. */
const withFile = (blobs: Blobs, name: string, change: (bytes: Uint8Array) => Uint8Array) =>
  Effect.gen(function* () {
    const all = new Map(yield* contentsOf(blobs))
    all.set(name, change(all.get(name) ?? new Uint8Array(0)))
    return yield* placeWith(all)
  })

const flipped = (at: number) => (bytes: Uint8Array) =>
  bytes.map((each, index) => (index === at ? each ^ 1 : each))

describe("boxes of a sealed vault", () => {
  it.scoped("make one file of twenty; what is read is the same, in fewer requests", () =>
    Effect.gen(function* () {
      const { raw, library, before, vault } = yield* boxed
      expect([(yield* segmentsOf(raw)).length, (yield* boxesOf(raw)).length]).toEqual([0, 1])
      expect(yield* segmentsOf(unboxed(raw))).toEqual(before)
      const files = yield* placeWith(
        [...(yield* contentsOf(unboxed(raw)))].filter(([name]) => parseBoxName(name) === undefined)
      )
      const [loose, box] = [counting(files), counting(raw)]
      expect((yield* cloned(box)).contents).toBe((yield* cloned(loose)).contents)
      // Directory once; neighbours come many at a time, each time twice as many.
      expect(loose.counts().get.requests).toBeGreaterThan(pushes)
      expect(box.counts().get.requests).toBeLessThan(loose.counts().get.requests / 2)
      expect(yield* checkVault(yield* opened(raw), { level: "full", library })).toMatchObject({
        ...{ ok: true, segments: pushes, damaged: [] }
      })
      // A device that has the vault open since before goes on, and so does one that opens it now.
      for (const open of [vault, yield* opened(raw)]) {
        yield* library.songs.upsert(song("s1", `later ${open === vault}`))
        expect(yield* push(library, open, yield* knownHome(library))).toMatchObject({
          ...{ began: undefined, loss: undefined, segments: 1 }
        })
      }
      expect(yield* boxUp(raw)).toEqual({ made: 0, deleted: 0 })
      expect(yield* checkVault(vault, { level: "full", library })).toMatchObject({ ok: true })
    })
  )

  it.scoped("are pulled from, merged and reclaimed by a device with the right; nothing is there twice", () =>
    Effect.gen(function* () {
      const { raw, library } = yield* boxed
      const back = yield* cloned(raw)
      const other = yield* openLibrary(back.file)
      yield* library.songs.upsert(song("s2", "from the first"))
      const vault = yield* opened(raw)
      yield* push(library, vault, yield* knownHome(library))
      yield* know(other, vault)
      const news = yield* openPull(other, yield* opened(raw), yield* knownHome(other))
      yield* news?.apply() ?? Effect.die("there is news")
      expect((yield* other.songs.read("s2")).name).toBe((yield* library.songs.read("s2")).name)
      // What lies in a box is kept: the place says so, and nothing is lost.
      yield* TestClock.adjust("2 days")
      expect(yield* upkeep(library, vault, yield* knownHome(library))).toMatchObject({ merged: 16, made: 1 })
      yield* TestClock.adjust("2 days")
      expect(yield* upkeep(library, yield* opened(raw), yield* knownHome(library))).toMatchObject({
        ...{ deleted: 0, retained: 16 }
      })
      expect(yield* checkVault(yield* opened(raw), { level: "full", library })).toMatchObject({ ok: true })
      expect((yield* cloned(raw)).contents).toBe(contents(library.path))
    })
  )

  it.scoped("take no request for what comes after them, and look like one segment to who may only push", () =>
    Effect.gen(function* () {
      const { raw, library } = yield* boxed
      yield* library.songs.upsert(song("s1", "first after"))
      yield* push(library, yield* opened(raw), yield* knownHome(library))
      const counted = counting(raw)
      const vault = yield* opened(counted)
      counted.reset()
      yield* library.songs.upsert(song("s1", "second after"))
      yield* push(library, vault, yield* knownHome(library))
      expect(counted.counts()).toMatchObject({ put: { requests: 1 }, list: { requests: 1 } })
      expect((yield* boxesOf(raw)).length).toBe(1)
      // Everything is listed after an hour; the box may not be looked into.
      yield* TestClock.adjust("3 hours")
      const blind: Blobs = {
        ...raw,
        get: (name, range) =>
          parseBoxName(name) === undefined
            ? raw.get(name, range)
            : Effect.fail(new PlaceRefused({ place: raw.place, reason: "not yours" }))
      }
      yield* library.songs.upsert(song("s1", "blind"))
      const sent = yield* push(library, yield* opened(blind), yield* knownHome(library))
      expect(sent).toMatchObject({ began: undefined, loss: undefined, segments: 1 })
      expect(yield* checkVault(yield* opened(raw), { level: "full", library })).toMatchObject({ ok: true })
    })
  )

  it.scoped("that are damaged are named, and so is each segment in them; what lies outside goes on", () =>
    Effect.gen(function* () {
      const { raw, library } = yield* boxed
      const [name = ""] = yield* boxesOf(raw)
      const box = parseBoxName(name)
      const bytes = yield* raw.get(name)
      if (box === undefined) return expect.fail("there is no box")
      const members = readBox(box, bytes, bytes.length)
      const third = members[2]
      const inside = yield* withFile(raw, name, flipped((third?.offset ?? 0) + 200))
      const found = yield* checkVault(yield* opened(inside), { level: "full", library })
      expect(found.damaged.map(({ what }) => what)).toContain(third?.name)
      expect(found.damaged.map(({ what }) => what)).not.toContain(members[7]?.name)
      // What is put again beside it, as a repair does, counts; and nobody deletes that.
      yield* inside.put(
        third?.name ?? "",
        sourceOf(bytes.slice(third?.offset, (third?.offset ?? 0) + (third?.bytes ?? 0)))
      )
      expect(yield* checkVault(yield* opened(inside), { level: "full", library })).toMatchObject({ ok: true })
      yield* TestClock.adjust("2 days")
      expect(yield* boxUp(inside)).toEqual({ made: 0, deleted: 0 })
      for (const at of [3, 10, 20, 60]) {
        const start = yield* withFile(raw, name, flipped(at))
        const { ok, damaged } = yield* checkVault(yield* opened(start), { level: "full", library })
        expect([at, ok, damaged.map(({ what }) => what)]).toMatchObject([
          at,
          false,
          expect.arrayContaining([name])
        ])
      }
      const cut = yield* withFile(raw, name, (all) => all.subarray(0, all.length - 10))
      expect((yield* checkVault(yield* opened(cut), { level: "full" })).ok).toBe(false)
    })
  )

  it.scoped(
    "delete nothing that is not in them byte for byte, and no file that was changed goes into one",
    () =>
      Effect.gen(function* () {
        const { raw } = yield* pushedOften
        const [, second = ""] = yield* segmentsOf(raw)
        const changed = yield* withFile(raw, second, flipped(100))
        yield* TestClock.adjust("2 hours")
        // A group with it is left as it is.
        expect(yield* boxUp(changed)).toEqual({ made: 0, deleted: 0 })
        expect(yield* boxUp(raw)).toEqual({ made: 1, deleted: 0 })
        const [box = ""] = yield* boxesOf(raw)
        const forged = yield* withFile(raw, box, flipped(5000))
        yield* TestClock.adjust("2 days")
        expect(yield* boxUp(forged)).toMatchObject({ deleted: 0 })
        expect((yield* segmentsOf(forged)).length).toBe(pushes)
      })
  )

  it.scoped("of others' making are taken for what they are", () =>
    Effect.gen(function* () {
      const { raw } = yield* boxed
      const [name = ""] = yield* boxesOf(raw)
      const box = parseBoxName(name)
      const bytes = yield* raw.get(name)
      if (box === undefined) return expect.fail("there is no box")
      const reads =
        (start: Uint8Array, size = bytes.length) =>
        () =>
          readBox(box, start, size)
      expect(reads(bytes)()).toHaveLength(pushes)
      for (const wrong of [bytes.subarray(0, 5), bytes.subarray(0, 60), new Uint8Array(0)])
        expect(reads(wrong)).toThrow()
      expect(reads(bytes, bytes.length + 1)).toThrow(/not what its name says/)
      expect(() => readBox({ ...box, last: box.last + 1 }, bytes, bytes.length)).toThrow()
      const other = { ...box, line: "00000000-0000-4000-8000-000000000000" }
      expect(readBox(other, bytes, bytes.length).every((each) => each.name.includes(other.line))).toBe(true)
      const more = memoryBlobs()
      yield* more.put(name, sourceOf(new Uint8Array(70_000)))
      expect(yield* segmentsOf(unboxed(more))).toEqual([])
    })
  )
})
