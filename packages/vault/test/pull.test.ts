/** Two computers with one library: what one did comes to the other, and nothing that both did is lost. */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import {
  type BlobCall,
  checkVault,
  clone,
  counting,
  type Fault,
  faulty,
  memoryBlobs,
  openPull,
  type PullChoices,
  push,
  type Vault
} from "../src/index.js"
import {
  contents,
  fullLibrary,
  knownHome,
  newLibrary,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"

const pushAll = (library: Library, vault: Vault) =>
  Effect.flatMap(knownHome(library), (known) => push(library, vault, known))

const pullAll = (library: Library, vault: Vault, choices: PullChoices = {}, line?: string) =>
  Effect.gen(function* () {
    const opened = yield* openPull(library, vault, yield* knownHome(library), { line })
    return opened === undefined ? undefined : yield* opened.apply(choices)
  })

/** Another computer: a clone of what the vault has. */
const otherComputer = (vault: Vault, actor = "bo@laptop") =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "other.db")
    yield* clone(vault, file, { name: "home" })
    return yield* openLibrary(file, { actor })
  })

const sound = (library: Library) =>
  Effect.map(library.upkeep.check({ level: "full" }), ({ damaged }) => expect(damaged).toEqual([]))

const songsIn = (library: Library): string =>
  sqlite(library.path, "SELECT id || ':' || name || ':' || song_data_json FROM song_data ORDER BY name, id")

/** A library in a vault, and a second computer with it. */
const twoComputers = Effect.gen(function* () {
  const blobs = counting(memoryBlobs())
  const one = yield* newLibrary
  for (const id of ["a", "b", "c"]) yield* one.songs.create(song(id))
  yield* one.backups.take({ description: "before" })
  const vault = yield* withVault(one, blobs)
  yield* pushAll(one, vault)
  const two = yield* otherComputer(vault)
  return { one, two, vault, blobs }
})

