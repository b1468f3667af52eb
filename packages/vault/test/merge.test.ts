/** Merging drops nothing, is safe at any moment, and what it replaced goes a day later: promise 4. */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import type { Library } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TestClock from "effect/TestClock"
import { sourceOf } from "../src/blobs/BlobSource.js"
import {
  type BlobCall,
  type Blobs,
  checkVault,
  clone,
  faulty,
  listLines,
  memoryBlobs,
  mergeLine,
  push,
  type Vault
} from "../src/index.js"
import { mergeable } from "../src/mergeable.js"
import type { ListedSegment } from "../src/Vault.js"
import { contents, knownHome, newLibrary, song, temporaryFolder, withVault } from "./support/library.js"
import { rounds } from "./support/soak.js"

const pushes = 20

/** A library that was pushed to twenty times, an hour apart, and edited in between. */
const pushedOften = (blobs: Blobs) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library, blobs)
    for (let round = 0; round < pushes; round++) {
      yield* TestClock.adjust("1 hour")
      yield* library.songs.upsert(song(`s${round % 3}`, `round ${round}`))
      if (round % 5 === 0) yield* library.backups.take({})
      yield* push(library, vault, yield* knownHome(library))
    }
    yield* TestClock.adjust("1 hour")
    return { library, vault }
  })

/** The same blobs, each of the time at which it came, in a place of its own. */
const copied = (blobs: Blobs) =>
  Effect.gen(function* () {
    const copy = memoryBlobs()
    for (const { name, arrivedAt } of (yield* blobs.list("")).blobs) {
      yield* TestClock.setTime(arrivedAt)
      yield* copy.put(name, sourceOf(yield* blobs.get(name)))
    }
    return copy
  })

const ownLine = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const { line } = yield* knownHome(library)
    const [listed] = yield* listLines(vault)
    return { line, library: listed?.library ?? "" }
  })

const cloneContents = (vault: Vault) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file)
    return contents(file)
  })

describe("merging", () => {
  it.scoped(
    "makes one file of sixteen that says the same, in fewer bytes, and deletes them a day later",
    () =>
      Effect.gen(function* () {
        const { library, vault } = yield* pushedOften(memoryBlobs())
        const { line, library: id } = yield* ownLine(library, vault)
        const before = (yield* listLines(vault))[0]?.segments ?? []
        expect(before).toHaveLength(pushes)
        expect(yield* mergeLine(vault, id, line)).toEqual({ merged: 16, made: 1, deleted: 0, retained: 0 })
        const beside = (yield* listLines(vault))[0]?.segments ?? []
        expect(beside).toHaveLength(pushes + 1)
        const made = beside.find(({ level }) => level === 1)
        const weight = before.slice(0, 16).reduce((sum, { bytes }) => sum + bytes, 0)
        expect(made?.bytes).toBeLessThan(weight * 0.6)
        expect(yield* cloneContents(vault)).toBe(contents(library.path))
        yield* TestClock.adjust("23 hours")
        expect(yield* mergeLine(vault, id, line)).toMatchObject({ merged: 0, deleted: 0 })
        yield* TestClock.adjust("2 hours")
        expect(yield* mergeLine(vault, id, line)).toMatchObject({ merged: 0, deleted: 16 })
        expect((yield* listLines(vault))[0]?.segments).toHaveLength(5)
        expect(yield* cloneContents(vault)).toBe(contents(library.path))
        expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
        yield* library.songs.upsert(song("s0", "goes on"))
        expect(yield* push(library, vault, yield* knownHome(library))).toMatchObject({
          began: undefined,
          events: 1
        })
      })
  )

  it.scoped("stopped at any call, leaves a vault that says the same, and is done the next time", () =>
    Effect.gen(function* () {
      const pushed = memoryBlobs()
      const { library, vault: original } = yield* pushedOften(pushed)
      const { line, library: id } = yield* ownLine(library, original)
      const before = contents(library.path)
      const now = yield* Clock.currentTimeMillis
      let stopped = 0
      for (let at = 1, wasReached = true; wasReached; at += rounds(5, 1)) {
        const blobs = yield* copied(pushed)
        yield* TestClock.setTime(now)
        const vault = { ...original, blobs }
        let calls = 0
        const plan = (_: BlobCall) =>
          ++calls === at ? ({ kind: at % 2 === 0 ? "before" : "after" } as const) : undefined
        const merging = yield* Effect.either(mergeLine({ ...vault, blobs: faulty(blobs, plan) }, id, line))
        wasReached = calls >= at
        expect(Either.isLeft(merging), `call ${at}`).toBe(wasReached)
        if (wasReached) stopped++
        expect(yield* cloneContents(vault), `call ${at}`).toBe(before)
        yield* mergeLine(vault, id, line)
        yield* TestClock.adjust("25 hours")
        yield* mergeLine(vault, id, line)
        expect(yield* cloneContents(vault), `call ${at}`).toBe(before)
        expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      }
      expect(stopped).toBeGreaterThan(rounds(3, 15))
    })
  )
})

describe("what is merged", () => {
  const segment = (first: number, level: number, bytes = 1000, arrivedAt = 0): ListedSegment => ({
    name: `${first}`,
    library: "",
    line: "",
    kind: "events",
    level,
    first,
    last: first,
    prev: "",
    head: "",
    body: "",
    bytes,
    arrivedAt
  })
  const run = (count: number, level: number, bytes?: number) =>
    Array.from({ length: count }, (_, index) => segment(index + 1, level, bytes))

  it("sixteen of one level, where the higher ones end", () => {
    expect(mergeable(run(15, 0), 1e9, false)).toBeUndefined()
    expect(mergeable(run(16, 0), 1e9, false)).toHaveLength(16)
    expect(mergeable([segment(1, 1), ...run(16, 0)], 1e9, false)?.[0]?.level).toBe(0)
    expect(mergeable([...run(16, 1), ...run(3, 0)], 1e9, false)?.[0]?.level).toBe(1)
  })

  it("nothing that is large, or came within the last minute", () => {
    expect(mergeable(run(16, 0, 16 * 1024 * 1024), 1e9, false)).toBeUndefined()
    expect(mergeable(run(16, 0, 9 * 1024 * 1024), 1e9, false)).toHaveLength(2)
    expect(mergeable(run(16, 0), 59_999, false)).toBeUndefined()
  })

  it("all of a line that nobody writes any more, whatever level they are of", () => {
    expect(mergeable(run(1, 0), 1e9, true)).toBeUndefined()
    expect(mergeable(run(40, 0), 1e9, true)).toHaveLength(40)
    expect(mergeable([segment(1, 2), segment(2, 1), segment(3, 0)], 1e9, true)).toHaveLength(3)
    expect(mergeable([...run(1, 3, 16 * 1024 * 1024), ...run(2, 0)], 1e9, true)).toHaveLength(2)
    expect(mergeable([...run(2, 0), segment(3, 0, 1000, 1e9)], 1e9, true)).toHaveLength(2)
    expect(mergeable(run(3, 0, 9 * 1024 * 1024), 1e9, true)).toHaveLength(2)
  })
})
