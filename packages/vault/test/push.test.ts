/** A push that said done can be cloned: promise 1. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  checkVault,
  clone,
  counting,
  listLines,
  memoryBlobs,
  push,
  sourceOf,
  type Vault
} from "../src/index.js"
import {
  contents,
  fullLibrary,
  knownHome,
  newLibrary,
  pushHome,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"

const cloned = (vault: Parameters<typeof clone>[0], options: Parameters<typeof clone>[2] = {}) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    const report = yield* clone(vault, file, { name: "home", ...options })
    return { file, report }
  })

describe("a clone of what was pushed", () => {
  it.scoped("has the same log, commands, rows and backups, to the byte, and checks clean", () =>
    Effect.gen(function* () {
      const library = yield* fullLibrary
      const vault = yield* withVault(library)
      const pushed = yield* push(library, vault, yield* knownHome(library))
      expect(pushed).toMatchObject({ began: "first", segments: 1, damaged: [], loss: undefined })
      const { file, report } = yield* cloned(vault)
      expect(report).toMatchObject({ damaged: [], problems: [], position: pushed.position, backups: 4 })
      const other = yield* openLibrary(file)
      const check = yield* other.upkeep.check({ level: "full" })
      expect(check.damaged).toEqual([])
      expect(contents(file)).toBe(contents(library.path))
    })
  )

  it.scoped(
    "has documents that compress to nearly nothing, and comes in files of some 8 MiB of documents",
    () =>
      Effect.gen(function* () {
        const library = yield* newLibrary
        const vault = yield* withVault(library)
        for (const [id, size] of [
          ["a", 2_150_000],
          ["b", 2_150_000],
          ["c", 9]
        ])
          sqlite(
            library.path,
            `INSERT INTO song_data(id, name, song_data_json, determinism_seed, created_at, updated_at)
           VALUES ('${id}', '${id}', '${id}' || hex(zeroblob(${size})), 's', '2026-01-01', '2026-01-01')`
          )
        const pushed = yield* push(library, vault, yield* knownHome(library))
        expect(pushed).toMatchObject({ segments: 2, events: 3, damaged: [] })
        const { file, report } = yield* cloned(vault)
        expect(report).toMatchObject({ damaged: [], problems: [], position: 3 })
        const rows =
          "SELECT id, length(song_data_json), substr(song_data_json, 1, 9) FROM song_data ORDER BY id"
        expect(sqlite(file, rows)).toBe(sqlite(library.path, rows))
      })
  )

  it.scoped("is the same when more came at once than a tree takes in at once", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      const songs = Array.from({ length: 8300 }, (_, index) => song(`s${index}`))
      yield* library.imports.entities({ source: "app", songs })
      yield* library.backups.take()
      for (const { id } of songs.slice(0, 20)) yield* library.songs.delete(id)
      yield* push(library, vault, yield* knownHome(library))
      const { file, report } = yield* cloned(vault)
      expect(report).toMatchObject({ damaged: [], problems: [], songs: 8280, backups: 1 })
      const rows = "SELECT count(*), min(id), max(id), sum(length(song_data_json)) FROM song_data"
      expect(sqlite(file, rows)).toBe(sqlite(library.path, rows))
      const copy = yield* openLibrary(file)
      expect((yield* copy.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("is the same though songs compress to almost nothing", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      for (let round = 0; round < 20; round++)
        yield* library.songs.upsert({ ...song("a"), songDataJSON: `${round} `.repeat(5000) })
      yield* push(library, vault, yield* knownHome(library))
      expect(contents((yield* cloned(vault)).file)).toBe(contents(library.path))
    })
  )

  it.scoped("is the same when it came in many pushes", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      for (let round = 0; round < 6; round++) {
        yield* library.songs.upsert(song("a", `version ${round}`))
        if (round % 2 === 0) yield* library.backups.take({})
        const report = yield* push(library, vault, yield* knownHome(library))
        expect(report.segments).toBe(1)
      }
      const { file } = yield* cloned(vault)
      expect(contents(file)).toBe(contents(library.path))
      const other = yield* openLibrary(file)
      expect((yield* other.backups.list()).length).toBe(3)
      yield* other.backups.restore("b1", { mode: "exact" })
      expect((yield* other.songs.read("a")).songDataJSON).toContain("version 0")
      yield* other.history.undo()
      expect((yield* other.songs.read("a")).songDataJSON).toContain("version 5")
    })
  )

  it.scoped("has what an app wrote by plain SQL just before the push", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* library.songs.create(song("a"))
      const vault = yield* withVault(library)
      sqlite(library.path, "UPDATE song_data SET name = 'by the app' WHERE id = 'a'")
      yield* push(library, vault, yield* knownHome(library))
      const { file } = yield* cloned(vault)
      expect(sqlite(file, "SELECT name FROM song_data")).toBe("by the app")
    })
  )

  it.scoped("has imported backups, whose state stands in no event", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* library.songs.create(song("a"))
      const folder = yield* temporaryFolder
      const exchange = {
        version: "1.0",
        timestamp: "2026-01-05T00:00:00.000Z",
        description: "old",
        songs: JSON.stringify([
          {
            id: "o",
            name: "Old",
            createdAt: "2026-01-01T00:00:00.000Z",
            updatedAt: "2026-01-01T00:00:00.000Z",
            songDataJSON: "{}",
            determinismSeed: "x"
          }
        ]),
        performances: "[]",
        preferences: "{}"
      }
      fs.writeFileSync(path.join(folder, "old.json"), JSON.stringify(exchange))
      yield* Effect.scoped(
        Effect.flatMap(library.imports.open([path.join(folder, "old.json")]), (opened) =>
          opened.apply({ merge: false })
        )
      )
      const vault = yield* withVault(library)
      yield* push(library, vault, yield* knownHome(library))
      const { file } = yield* cloned(vault)
      const other = yield* openLibrary(file)
      const [imported] = yield* other.backups.list()
      expect(imported).toMatchObject({ trigger: "imported", songs: 1 })
      yield* other.backups.restore(imported?.backupId ?? "", {})
      expect((yield* other.songs.read("o")).name).toBe("Old")
      expect((yield* other.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})

describe("what a push costs", () => {
  it.scoped("is one put and one listing, and nothing grows with the library", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      for (let index = 0; index < 200; index++) yield* library.songs.create(song(`s${index}`))
      const blobs = counting(memoryBlobs())
      const vault = yield* withVault(library, blobs)
      yield* push(library, vault, yield* knownHome(library))
      blobs.reset()
      yield* library.songs.upsert(song("s7", "changed"))
      const { bytes } = yield* push(library, vault, yield* knownHome(library))
      const { put, list, get, head } = blobs.counts()
      expect({ put: put.requests, list: list.requests, get: get.requests, head: head.requests }).toEqual({
        put: 1,
        list: 1,
        get: 0,
        head: 0
      })
      expect(bytes).toBeLessThan(1500)
      blobs.reset()
      const nothing = yield* push(library, vault, yield* knownHome(library))
      expect(nothing).toMatchObject({ events: 0, segments: 0 })
      expect(blobs.counts().put.requests).toBe(0)
    })
  )
})

describe("what a push looks at", () => {
  const listed = (vault: Vault) => {
    const names: Array<string> = []
    const list: Blobs["list"] = (prefix, after) =>
      Effect.tap(vault.blobs.list(prefix, after), ({ blobs }) =>
        Effect.sync(() => names.push(...blobs.map(({ name }) => name)))
      )
    return { names, vault: { ...vault, blobs: { ...vault.blobs, list } } }
  }

  /** A library that was pushed five times. */
  const pushedOften = Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library)
    for (let round = 0; round < 5; round++) {
      yield* library.songs.upsert(song("a", `version ${round}`))
      yield* pushHome(library, vault)
    }
    yield* library.songs.upsert(song("a", "newest"))
    return { library, vault }
  })

  it.scoped("is the last file that was sent, and what came since; all of its line after an hour", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* pushedOften
      const { names, vault: watched } = listed(vault)
      const last = (yield* knownHome(library)).lastFile?.file
      yield* pushHome(library, watched)
      expect(names).toEqual([last])
      names.length = 0
      yield* TestClock.adjust("1 hour")
      yield* library.songs.upsert(song("a", "later"))
      yield* pushHome(library, watched)
      expect(names.filter((name) => name.endsWith(".seg"))).toHaveLength(6)
      const { file } = yield* cloned(vault)
      expect(contents(file)).toBe(contents(library.path))
    })
  )

  it.scoped("is all of its line where the last file was merged, or came from an earlier copy", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* pushedOften
      const known = yield* knownHome(library)
      const copy = path.join(yield* temporaryFolder, "copy.db")
      sqlite(library.path, `VACUUM INTO '${copy}'`)
      yield* library.songs.upsert(song("a", "only here"))
      yield* pushHome(library, vault)
      // As a copy that still takes itself for the file that pushed: it sees what came since.
      const earlier = yield* openLibrary(copy)
      yield* earlier.songs.upsert(song("a", "elsewhere"))
      expect(yield* push(earlier, vault, { ...known, isOwnLine: true })).toMatchObject({ began: "diverged" })
      const newest = (yield* knownHome(library)).lastFile?.file ?? ""
      const bytes = yield* vault.blobs.get(newest)
      yield* vault.blobs.put(newest.replace("/s0-", "/s1-"), sourceOf(bytes))
      yield* vault.blobs.delete(newest)
      yield* library.songs.upsert(song("a", "after the merge"))
      expect(yield* pushHome(library, vault)).toMatchObject({ began: undefined, loss: undefined, events: 1 })
      const { file } = yield* cloned(vault, { line: known.line })
      expect(contents(file)).toBe(contents(library.path))
    })
  )
})

