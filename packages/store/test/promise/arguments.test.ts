/** Whatever a program without a compiler gives a call, it is told what is wrong with it, and never that we failed. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { BackupManager, BackupRepository, SongDataRepository } from "../../src/phase5.js"
import { surface } from "../../src/promise/surface.js"
import { InvalidInput, isWhiteRoomError, type Library, openLibrary } from "../../src/promise.js"

let folder: string
let home: string
let library: Library

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "white-room-test-"))
  home = process.cwd()
  // What a call makes of a text that is a path is made here.
  process.chdir(folder)
  library = await openLibrary(join(folder, "library.db"), { create: true })
  await library.songs.create({ id: "s", name: "n", songDataJSON: "{}", determinismSeed: "s" })
  await library.backups.take()
})

afterEach(async () => {
  await library.close()
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

const junk: ReadonlyArray<unknown> = [
  undefined,
  null,
  true,
  5,
  Number.NaN,
  -1,
  10n,
  "x",
  "",
  Symbol("s"),
  () => 1,
  new Date(Number.NaN),
  new Uint8Array(3),
  {},
  { id: 5 },
  { id: "a", name: 5 },
  { id: "q", name: "n", createdAt: "yesterday", songDataJSON: "{}", determinismSeed: "s" },
  Object.assign(Object.create(null), { colour: "red" }),
  [],
  [null],
  [{}],
  [5],
  ["x"]
]

interface Tried {
  readonly args: ReadonlyArray<unknown>
  readonly call: string
}

/** Each argument and each option of each call with each of these. */
const tries = function* (): Generator<Tried & { readonly service: string; readonly name: string }> {
  for (const [service, calls] of Object.entries(surface))
    for (const [name, signature] of Object.entries(calls)) {
      const [at, options] =
        typeof signature === "number" ? [signature, []] : [signature[0], Object.keys(signature[1])]
      const call = `${service}.${name}`
      const usual = Array.from({ length: at }, () => "b1")
      yield { service, name, call, args: [] }
      for (const each of junk) {
        for (let index = 0; index < at; index++)
          yield { service, name, call, args: usual.with(index, each as string) }
        for (const option of options) yield { service, name, call, args: [...usual, { [option]: each }] }
        if (options.length > 0) yield { service, name, call, args: [...usual, each] }
      }
    }
}

const failureOf = async (body: () => unknown): Promise<unknown> => {
  try {
    const given: unknown = await body()
    if (typeof given === "object" && given !== null && "close" in given && typeof given.close === "function")
      await given.close()
    return undefined
  } catch (error) {
    return error
  }
}

it("any value for any argument and any option of any call", async () => {
  const faults: Array<string> = []
  let tried = 0
  for (const { service, name, call, args } of tries()) {
    const member: unknown = Reflect.get(Reflect.get(library, service), name)
    if (typeof member !== "function") continue
    tried++
    const error = await failureOf(() => member.apply(Reflect.get(library, service), args))
    const isOurs = error === undefined || (isWhiteRoomError(error) && error._tag !== "InternalFault")
    if (!isOurs) faults.push(`${call}(${args.map((each) => typeof each).join(", ")}): ${error}`)
  }
  expect(faults).toEqual([])
  expect(tried).toBeGreaterThan(1000)
  expect(await library.upkeep.check({ level: "full" })).toMatchObject({ damaged: [] })
})

const song = { id: "new", name: "n", songDataJSON: "{}", determinismSeed: "s" }

it.each([
  [() => library.songs.create({ ...song, createdAt: "yesterday" } as never), "createdAt"],
  [() => library.songs.create({ ...song, songDataJSON: undefined } as never), "songDataJSON"],
  [() => library.songs.upsertAll([song, { ...song, name: null }] as never), "[1].name"],
  [() => library.songs.create({ ...song, tempo: 120 } as never), "tempo"],
  [() => library.backups.restore("b1", { only: [{ kind: "tune", id: "s" }] } as never), "only[0].kind"],
  [() => library.backups.take({ tags: "tour" } as never), "tags"],
  [() => library.backups.take({ trigger: "magic" } as never), "trigger"],
  [() => library.songs.read(undefined as never), "argument 1 of songs.read"]
])("names what is wrong by its path %#", async (call, field) => {
  const { head } = library.log
  const before = await head()
  const error = await failureOf(call)
  expect(error).toBeInstanceOf(InvalidInput)
  expect(error).toMatchObject({ code: 2, message: expect.stringContaining(field) })
  expect(await head()).toEqual(before)
})

it("Phase 5's classes say so too, and pass over what Phase 5 did not know, as it did", async () => {
  const songs = new SongDataRepository(library)
  const backups = new BackupRepository(library)
  const manager = new BackupManager(library)
  for (const call of [
    () => songs.read(null as never),
    () => songs.create(undefined as never),
    () => songs.getByDateRange(undefined as never, new Date()),
    () => backups.update(null as never),
    () => backups.create(undefined as never),
    () => backups.getAll(...([Object.assign(Object.create(null), { limit: 1 })] as unknown as [])),
    () => manager.restoreFromBackup(undefined as never)
  ])
    expect(await failureOf(call)).toBeInstanceOf(InvalidInput)
  const now = new Date("2026-01-01T00:00:00.000Z")
  await songs.create({ ...song, createdAt: now, updatedAt: now, tempo: 120 } as never)
  expect(await songs.read("new")).toEqual({ ...song, createdAt: now, updatedAt: now })
  await manager.destroy()
})