describe("the other computer went on", () => {
  it.scoped("everything comes as it is: log, commands, backups, rows; history and undo go on", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert(song("a", "edited there"))
      yield* two.songs.delete("b")
      yield* two.songs.create(song("d"))
      yield* two.preferences.upsert({ theme: "dark" })
      yield* two.backups.take({ description: "there" })
      yield* two.backups.restore("b1", { mode: "exact" })
      yield* two.songs.upsert(song("e"))
      yield* two.backups.forget(["b1"])
      yield* pushAll(two, vault)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({ way: "forward" })
      expect(contents(one.path)).toBe(contents(two.path))
      yield* sound(one)
      expect(yield* pullAll(one, vault)).toBeUndefined()
      yield* one.songs.upsert(song("a", "and on here"))
      yield* pushAll(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "forward", events: 1 })
      expect(contents(two.path)).toBe(contents(one.path))
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      const [restored] = (yield* one.history.operations()).filter(({ what }) => what === "restore")
      yield* one.history.undo({ command: restored?.command ?? 0 })
      expect((yield* one.songs.read("d")).id).toBe("d")
      yield* sound(one)
    })
  )

  it.scoped("what an app wrote here by plain SQL meanwhile is not written over, and both are merged", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert(song("a", "edited there"))
      yield* pushAll(two, vault)
      const opened = yield* openPull(one, vault, yield* knownHome(one))
      if (opened === undefined) return expect.fail("there is news")
      const { way, position } = yield* opened.plan()
      expect(way).toBe("forward")
      sqlite(one.path, "UPDATE song_data SET name = 'by the app' WHERE id = 'a'")
      // What was shown is done, or nothing is.
      expect(yield* Effect.flip(opened.apply({ position }))).toMatchObject({ _tag: "PlanOutdated" })
      expect(yield* opened.apply({ onConflict: "combine" })).toMatchObject({ way: "merge" })
      const { name, songDataJSON } = yield* one.songs.read("a")
      expect({ name, there: songDataJSON.includes("edited there") }).toEqual({
        name: "by the app",
        there: true
      })
      yield* sound(one)
    })
  )

  const faults: ReadonlyArray<Fault> = [
    { kind: "before" },
    { kind: "cut", bytes: 300 },
    { kind: "flip", bit: 2999 }
  ]

  it.scoped.each(faults)("a place that fails ($kind) leaves everything as it was, at any segment", (fault) =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert(song("a", "edited there"))
      yield* two.backups.take({})
      yield* pushAll(two, vault)
      const before = contents(one.path)
      let failed = 0
      for (let at = 1; ; at++) {
        let calls = 0
        const plan = ({ operation, name }: BlobCall): Fault | undefined =>
          operation === "get" && name.endsWith(".seg") && ++calls === at ? fault : undefined
        const shaky = { ...vault, blobs: faulty(vault.blobs, plan) }
        if ((yield* Effect.either(pullAll(one, shaky)))._tag === "Right") break
        failed++
        expect(contents(one.path)).toBe(before)
      }
      expect(failed).toBeGreaterThan(0)
      expect(contents(one.path)).toBe(contents(two.path))
      yield* sound(one)
    })
  )

  it.scoped("triggers of the app here have their say, as events of their own", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      sqlite(
        one.path,
        `CREATE TRIGGER app_shouts AFTER UPDATE OF song_data_json ON song_data BEGIN
           UPDATE song_data SET genre = 'loud' WHERE id = NEW.id; END`
      )
      yield* two.songs.upsert(song("a", "edited there"))
      yield* two.songs.create(song("d"))
      yield* pushAll(two, vault)
      expect(yield* pullAll(one, vault)).toMatchObject({ way: "forward", events: 2 })
      expect(yield* one.songs.read("a")).toMatchObject({ genre: "loud" })
      expect((yield* one.log.head).position).toBe((yield* two.log.head).position + 1)
      yield* sound(one)
      yield* pushAll(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "forward", events: 1 })
      expect(songsIn(two)).toBe(songsIn(one))
    })
  )

  it.scoped("columns that the app has only there are left out, and do not come and go", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      sqlite(two.path, "ALTER TABLE song_data ADD COLUMN plays INTEGER NOT NULL DEFAULT 7")
      yield* two.songs.upsert(song("a", "edited there"))
      yield* pushAll(two, vault)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({ way: "merge", result: { done: { update: 1 } } })
      expect(done?.result.errors[0]).toContain("no column plays")
      yield* pushAll(one, vault)
      expect(yield* pullAll(two, vault)).toBeUndefined()
      yield* one.songs.upsert(song("a", "and on here"))
      yield* pushAll(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ result: { conflicts: 0, done: { update: 1 } } })
      expect(sqlite(two.path, "SELECT plays FROM song_data WHERE id = 'a'")).toBe("7")
      expect((yield* two.songs.read("a")).songDataJSON).toContain("and on here")
      yield* sound(one)
      yield* sound(two)
    })
  )

  it.scoped("commands here that may be repeated and wrote nothing keep their answers", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      const again = { ...song("a"), name: "Song a" }
      yield* one.songs.upsert(again, { commandId: "said-twice" })
      yield* two.songs.upsert(song("b", "edited there"))
      yield* pushAll(two, vault)
      expect(yield* pullAll(one, vault)).toMatchObject({ way: "forward", events: 1 })
      const other = one.songs.upsert(song("a", "something else"), { commandId: "said-twice" })
      expect(yield* Effect.flip(other)).toMatchObject({ _tag: "CommandReused" })
      yield* sound(one)
    })
  )

  it.scoped("what is read follows what is new, not the size of the library", () =>
    Effect.gen(function* () {
      const { one, two, vault, blobs } = yield* twoComputers
      for (let index = 0; index < 100; index++) yield* two.songs.create(song(`s${index}`))
      yield* pushAll(two, vault)
      yield* pullAll(one, vault)
      yield* two.songs.upsert(song("s7", "changed"))
      yield* pushAll(two, vault)
      blobs.reset()
      expect(yield* pullAll(one, vault)).toMatchObject({ way: "forward", events: 1 })
      const { get, list, put } = blobs.counts()
      expect(list.requests).toBe(1)
      expect(put.requests).toBe(0)
      // The beginnings of both lines, and the one segment: once for its end, once to be played.
      expect(get.requests).toBeLessThanOrEqual(5)
      expect(get.bytes).toBeLessThan(6000)
    })
  )

  it.scoped("a whole library of every kind of event comes to a computer that has none of it yet", () =>
    Effect.gen(function* () {
      const full = yield* fullLibrary
      const vault = yield* withVault(full)
      yield* pushAll(full, vault)
      const two = yield* otherComputer(vault)
      yield* full.songs.upsert(song("b", "more"))
      const [first] = yield* full.backups.list()
      yield* full.backups.restore(first?.backupId ?? "", { mode: "exact" })
      yield* full.backups.undelete("b2")
      yield* full.history.undo()
      yield* full.backups.take({ description: "after all" })
      yield* pushAll(full, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "forward" })
      expect(contents(two.path)).toBe(contents(full.path))
      yield* sound(two)
    })
  )
})

describe("both went on", () => {
  it.scoped("what only one of them changed is on both, and can be taken back", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert(song("a", "edited there"))
      yield* two.songs.create(song("d"))
      yield* two.songs.delete("c")
      yield* pushAll(two, vault)
      yield* one.songs.upsert(song("b", "edited here"))
      const before = songsIn(one)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({
        way: "merge",
        result: { conflicts: 0, done: { create: 1, update: 1, delete: 1 } }
      })
      yield* pushAll(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "merge", result: { done: { update: 1 } } })
      expect(songsIn(two)).toBe(songsIn(one))
      yield* pushAll(two, vault)
      expect(yield* pullAll(one, vault)).toBeUndefined()
      expect((yield* one.history.operations(1))[0]).toMatchObject({ what: "pull" })
      yield* one.history.undo()
      expect(songsIn(one)).toBe(before)
      yield* sound(one)
      yield* sound(two)
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
  )
})
