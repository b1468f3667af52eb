/** Reclaiming drops what nobody needs by the vault's policy, and nothing else, whatever happens beside it: promise 4. */
import { createCipheriv, createHash } from "node:crypto"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  beginLine,
  checkVault,
  clone,
  faulty,
  listLines,
  memoryBlobs,
  openReader,
  readPolicy,
  type UpkeepOptions,
  upkeep,
  type Vault,
  writePolicy
} from "../src/index.js"
import {
  contents,
  know,
  knownHome,
  newLibrary,
  pushHome,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"
import { memoryVault } from "./support/sealed.js"

const keepUp = (library: Library, vault: Vault, options?: UpkeepOptions) =>
  Effect.flatMap(knownHome(library), (known) => upkeep(library, vault, known, options))

/** Four kilobytes that do not compress. */
const noise = (text: string): string =>
  Array.from({ length: 64 }, (_, index) =>
    createHash("sha256").update(`${text} ${index}`).digest("hex")
  ).join("")

const edit = (library: Library, id: string, text: string) =>
  library.songs.upsert({ ...song(id, text), songDataJSON: `${text} ${noise(id + text)}` })

/** Versions 0 to 5 of a song, of which a backup has one, with another song that was deleted since. */
const written = (library: Library) =>
  Effect.gen(function* () {
    yield* edit(library, "gone", "deleted")
    for (let version = 0; version < 6; version++) {
      yield* edit(library, "a", `version ${version}`)
      if (version === 2) yield* library.backups.take({ description: "kept" })
    }
    yield* library.songs.delete("gone")
  })

/** Pushed a hundred days ago. */
const oldVault = (blobs: Blobs = memoryBlobs()) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library, blobs)
    yield* written(library)
    yield* pushHome(library, vault)
    yield* TestClock.adjust("100 days")
    return { library, vault }
  })

const cloned = (vault: Vault, line?: string) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    const report = yield* clone(vault, file, { line })
    expect(report.damaged).toEqual([])
    return file
  })

const expectSound = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    const file = yield* cloned(vault, (yield* knownHome(library)).line)
    expect(contents(file)).toBe(contents(library.path))
    return file
  })

const sizeOf = (vault: Vault) =>
  Effect.map(vault.blobs.list(""), ({ blobs }) => blobs.reduce((sum, { bytes }) => sum + bytes, 0))

const nothing = { segments: 0, objects: 0, bytes: 0 }

