/** Two computers with one library: what one did comes to the other, and nothing that both did is lost. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type BlobCall,
  checkVault,
  clone,
  counting,
  devicesAhead,
  type Fault,
  faulty,
  memoryBlobs,
  openPull,
  type PullChoices,
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
  yield* pushHome(one, vault)
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
      yield* pushHome(two, vault)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({ way: "forward" })
      expect(contents(one.path)).toBe(contents(two.path))
      yield* sound(one)
      expect(yield* pullAll(one, vault)).toBeUndefined()
      yield* one.songs.upsert(song("a", "and on here"))
      yield* pushHome(one, vault)
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
      yield* pushHome(two, vault)
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

  const faults: ReadonlyArray<Fault> = [{ kind: "before" }, { kind: "cut", bytes: 300 }]

  it.scoped.each(faults)("a place that fails ($kind) leaves everything as it was, at any segment", (fault) =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert(song("a", "edited there"))
      yield* two.backups.take({})
      yield* pushHome(two, vault)
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
      yield* pushHome(two, vault)
      expect(yield* pullAll(one, vault)).toMatchObject({ way: "forward", events: 2 })
      expect(yield* one.songs.read("a")).toMatchObject({ genre: "loud" })
      expect((yield* one.log.head).position).toBe((yield* two.log.head).position + 1)
      yield* sound(one)
      yield* pushHome(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "forward", events: 1 })
      expect(songsIn(two)).toBe(songsIn(one))
    })
  )

  it.scoped("columns that the app has only there are left out, and do not come and go", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      sqlite(two.path, "ALTER TABLE song_data ADD COLUMN plays INTEGER NOT NULL DEFAULT 7")
      yield* two.songs.upsert(song("a", "edited there"))
      yield* pushHome(two, vault)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({ way: "merge", result: { done: { update: 1 } } })
      expect(done?.result.errors[0]).toContain("no column plays")
      yield* pushHome(one, vault)
      expect(yield* pullAll(two, vault)).toBeUndefined()
      yield* one.songs.upsert(song("a", "and on here"))
      yield* pushHome(one, vault)
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
      yield* pushHome(two, vault)
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
      yield* pushHome(two, vault)
      yield* pullAll(one, vault)
      yield* two.songs.upsert(song("s7", "changed"))
      yield* pushHome(two, vault)
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
      yield* pushHome(full, vault)
      const two = yield* otherComputer(vault)
      yield* full.songs.upsert(song("b", "more"))
      const [first] = yield* full.backups.list()
      yield* full.backups.restore(first?.backupId ?? "", { mode: "exact" })
      yield* full.backups.undelete("b2")
      yield* full.history.undo()
      yield* full.backups.take({ description: "after all" })
      yield* pushHome(full, vault)
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
      yield* pushHome(two, vault)
      yield* one.songs.upsert(song("b", "edited here"))
      const before = songsIn(one)
      const done = yield* pullAll(one, vault)
      expect(done).toMatchObject({
        way: "merge",
        result: { conflicts: 0, done: { create: 1, update: 1, delete: 1 } }
      })
      yield* pushHome(one, vault)
      expect(yield* pullAll(two, vault)).toMatchObject({ way: "merge", result: { done: { update: 1 } } })
      expect(songsIn(two)).toBe(songsIn(one))
      yield* pushHome(two, vault)
      expect(yield* pullAll(one, vault)).toBeUndefined()
      expect((yield* one.history.operations(1))[0]).toMatchObject({ what: "pull" })
      yield* one.history.undo()
      expect(songsIn(one)).toBe(before)
      yield* sound(one)
      yield* sound(two)
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    })
  )

  /** Song a is another on each computer, and what the second did is in the vault. */
  const conflict = Effect.gen(function* () {
    const computers = yield* twoComputers
    yield* computers.two.songs.upsert({ ...song("a", "there"), composer: "there" })
    yield* pushHome(computers.two, computers.vault)
    yield* computers.one.songs.upsert({
      ...song("a", "begin"),
      songDataJSON: song("a").songDataJSON,
      genre: "here"
    })
    return computers
  })

  const kept = [
    { onConflict: undefined, here: undefined, copies: 1, conflicts: 0 },
    { onConflict: "keep", here: undefined, copies: 0, conflicts: 1 },
    { onConflict: "replace", here: "there", copies: 0, conflicts: 0 },
    { onConflict: "combine", here: "there", copies: 0, conflicts: 0 }
  ] as const

  it.scoped.each(kept)("what both changed is settled as wished ($onConflict), once for all devices", (wish) =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* conflict
      const done = yield* pullAll(one, vault, { onConflict: wish.onConflict })
      expect(done).toMatchObject({
        way: "merge",
        result: { conflicts: wish.conflicts, done: { copies: wish.copies } }
      })
      const { composer, genre } = yield* one.songs.read("a")
      expect(composer).toBe(wish.here)
      expect(genre).toBe(wish.onConflict === "replace" ? undefined : "here")
      const names = (yield* one.songs.list()).map(({ name }) => name)
      expect(names.filter((name) => name.startsWith("Song a ("))).toHaveLength(wish.copies)
      // It is not asked again, and the other device takes over what was decided here.
      expect(yield* pullAll(one, vault)).toBeUndefined()
      yield* pushHome(one, vault)
      const there = yield* pullAll(two, vault)
      if (wish.onConflict === "replace") expect(there).toBeUndefined()
      else expect(there).toMatchObject({ way: "merge", result: { conflicts: 0, done: { copies: 0 } } })
      expect(songsIn(two)).toBe(songsIn(one))
      yield* pushHome(two, vault)
      expect(yield* pullAll(one, vault)).toBeUndefined()
      yield* sound(one)
      yield* sound(two)
    })
  )

  it.scoped("a song that one deleted and the other edited stays, on both", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.delete("a")
      yield* two.songs.upsert(song("b", "edited there"))
      yield* pushHome(two, vault)
      yield* one.songs.upsert(song("a", "edited here"))
      yield* one.songs.delete("b")
      const opened = yield* openPull(one, vault, yield* knownHome(one))
      const plan = yield* opened?.plan({ onConflict: "keep" }) ?? Effect.die("there is news")
      expect(plan.plan.items.map(({ id, conflict: isOne, notes }) => [id, isOne, notes[0]])).toEqual([
        ["a", true, expect.stringMatching(/^it was deleted on /)],
        ["b", true, "it was deleted since"]
      ])
      yield* pullAll(one, vault)
      yield* pushHome(one, vault)
      yield* pullAll(two, vault)
      for (const library of [one, two]) {
        expect((yield* library.songs.read("a")).songDataJSON).toContain("edited here")
        expect((yield* library.songs.read("b")).songDataJSON).toContain("edited there")
      }
      expect(songsIn(two)).toBe(songsIn(one))
    })
  )

  it.scoped("what was kept apart is asked about again when the other goes on with it", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* conflict
      yield* pullAll(one, vault, { onConflict: "keep" })
      yield* two.songs.upsert({ ...song("a", "there, later"), composer: "there" })
      yield* pushHome(two, vault)
      expect(yield* pullAll(one, vault, { onConflict: "keep" })).toMatchObject({ result: { conflicts: 1 } })
      expect((yield* one.songs.read("a")).genre).toBe("here")
    })
  )

  it.scoped("a performance that comes brings its song, which was deleted here", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.performances.create({
        ...{ id: "p", name: "Live", songId: "a", duration: 3 },
        performanceDataJSON: "[]"
      })
      yield* pushHome(two, vault)
      yield* one.songs.delete("a")
      expect(yield* pullAll(one, vault)).toMatchObject({ result: { done: { create: 2 }, conflicts: 0 } })
      expect((yield* one.songs.read("a")).id).toBe("a")
    })
  )

  it.scoped("what a third computer did comes through the second, and is not a conflict later", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      const three = yield* otherComputer(vault, "eve@tablet")
      yield* one.songs.upsert(song("c", "one"))
      yield* two.songs.upsert(song("b", "two"))
      yield* three.songs.upsert(song("a", "three"))
      yield* pushHome(three, vault)
      yield* pullAll(two, vault)
      yield* two.songs.upsert(song("a", "two after three"))
      yield* pushHome(two, vault)
      const { line } = yield* knownHome(two)
      expect(yield* pullAll(one, vault, {}, line)).toMatchObject({
        result: { conflicts: 0, done: { update: 2 } }
      })
      // All of the third is in what the second had.
      expect(yield* pullAll(one, vault)).toBeUndefined()
      yield* pushHome(one, vault)
      yield* pullAll(three, vault, {}, (yield* knownHome(one)).line)
      expect(songsIn(three)).toBe(songsIn(one))
      expect((yield* one.songs.list()).length).toBe(3)
    })
  )

  it.scoped("documents that prune had released here come from the vault again", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.upsert({ ...song("b"), name: "Renamed there" })
      yield* pushHome(two, vault)
      yield* one.songs.upsert(song("b", "edited here"))
      for (const { backupId } of yield* one.backups.list()) yield* one.backups.forget([backupId])
      for (const days of ["100 days", "2 days", "10 days"] as const) {
        yield* TestClock.adjust(days)
        yield* one.upkeep.prune({ keepEditsDays: 0 })
      }
      expect(yield* pullAll(one, vault, { onConflict: "both" })).toMatchObject({ result: { errors: [] } })
      const copy = (yield* one.songs.list()).find(({ name }) => name.startsWith("Renamed there"))
      expect((yield* one.songs.read(copy?.id ?? "")).songDataJSON).toBe(song("b").songDataJSON)
      yield* sound(one)
    })
  )

  it.scoped(
    "what the app's tables do not take up stops a merge as a whole: it would count as a decision",
    () =>
      Effect.gen(function* () {
        const { one, two, vault } = yield* twoComputers
        yield* two.songs.upsert({ ...song("b"), name: "Renamed there" })
        yield* two.songs.create(song("d"))
        yield* pushHome(two, vault)
        yield* one.songs.upsert(song("a", "here"))
        sqlite(
          one.path,
          `CREATE TRIGGER app_keeps_names AFTER UPDATE OF name ON song_data WHEN NEW.name <> OLD.name BEGIN
           UPDATE song_data SET name = OLD.name WHERE id = NEW.id; END`
        )
        const before = contents(one.path)
        expect(yield* Effect.flip(pullAll(one, vault))).toMatchObject({ _tag: "RestoreNotVerified" })
        expect(contents(one.path)).toBe(before)
        sqlite(one.path, "DROP TRIGGER app_keeps_names")
        expect(yield* pullAll(one, vault)).toMatchObject({ result: { done: { create: 1, update: 1 } } })
        yield* sound(one)
      })
  )

  it.scoped("a merge that was taken back does not take back what the other did", () =>
    Effect.gen(function* () {
      const { one, two, vault } = yield* twoComputers
      yield* two.songs.create(song("d"))
      yield* pushHome(two, vault)
      yield* one.songs.upsert(song("b", "here"))
      yield* pullAll(one, vault)
      yield* one.history.undo()
      yield* pushHome(one, vault)
      yield* pullAll(two, vault)
      expect((yield* two.songs.read("d")).id).toBe("d")
      yield* pushHome(two, vault)
      yield* pullAll(one, vault)
      expect(songsIn(one)).toBe(songsIn(two))
      expect((yield* one.songs.read("d")).id).toBe("d")
    })
  )
})

