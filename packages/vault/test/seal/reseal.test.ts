/** Sealing a vault again: nothing is lost at any moment, and in the end the keys before open nothing there. */
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { fetchSegment } from "../../src/FetchedSegment.js"
import {
  checkVault,
  clone,
  faulty,
  listLines,
  openSealed,
  push,
  reseal,
  rotate,
  type SealedVault,
  upkeep
} from "../../src/index.js"
import { lineFile } from "../../src/segment/SegmentName.js"
import { openSmallBytes } from "../../src/Vault.js"
import { contents, knownHome, temporaryFolder } from "../support/library.js"
import { contentsOf, firstPush, memoryVault, placeWith, someLibrary } from "../support/sealed.js"
import { rounds } from "../support/soak.js"

const words = { passphrase: "correct horse" }

/** Three files in a sealed vault, pushed an hour ago, and a newer key. */
const rotated = Effect.gen(function* () {
  const before = yield* memoryVault()
  const library = yield* someLibrary
  yield* firstPush(library, before)
  for (const text of ["silver", "amber"]) {
    yield* library.songs.create({ id: text, name: text, songDataJSON: "[]", determinismSeed: text })
    yield* push(library, before, yield* knownHome(library))
  }
  yield* TestClock.adjust("1 hour")
  return { library, before, vault: yield* rotate(before) }
})

/** How many files a vault has, and how many of them these keys open. */
const opened = (keys: SealedVault, blobs = keys.blobs) =>
  Effect.gen(function* () {
    const vault = { ...keys, blobs }
    const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
    const found = yield* Effect.forEach(segments, (each) => Effect.either(fetchSegment(vault, each)))
    return [segments.length, found.filter(({ _tag }) => _tag === "Right").length]
  })

const readLine = (keys: SealedVault, name: string) =>
  Effect.flatMap(keys.blobs.get(name), (bytes) => openSmallBytes(keys, name, bytes))

const sameAs = (vault: SealedVault, library: string) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file)
    expect(contents(file)).toBe(contents(library))
    expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
  })

it.scoped("what was there opens with the new key, and a day later with no other", () =>
  Effect.gen(function* () {
    const { library, before, vault } = yield* rotated
    const copied = yield* placeWith(yield* contentsOf(vault.blobs))
    expect(yield* reseal(vault, { dryRun: true })).toMatchObject({ files: 3, left: 0 })
    expect(yield* opened(vault)).toEqual([3, 3])
    expect(yield* reseal(vault)).toMatchObject({ files: 3, left: 0 })
    expect(yield* opened(vault)).toEqual([6, 6])
    expect(yield* opened(before)).toEqual([6, 3])
    yield* sameAs(vault, library.path)
    expect(yield* reseal(vault)).toMatchObject({ files: 0, left: 0 })
    yield* TestClock.adjust("25 hours")
    expect(yield* upkeep(library, vault, yield* knownHome(library))).toMatchObject({ deleted: 3 })
    expect(yield* opened(before)).toEqual([3, 0])
    yield* sameAs(yield* openSealed(vault.blobs, words), library.path)
    // What is rolled back to is not missed, and the line goes on.
    yield* library.songs.create({ id: "late", name: "late", songDataJSON: "[]", determinismSeed: "late" })
    expect(yield* push(library, vault, yield* knownHome(library))).toMatchObject({
      began: undefined,
      loss: undefined,
      segments: 1
    })
    // A copy that somebody made before opens as it did.
    expect(yield* opened(before, copied)).toEqual([3, 3])
  })
)

it.scoped("how a line begins opens with the new key alone, also when it was stopped between", () =>
  Effect.gen(function* () {
    const { library, before, vault } = yield* rotated
    const start = yield* contentsOf(vault.blobs)
    const lines = yield* listLines(vault)
    const name = lines.map(({ library: folder, line }) => lineFile(folder, line))[0] ?? ""
    expect(yield* Effect.either(readLine(before, name))).toMatchObject({ _tag: "Right" })
    let stopped = 0
    for (let isStopped = true; isStopped; ) {
      yield* TestClock.adjust("-1 hour")
      const blobs = yield* placeWith(start)
      yield* TestClock.adjust("1 hour")
      let calls = 0
      const after = stopped + 1
      const shaky = faulty(blobs, ({ name: asked }) =>
        (asked === name || asked.startsWith(`${name}-`)) && ++calls === after ? { kind: "after" } : undefined
      )
      isStopped = (yield* Effect.either(reseal({ ...vault, blobs: shaky })))._tag === "Left"
      const now = { ...vault, blobs }
      if (isStopped) yield* sameAs(now, library.path)
      yield* reseal(now)
      expect(yield* Effect.either(readLine({ ...before, blobs }, name))).toMatchObject({ _tag: "Left" })
      expect(yield* Effect.either(readLine(now, name))).toMatchObject({ _tag: "Right" })
      expect((yield* blobs.list("")).blobs.filter((each) => each.name.includes("/line"))).toHaveLength(1)
      if (isStopped) stopped++
    }
    expect(stopped).toBeGreaterThan(5)
    yield* sameAs(yield* openSealed(vault.blobs, words), library.path)
  })
)

it.scoped("what came within the last minute, and what is damaged, is left and said", () =>
  Effect.gen(function* () {
    const { vault } = yield* rotated
    const [first] = (yield* listLines(vault)).flatMap((line) => line.segments)
    const bytes = new Map(yield* contentsOf(vault.blobs))
    bytes.set(
      first?.name ?? "",
      (bytes.get(first?.name ?? "") ?? new Uint8Array()).map((byte) => byte ^ 1)
    )
    yield* TestClock.adjust("-2 hours")
    const blobs = yield* placeWith(bytes)
    expect(yield* reseal({ ...vault, blobs })).toMatchObject({ files: 0, left: 3 })
    yield* TestClock.adjust("2 hours")
    expect(yield* reseal({ ...vault, blobs })).toMatchObject({ files: 2, left: 1 })
  })
)

it.scoped("stopped at any call it goes on, and nothing is missing between", () =>
  Effect.gen(function* () {
    const { library, before, vault } = yield* rotated
    const start = yield* contentsOf(vault.blobs)
    let isStopped = true
    let stopped = 0
    for (let at = 1; isStopped; at += rounds(7, 1))
      for (const kind of ["before", "after"] as const) {
        yield* TestClock.adjust("-1 hour")
        const blobs = yield* placeWith(start)
        yield* TestClock.adjust("1 hour")
        const shaky = faulty(blobs, ({ number }) => (number === at ? { kind } : undefined))
        isStopped = (yield* Effect.either(reseal({ ...vault, blobs: shaky })))._tag === "Left"
        const now = { ...vault, blobs }
        if (at % 14 === 1) yield* sameAs(now, library.path)
        expect((yield* reseal(now)).left).toBe(0)
        const [files = 0, old] = yield* opened(before, blobs)
        expect(old).toBe(3)
        expect(files).toBeGreaterThanOrEqual(6)
        if (!isStopped) break
        stopped++
      }
    expect(stopped).toBeGreaterThan(1)
  })
)
