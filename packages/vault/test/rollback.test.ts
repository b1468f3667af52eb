/** A vault that somebody takes back to an earlier state, or empties, is noticed, and gets everything again. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import {
  addVault,
  type Blobs,
  clone,
  counting,
  faulty,
  folderBlobs,
  keepPushed,
  listLines,
  memoryBlobs,
  type PushEvent,
  type Vault,
  vaultRecords
} from "../src/index.js"
import {
  contents,
  knownHome,
  newLibrary,
  pushHome,
  song,
  temporaryFolder,
  withVault
} from "./support/library.js"

/** A library that was pushed twice. */
const pushedTwice = (blobs: Blobs) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library, blobs)
    for (const id of ["a", "b"]) {
      yield* library.songs.create(song(id))
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined })
    }
    return { library, vault }
  })

const cloneContents = (vault: Vault, line?: string) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file, { line })
    return contents(file)
  })

const newestIn = (vault: Vault) =>
  Effect.map(listLines(vault), (lines) => lines.flatMap(({ segments }) => segments).at(-1)?.name ?? "")

/** A vault in a folder with four files, and what is in it. */
const inFolder = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const library = yield* newLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  for (const id of ["a", "b", "c", "d"]) {
    yield* library.songs.create(song(id))
    yield* pushHome(library, vault)
  }
  const files = Effect.map(listLines(vault), (lines) =>
    lines.flatMap(({ segments }) => segments.map(({ name }) => path.join(folder, name)))
  )
  return { library, vault, files }
})

describe("a file of a vault that is gone, or has no byte left", () => {
  for (const [what, spoil] of [
    ["is deleted", fs.rmSync],
    ["lost its bytes", (file: string) => fs.truncateSync(file)]
  ] as const)
    it.scoped(`is sent again by the next push, whichever ${what}`, () =>
      Effect.gen(function* () {
        for (const at of [0, 1, 2, 3]) {
          const { library, vault, files } = yield* inFolder
          spoil((yield* files)[at] ?? "")
          expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing" })
          expect((yield* clone(vault, path.join(yield* temporaryFolder, "back.db"))).songs).toBe(4)
          // Ten minutes have not passed: nothing is sent twice.
          const before = (yield* files).length
          expect(yield* pushHome(library, vault)).toMatchObject({ segments: 0 })
          expect(yield* files).toHaveLength(before)
        }
      })
    )

  it.scoped("is not taken for filled by what others put there, nor sent with each push", () =>
    Effect.gen(function* () {
      const { library, vault, files } = yield* inFolder
      const [, second = ""] = yield* files
      // The same events and one more, as somebody says who does not have them.
      fs.writeFileSync(
        second.replace(
          /-(0{11}2)-([0-9a-f]{16})-[0-9a-f]{16}-/,
          "-000000000003-$2-".concat("0".repeat(16), "-")
        ),
        "x"
      )
      fs.rmSync(second)
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing", segments: 1 })
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined, segments: 0 })
    })
  )
})

