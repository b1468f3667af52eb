/** Drills of whatever a place and a machine may be like; see also drill.test.ts. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, type Library, LibraryLocked, openLibrary } from "@white-room/store"
import { openDestination, push } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { restoreDrill } from "../src/Drill.js"
import { layerOutside, placeOf } from "../src/index.js"
import {
  edit,
  folderIn,
  freshLibrary,
  look,
  onlyState,
  temporaryFolder,
  withProfile
} from "./support/worlds.js"

const drilled = { when: ["every hour"], drill: { when: ["every 2 hours"], sample: 2 } }

const lived = (fields: Readonly<Record<string, unknown>> = {}) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    const stick = folderIn(library, "stick")
    for (const id of ["a", "b", "c"]) yield* edit(library, `first of ${id}`, id)
    yield* withProfile(library, { ...drilled, places: [stick], ...fields })
    yield* look(library)
    return { library, stick }
  })

/** The drill of one place as it is now. */
const drill = (library: Library, place: string) =>
  Effect.flatMap(onlyState(library), (state) => restoreDrill(library, state, placeOf(place))).pipe(
    Effect.provide(layerOutside)
  )

/** A backup and its copy of an hour later. */
const later = (library: Library, content: string) =>
  Effect.gen(function* () {
    yield* edit(library, content, "a")
    yield* TestClock.adjust("1 hour")
    yield* look(library)
  })

/** Everything that the library's file holds but for the runs and who runs, by another process. */
const contentOf = (library: Library): string =>
  execFileSync("sqlite3", ["-readonly", library.path, ".dump"], { encoding: "utf8", maxBuffer: 2 ** 28 })
    .split("\n")
    .filter((line) => !/^INSERT INTO "?(run|lease)"? /.test(line))
    .join("\n")

/** The files of segments in the vaults of a folder, oldest first. */
const segmentsIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".seg"))
    .sort()
    .map((name) => join(folder, name))

const bytesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => {
    const stat = statSync(join(folder, name))
    const bytes = stat.isFile() ? readFileSync(join(folder, name)).toString("base64") : ""
    return { name, mtimeMs: stat.mtimeMs, mode: stat.mode, bytes }
  })

/** Until the scope ends, new temporary folders are made in this one. */
const temporariesIn = (folder: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env.TMPDIR
      process.env.TMPDIR = folder
      return before
    }),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env.TMPDIR
        else process.env.TMPDIR = before
      })
  )

describe("a drill", () => {
  it.scoped("brings back all kinds, and changes nothing in the library or at the place", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived({ drill: { when: ["every 2 hours"], sample: "all" } })
      const performance = { name: "Live", duration: 1, performanceDataJSON: '{"a":1}' }
      yield* library.performances.upsert({ id: "p", songId: "a", ...performance })
      yield* library.performances.upsert({ id: "orphan", songId: "gone", ...performance })
      yield* library.preferences.upsert({ theme: "dark" })
      yield* later(library, "second")
      const before = { content: contentOf(library), stick: bytesIn(stick) }
      yield* TestClock.adjust("1 hour")
      const reports = yield* look(library)
      expect(reports.map(({ run }) => `${run.activity} ${run.outcome} ${run.detail ?? ""}`)).toEqual([
        "backup skipped ",
        "drill done b2: 6 of 6 came back, every byte",
        "drill done b2: 6 of 6 came back, every byte"
      ])
      expect(contentOf(library)).toBe(before.content)
      expect(before.content).toContain("INSERT INTO song_data")
      expect(bytesIn(stick)).toEqual(before.stick)
    })
  )

  it.scoped("fails while a file of the vault is missing or damaged, and is done when it is back", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived()
      yield* later(library, "second")
      const [first = ""] = segmentsIn(stick)
      const bytes = readFileSync(first)
      rmSync(first)
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "failed" })
      const flipped = Buffer.from(bytes)
      flipped[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      writeFileSync(first, flipped)
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "failed" })
      writeFileSync(first, bytes)
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "done" })
    })
  )

  it.scoped("is about the backup that the place has, also when the library went on", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived()
      yield* edit(library, "by hand", "a")
      yield* library.backups.take({ description: "by hand" })
      expect((yield* drill(library, stick)).detail).toMatch(/^b1: 2 of 3 came back/)
      yield* library.backups.forget(["b1"])
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "inconclusive" })
    })
  )

  it.scoped("finds its own library in a vault that has others too", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived()
      const path = join(library.path, "..", "other.db")
      yield* createLibrary(path)
      const other = yield* openLibrary(path, { actor: "ada@studio" })
      yield* edit(other, "other", "a")
      const { vault, known } = yield* openDestination(other, stick)
      yield* push(other, vault, known)
      expect(segmentsIn(stick)).toHaveLength(2)
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "done" })
    })
  )

  it.scoped("is inconclusive while the library is locked or the place away", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived()
      const locked = Effect.fail(new LibraryLocked({ path: library.path }))
      const lockedCopies = { ...library.copies, bundle: () => locked }
      expect(yield* drill({ ...library, copies: lockedCopies }, "")).toMatchObject({
        outcome: "inconclusive"
      })
      const goesAway = Effect.sync(() => rmSync(stick, { recursive: true }))
      const history = { ...library.history, rowHashes: () => Effect.zipRight(goesAway, locked) }
      expect(yield* drill({ ...library, history }, stick)).toMatchObject({
        outcome: "inconclusive",
        detail: "the place went away"
      })
      expect(yield* drill(library, stick)).toMatchObject({ detail: "the place is not there" })
    })
  )

  it.scoped("is inconclusive when there is no room for it, and leaves nothing behind", (test) =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived()
      const folder = yield* temporaryFolder
      yield* temporariesIn(join(folder, "missing"))
      expect(yield* drill(library, "")).toMatchObject({ outcome: "inconclusive" })
      const disk = join(folder, "disk")
      mkdirSync(disk)
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], { stdio: "ignore" })
      } catch {
        return test.skip("no right to mount a small file system")
      }
      yield* Effect.addFinalizer(() => Effect.sync(() => execFileSync("umount", ["-l", disk])))
      yield* temporariesIn(disk)
      for (const left of [0, 65_536, 131_072]) {
        const { bavail, bsize } = statfsSync(disk)
        writeFileSync(join(disk, "filler"), Buffer.alloc(bavail * bsize - left))
        for (const place of ["", stick]) {
          const held = yield* drill(library, place)
          expect([left, held]).toEqual([left, expect.objectContaining({ outcome: "inconclusive" })])
        }
        expect(readdirSync(disk)).toEqual(["filler"])
        rmSync(join(disk, "filler"))
      }
      expect(yield* drill(library, stick)).toMatchObject({ outcome: "done" })
    })
  )

  it.scoped("restores into a folder that only this person can read, gone also when it is interrupted", () =>
    Effect.gen(function* () {
      const { library } = yield* lived()
      const folder = yield* temporaryFolder
      yield* temporariesIn(folder)
      expect(tmpdir()).toBe(folder)
      const bundle: Library["copies"]["bundle"] = (...args) =>
        Effect.zipRight(library.copies.bundle(...args), Effect.never)
      const running = yield* Effect.fork(drill({ ...library, copies: { ...library.copies, bundle } }, ""))
      while (readdirSync(folder).length === 0) yield* Effect.yieldNow()
      const [made = ""] = readdirSync(folder)
      if (process.platform !== "win32") expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700)
      yield* Fiber.interrupt(running)
      expect(readdirSync(folder)).toEqual([])
    })
  )
})