describe("one library in two places", () => {
  it.scoped(
    "a snapshot that was put back gets back what it had pushed since, and keeps what it did since",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const file = path.join(folder, "library.db")
        yield* createLibrary(file)
        const blobs = memoryBlobs()
        const use = <A>(body: (library: Library) => Effect.Effect<A, unknown>) =>
          Effect.scoped(Effect.flatMap(openLibrary(file, { actor: "ada@studio" }), body))
        const vault = yield* use((library) =>
          Effect.zipRight(library.songs.create(song("a")), withVault(library, blobs))
        )
        yield* use((library) => pushHome(library, vault))
        fs.copyFileSync(file, path.join(folder, "snapshot"))
        yield* use((library) => Effect.zipRight(library.songs.create(song("b")), pushHome(library, vault)))
        // Into the same file: its device, inode and epoch stay.
        fs.copyFileSync(path.join(folder, "snapshot"), file)
        yield* use((library) => library.songs.create(song("c")))
        expect(yield* use((library) => devicesAhead(library, vault))).toMatchObject([
          { device: expect.any(String) }
        ])
        expect(yield* use((library) => pushHome(library, vault))).toMatchObject({
          began: "diverged",
          events: 1
        })
        expect(yield* use((library) => pullAll(library, vault))).toMatchObject({
          way: "merge",
          result: { conflicts: 0 }
        })
        expect(sqlite(file, "SELECT group_concat(id) FROM (SELECT id FROM song_data ORDER BY id)")).toBe(
          "a,b,c"
        )
        expect(yield* use((library) => pushHome(library, vault))).toMatchObject({ began: undefined })
        expect(yield* use((library) => devicesAhead(library, vault))).toEqual([])
        expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      })
  )

  it.scoped("a copy of the file goes on by itself, and both come together", () =>
    Effect.gen(function* () {
      const { one, vault } = yield* twoComputers
      const file = path.join(yield* temporaryFolder, "copy.db")
      sqlite(one.path, `VACUUM INTO '${file}'`)
      const copy = yield* openLibrary(file, { actor: "ada@copy" })
      yield* copy.songs.upsert(song("a", "in the copy"))
      yield* one.songs.upsert(song("b", "in the first"))
      expect(yield* pushHome(one, vault)).toMatchObject({ began: undefined })
      expect(yield* pushHome(copy, vault)).toMatchObject({ began: "copy" })
      expect(yield* pullAll(copy, vault)).toMatchObject({ way: "merge", result: { conflicts: 0 } })
      yield* pushHome(copy, vault)
      yield* pullAll(one, vault)
      expect(songsIn(one)).toBe(songsIn(copy))
    })
  )
})