describe("lines", () => {
  it.scoped("a clone begins a line of its own, and both can be cloned", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* library.songs.create(song("a"))
      const vault = yield* withVault(library)
      yield* push(library, vault, yield* knownHome(library))
      const { file } = yield* cloned(vault)
      const other = yield* openLibrary(file)
      yield* other.songs.create(song("there"))
      const pushed = yield* push(other, vault, yield* knownHome(other))
      expect(pushed).toMatchObject({ began: "copy", events: 1, segments: 1 })
      yield* library.songs.create(song("here"))
      expect(yield* push(library, vault, yield* knownHome(library))).toMatchObject({
        began: undefined,
        events: 1
      })
      const lines = yield* listLines(vault)
      expect(lines).toHaveLength(2)
      for (const { line } of lines) {
        const { file: copy } = yield* cloned(vault, { line })
        const ids = sqlite(copy, "SELECT group_concat(id) FROM (SELECT id FROM song_data ORDER BY id)")
        expect(ids).toBe(line === pushed.line ? "a,there" : "a,here")
      }
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("a file that was put back from earlier goes on beside what it had pushed later", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const vault = yield* Effect.scoped(
        Effect.gen(function* () {
          const library = yield* newLibrary
          yield* library.songs.create(song("a"))
          const made = yield* withVault(library)
          yield* push(library, made, yield* knownHome(library))
          sqlite(library.path, `VACUUM INTO '${path.join(folder, "earlier.db")}'`)
          yield* library.songs.create(song("lost with the put back"))
          yield* push(library, made, yield* knownHome(library))
          return made
        })
      )
      const earlier = yield* openLibrary(path.join(folder, "earlier.db"))
      yield* earlier.songs.create(song("after"))
      const pushed = yield* push(earlier, vault, yield* knownHome(earlier))
      expect(["copy", "diverged"]).toContain(pushed.began)
      const { file } = yield* cloned(vault, { line: pushed.line })
      expect(sqlite(file, "SELECT group_concat(id) FROM (SELECT id FROM song_data ORDER BY id)")).toBe(
        "a,after"
      )
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
  )
})

describe("damage in the library", () => {
  /** Flips a byte of every stored document. */
  const damage = (file: string): void => {
    sqlite(
      file,
      "UPDATE block SET data = substr(data, 1, 20) || x'00' || substr(data, 22) WHERE raw_bytes > 100"
    )
  }

  it.scoped("is made up for by the live songs, and what is lost is told and named", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* library.songs.create(song("a", "first"))
      yield* library.songs.create(song("b", "only"))
      yield* library.backups.take({})
      yield* library.songs.upsert(song("a", "second"))
      damage(library.path)
      const vault = yield* withVault(library)
      const pushed = yield* push(library, vault, yield* knownHome(library))
      expect(pushed.damaged).toEqual([{ kind: "song", id: "a" }])
      const folder = yield* temporaryFolder
      expect(yield* Effect.flip(clone(vault, path.join(folder, "c.db")))).toMatchObject({
        _tag: "VaultDamaged"
      })
      const report = yield* clone(vault, path.join(folder, "c.db"), { partial: true })
      expect(report).toMatchObject({
        songs: 2,
        lost: [],
        damaged: [{ what: "song Song a", backups: ["b1"] }]
      })
      const other = yield* openLibrary(path.join(folder, "c.db"))
      expect((yield* other.songs.read("a")).songDataJSON).toContain("second")
      expect((yield* other.songs.read("b")).songDataJSON).toContain("only")
    })
  )
})
