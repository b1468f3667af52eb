/** A sync service brings files late, and in any order: a clone waits for them, and what may still come is no damage. */
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import type { BlobNotHere, OnProgress } from "@white-room/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { checkVault, clone, folderBlobs, listLines, vaultAt, type WaitOptions } from "../src/index.js"
import { contents, newLibrary, pushHome, song, temporaryFolder, withVault } from "./support/library.js"

/** A vault of three files in a folder of a sync service; the clock is that of its files. */
const synced = Effect.gen(function* () {
  const folder = path.join(yield* temporaryFolder, "Dropbox", "White Room 0a1b2c3d")
  fs.mkdirSync(folder, { recursive: true })
  const library = yield* newLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  for (const id of ["a", "b", "c"]) {
    yield* library.songs.create(song(id))
    yield* pushHome(library, vault)
  }
  const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
  const files = segments.toSorted((x, y) => x.first - y.first).map(({ name }) => path.join(folder, name))
  yield* TestClock.setTime(Math.floor(fs.statSync(files[2] ?? "").ctimeMs))
  return { library, folder, files }
})

/** Runs a clone that has to wait; brings what it waits for after the first look. */
const cloneWhile = (folder: string, bring: () => void) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "clone.db")
    const waits = yield* Deferred.make<BlobNotHere>()
    const seen: Array<Parameters<OnProgress>[0]> = []
    const wait: WaitOptions = {
      onProgress: (progress) => void seen.push(progress),
      onWait: (missing) => void Effect.runSync(Deferred.succeed(waits, missing))
    }
    const work = Effect.flatMap(vaultAt(folder, { wait }), (vault) => clone(vault, file, { wait }))
    const fiber = yield* Effect.fork(work)
    const missing = yield* Deferred.await(waits)
    expect(fs.existsSync(file)).toBe(false)
    bring()
    // Each look lists the folder, in real time; the clock goes on until there is an end.
    while ((yield* fiber.status)._tag !== "Done") yield* TestClock.adjust("1 second")
    yield* Fiber.join(fiber)
    return { file, missing, seen }
  })

it.scoped("a clone waits for a file of which only the name is here", () =>
  Effect.gen(function* () {
    const { library, folder, files } = yield* synced
    const [, file = ""] = files
    const bytes = fs.readFileSync(file)
    // As sync services leave it: a size without blocks.
    fs.truncateSync(file, 0)
    fs.truncateSync(file, bytes.length)
    const refused = yield* Effect.flip(
      Effect.flatMap(vaultAt(folder), (vault) => clone(vault, path.join(folder, "../../no.db")))
    )
    expect(refused._tag).toBe("BlobNotHere")
    const cloned = yield* cloneWhile(folder, () => fs.writeFileSync(file, bytes))
    expect(cloned.missing.name).toContain(".seg")
    expect(cloned.seen[0]).toMatchObject({ total: 5 })
    expect(contents(cloned.file)).toBe(contents(library.path))
  })
)

it.scoped("a clone waits for vault.json, and for files that come after later ones", () =>
  Effect.gen(function* () {
    const { library, folder, files } = yield* synced
    const [, file = ""] = files
    const bytes = fs.readFileSync(file)
    fs.rmSync(file)
    const cloned = yield* cloneWhile(folder, () => fs.writeFileSync(file, bytes))
    expect(cloned.missing.name).toBe("What follows @1")
    expect(contents(cloned.file)).toBe(contents(library.path))
    const vaultFile = path.join(folder, "vault.json")
    const placeholder = path.join(folder, ".vault.json.icloud")
    fs.renameSync(vaultFile, placeholder)
    const again = yield* cloneWhile(path.dirname(folder), () => fs.renameSync(placeholder, vaultFile))
    expect(again.missing.name).toBe("vault.json")
  })
)

it.scoped("a gap is not here yet for a day, and damage then; elsewhere it is damage at once", () =>
  Effect.gen(function* () {
    const { folder, files } = yield* synced
    fs.rmSync(files[1] ?? "")
    const vault = yield* vaultAt(folder)
    const file = path.join(yield* temporaryFolder, "clone.db")
    const failure = Effect.map(Effect.flip(clone(vault, file)), ({ _tag }) => _tag)
    expect(yield* failure).toBe("BlobNotHere")
    expect((yield* checkVault(vault)).damaged[0]?.reason).toContain("is not here yet")
    // A wait that was given a limit ends there.
    const limited = yield* Effect.fork(Effect.flip(clone(vault, file, { wait: { longest: "10 seconds" } })))
    while ((yield* limited.status)._tag !== "Done") yield* TestClock.adjust("1 second")
    expect((yield* Fiber.join(limited))._tag).toBe("BlobNotHere")
    yield* TestClock.adjust("25 hours")
    expect(yield* failure).toBe("VaultDamaged")
    expect((yield* checkVault(vault)).damaged[0]?.reason).toContain("are missing")
    const elsewhere = path.join(yield* temporaryFolder, "disk")
    fs.cpSync(folder, elsewhere, { recursive: true })
    const other = yield* vaultAt(elsewhere)
    expect((yield* Effect.flip(clone(other, file)))._tag).toBe("VaultDamaged")
    expect(fs.existsSync(file)).toBe(false)
  })
)