describe("reclaiming", () => {
  it.scoped("drops old versions that no backup holds, and keeps the last and those of backups", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* oldVault()
      const before = yield* sizeOf(vault)
      expect(yield* keepUp(library, vault, { dryRun: true })).toMatchObject({
        reclaimed: { segments: 1, objects: 4 }
      })
      expect(yield* sizeOf(vault)).toBe(before)
      expect(yield* keepUp(library, vault)).toMatchObject({
        deleted: 0,
        reclaimed: { segments: 1, objects: 4 }
      })
      yield* expectSound(library, vault)
      yield* TestClock.adjust("25 hours")
      expect(yield* keepUp(library, vault)).toMatchObject({ deleted: 1, reclaimed: nothing })
      expect(yield* sizeOf(vault)).toBeLessThan(before)
      const other = yield* openLibrary(yield* expectSound(library, vault))
      yield* other.backups.restore("b1", { mode: "exact" })
      expect((yield* other.songs.read("a")).songDataJSON).toContain("version 2")
      // What was released is not damage, and the log goes on.
      yield* edit(library, "a", "goes on")
      expect(yield* pushHome(library, vault)).toMatchObject({ began: undefined, loss: undefined, events: 1 })
      yield* expectSound(library, vault)
    })
  )

  it.scoped("keeps every version that was the last within keepEdits, as the vault's policy says", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* oldVault()
      yield* writePolicy(vault, { ...(yield* readPolicy(vault)), keepEdits: 101 })
      expect(yield* keepUp(library, vault)).toMatchObject({ reclaimed: nothing })
      yield* writePolicy(vault, { ...(yield* readPolicy(vault)), keepEdits: 99 })
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(4)
    })
  )

  it.scoped("lets nothing go by an older policy when the one that was seen there is gone", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* oldVault()
      yield* writePolicy(vault, { keepEdits: 101, graceDays: 30 }, library)
      const { blobs } = yield* vault.blobs.list("policy/")
      for (const { name } of blobs) yield* vault.blobs.delete(name)
      expect(yield* Effect.flip(keepUp(library, vault))).toMatchObject({
        _tag: "VaultDamaged",
        detail: expect.stringContaining("is gone")
      })
      // Whoever says again what to keep is obeyed.
      yield* writePolicy(vault, { keepEdits: 99, graceDays: 30 }, library)
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(4)
    })
  )

  it.scoped("believes the place's clock, not what the library says of the time", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      // Written as if it were long ago, and sent now.
      yield* written(library)
      yield* TestClock.adjust("100 days")
      yield* pushHome(library, vault)
      yield* TestClock.adjust("31 days")
      expect(yield* keepUp(library, vault)).toMatchObject({ reclaimed: nothing })
    })
  )

  it.scoped("keeps a backup that was forgotten until its expiry came graceDays ago", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      yield* written(library)
      yield* pushHome(library, vault)
      yield* TestClock.adjust("100 days")
      yield* library.backups.forget(["b1"])
      yield* TestClock.adjust("8 days")
      yield* library.upkeep.prune({})
      yield* TestClock.adjust("25 hours")
      yield* library.upkeep.prune({})
      expect(yield* library.backups.list({ trash: true })).toEqual([])
      yield* pushHome(library, vault)
      yield* TestClock.adjust("29 days")
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(4)
      const file = yield* cloned(vault)
      yield* TestClock.adjust("32 days")
      // The second version, and the song that only the backup still had.
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(2)
      expect(contents(file)).toBe(contents(yield* expectSound(library, vault)))
    })
  )

  it.scoped("keeps the state at which another line begins", () =>
    Effect.gen(function* () {
      const blobs = memoryBlobs()
      const library = yield* newLibrary
      const vault = yield* withVault(library, blobs)
      yield* edit(library, "a", "shared")
      yield* pushHome(library, vault)
      const laptopFile = path.join(yield* temporaryFolder, "laptop.db")
      yield* clone(vault, laptopFile, { name: "home" })
      const laptop = yield* openLibrary(laptopFile)
      yield* laptop.songs.create(song("b"))
      const theirs = yield* pushHome(laptop, vault)
      yield* edit(library, "a", "newer")
      yield* edit(library, "a", "newest")
      yield* pushHome(library, vault)
      yield* TestClock.adjust("200 days")
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(1)
      yield* expectSound(library, vault)
      expect(contents(yield* cloned(vault, theirs.line))).toBe(contents(laptop.path))
    })
  )

  it.scoped("lets nothing be missing of a line that began where nobody needed its state any more", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      yield* edit(library, "a", "one")
      yield* edit(library, "b", "one")
      yield* pushHome(library, vault)
      // A copy of the file and a clone of the vault, both left alone for long.
      const folder = yield* temporaryFolder
      const [copy, clonedOnce] = [path.join(folder, "copy.db"), path.join(folder, "clone.db")]
      sqlite(library.path, `VACUUM INTO '${copy}'`)
      yield* clone(vault, clonedOnce, { name: "home" })
      yield* edit(library, "a", "two")
      yield* pushHome(library, vault)
      yield* TestClock.adjust("100 days")
      expect((yield* keepUp(library, vault, { reclaim: true })).reclaimed?.objects).toBe(1)
      yield* TestClock.adjust("2 days")
      expect((yield* keepUp(library, vault)).deleted).toBe(1)
      for (const file of [copy, clonedOnce]) {
        const other = yield* openLibrary(file)
        yield* edit(other, "b", path.basename(file))
        const report = yield* pushHome(other, vault)
        // What is there is not sent again, and what is not there any more is.
        expect(report).toMatchObject({ began: "copy", events: 1, segments: 1 })
        yield* expectSound(other, vault)
        const reader = yield* openReader(vault, { line: report.line })
        const found = yield* reader.entity({ kind: "song", id: "a" }, yield* reader.head)
        expect(found?.documents.size).toBe(1)
      }
    })
  )

  it.scoped("has a line begin with everything where too much would be missing of its state", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      // More than 8 MiB, in documents that do not compress.
      const large = ["a", "b", "c"]
      const zeros = Buffer.alloc(2.4 * 1024 * 1024)
      const fill = (id: string) =>
        createCipheriv("aes-128-ctr", Buffer.alloc(16, id), Buffer.alloc(16)).update(zeros).toString("base64")
      for (const id of large) yield* library.songs.upsert({ ...song(id), songDataJSON: fill(id) })
      yield* edit(library, "small", "one")
      yield* pushHome(library, vault)
      const copy = path.join(yield* temporaryFolder, "copy.db")
      sqlite(library.path, `VACUUM INTO '${copy}'`)
      for (const id of large) yield* edit(library, id, "two")
      yield* pushHome(library, vault)
      yield* TestClock.adjust("100 days")
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(large.length)
      const other = yield* openLibrary(copy)
      yield* edit(other, "small", "new")
      const { line } = yield* pushHome(other, vault)
      const [own] = (yield* listLines(vault)).filter((each) => each.line === line)
      expect(Math.min(...(own?.segments ?? []).map(({ first }) => first))).toBe(1)
      const back = yield* openLibrary(yield* cloned(vault, line))
      for (const id of large) expect((yield* back.songs.read(id)).songDataJSON === fill(id), id).toBe(true)
    })
  )

  it.scoped("has a line begin with everything where nobody can tell what it would lack", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* withVault(library)
      for (const id of ["a", "b"]) {
        yield* edit(library, id, "one")
        yield* pushHome(library, vault)
      }
      const copy = path.join(yield* temporaryFolder, "copy.db")
      sqlite(library.path, `VACUUM INTO '${copy}'`)
      yield* edit(library, "a", "two")
      yield* pushHome(library, vault)
      const [line] = yield* listLines(vault)
      for (const { name, first } of line?.segments ?? []) if (first === 1) yield* vault.blobs.delete(name)
      const other = yield* openLibrary(copy)
      yield* edit(other, "b", "new")
      const report = yield* pushHome(other, vault)
      expect(report).toMatchObject({ began: "copy", events: 3 })
      const file = yield* cloned(vault, report.line)
      expect(contents(file)).toBe(contents(other.path))
    })
  )

  it.scoped("security 16: takes back what it wrote when another line begins meanwhile", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* oldVault()
      const [listed] = yield* listLines(vault)
      const start = { device: "another", parent: null }
      const blobs: Blobs = {
        ...vault.blobs,
        put: (name, source) =>
          Effect.zipRight(
            Effect.orDie(beginLine(vault, listed?.library ?? "", crypto.randomUUID(), start)),
            vault.blobs.put(name, source)
          )
      }
      expect(yield* keepUp(library, { ...vault, blobs })).toMatchObject({ reclaimed: nothing })
      expect((yield* listLines(vault)).flatMap(({ segments }) => segments)).toHaveLength(1)
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(4)
    })
  )

  it.scoped("leaves a damaged vault as it is", () =>
    Effect.gen(function* () {
      const { library, vault } = yield* oldVault()
      const flipped = {
        ...vault,
        blobs: faulty(vault.blobs, ({ name }) =>
          name.endsWith(".seg") ? { kind: "flip", bit: 9000 } : undefined
        )
      }
      expect(yield* Effect.flip(keepUp(library, flipped))).toMatchObject({ _tag: "VaultDamaged" })
      yield* expectSound(library, vault)
    })
  )

  it.scoped("of a sealed vault too", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const vault = yield* memoryVault()
      yield* know(library, vault)
      yield* written(library)
      yield* pushHome(library, vault)
      yield* TestClock.adjust("100 days")
      expect((yield* keepUp(library, vault)).reclaimed.objects).toBe(4)
      yield* TestClock.adjust("25 hours")
      expect((yield* keepUp(library, vault)).deleted).toBe(1)
      yield* expectSound(library, vault)
    })
  )
})
