/** Two computers with one library: what one did comes to the other, and nothing that both did is lost. */
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import {
  checkVault,
  clone,
  counting,
  listLines,
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
      expect(done).toMatchObject({ way: "merge", result: { conflicts: 0, done: { create: 1, update: 1, delete: 1 } } })
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