describe("a vault that lost what was sent to it", () => {
  it.scoped(
    "security 19: gets it again at once, and is said to be rolled back when it is gone ten minutes later too",
    () =>
      Effect.gen(function* () {
        const blobs = memoryBlobs()
        const { library, vault } = yield* pushedTwice(blobs)
        yield* blobs.delete(yield* newestIn(vault))
        yield* TestClock.adjust("1 minute")
        expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing", events: 1 })
        expect(yield* cloneContents(vault)).toBe(contents(library.path))
        yield* TestClock.adjust("9 minutes")
        expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined, events: 0 })
        yield* TestClock.adjust("1 minute")
        yield* library.songs.create(song("c"))
        expect(yield* pushHome(library, vault)).toMatchObject({ loss: "rolledBack", events: 1 })
        expect((yield* knownHome(library)).lastFile?.rolledBackAt).toBeGreaterThan(0)
        expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined, events: 0 })
        expect(yield* cloneContents(vault)).toBe(contents(library.path))
        // The next loss is another one.
        yield* blobs.delete(yield* newestIn(vault))
        expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing", events: 1 })
      })
  )

  it.scoped("is emptied but for vault.json: a new line holds everything", () =>
    Effect.gen(function* () {
      const blobs = memoryBlobs()
      const { library, vault } = yield* pushedTwice(blobs)
      for (const { name } of (yield* blobs.list("")).blobs)
        if (name !== "vault.json") yield* blobs.delete(name)
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: "missing", began: "first", events: 2 })
      expect(yield* cloneContents(vault)).toBe(contents(library.path))
      yield* TestClock.adjust("10 minutes")
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: "rolledBack", events: 0 })
    })
  )

  it.scoped("is only listed late: nothing is sent twice, and nobody is alarmed", () =>
    Effect.gen(function* () {
      const inner = memoryBlobs()
      let late = false
      const blobs = counting(
        faulty(inner, ({ operation }) => (late && operation === "list" ? { kind: "late" } : undefined))
      )
      const { library, vault } = yield* pushedTwice(blobs)
      late = true
      yield* library.songs.create(song("c"))
      const before = blobs.counts().put.requests
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined, began: undefined, events: 1 })
      expect(blobs.counts().put.requests - before).toBe(1)
      expect((yield* knownHome(library)).lastFile?.missedAt).toBeUndefined()
      expect(yield* cloneContents({ ...vault, blobs: inner })).toBe(contents(library.path))
    })
  )

  it.scoped("has it again when it is looked for once more: nobody is alarmed", () =>
    Effect.gen(function* () {
      const inner = memoryBlobs()
      const { library, vault } = yield* pushedTwice(inner)
      const name = yield* newestIn(vault)
      yield* TestClock.adjust("1 minute")
      const hidden: Blobs = {
        ...inner,
        list: (prefix, after) =>
          Effect.map(inner.list(prefix, after), (page) => ({
            ...page,
            blobs: page.blobs.filter((each) => each.name !== name)
          })),
        head: (asked) => inner.head(asked === name ? `${name}x` : asked)
      }
      expect(yield* pushHome(library, { ...vault, blobs: hidden })).toMatchObject({ loss: "missing" })
      yield* TestClock.adjust("11 minutes")
      expect(yield* pushHome(library, vault)).toMatchObject({ loss: undefined })
      const { lastFile } = yield* knownHome(library)
      expect(lastFile).toMatchObject({ missedAt: undefined, rolledBackAt: undefined })
    })
  )

  it.scoped("the daemon looks once more though nothing is new, and says so", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const folder = yield* temporaryFolder
      const { vault } = yield* addVault(library, "usb", folder)
      yield* library.songs.create(song("a"))
      const events: Array<PushEvent> = []
      const onEvent = (event: PushEvent) => Effect.sync(() => void events.push(event))
      const fiber = yield* Effect.fork(keepPushed(library.path, { onEvent }))
      const until = (count: number) =>
        Effect.gen(function* () {
          for (let turn = 0; turn < 3000 && events.length < count; turn++) {
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
            yield* TestClock.adjust("10 seconds")
          }
        })
      yield* until(1)
      yield* folderBlobs(vault.blobs.place).delete(yield* newestIn(vault))
      yield* library.songs.create(song("b"))
      yield* until(3)
      yield* Fiber.interrupt(fiber)
      expect(events).toMatchObject([
        { _tag: "Pushed", report: { events: 1 } },
        { _tag: "Pushed", report: { events: 2, loss: "missing" } },
        { _tag: "Trouble", vault: "usb", error: { _tag: "VaultRolledBack" } }
      ])
      expect((yield* vaultRecords(library).all)[0]?.lastFile?.rolledBackAt).toBeGreaterThan(0)
    })
  )
})
