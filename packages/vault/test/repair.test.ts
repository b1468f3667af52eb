/** A vault that lost something gets it back from the library: promise 3. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { BlobRetained } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { repairFrom } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { checkedText } from "../src/CheckedText.js"
import {
  type Blobs,
  checkVault,
  clone,
  decodeTrailer,
  faulty,
  folderBlobs,
  listLines,
  memoryBlobs,
  openLibraryIn,
  openVault,
  readPolicyFor,
  repairVault,
  trailerLength,
  type Vault,
  writePolicy
} from "../src/index.js"
import { startedLines } from "../src/StartedLine.js"
import {
  contents,
  fullLibrary,
  know,
  newLibrary,
  pushHome,
  song,
  sqlite,
  temporaryFolder,
  withVault
} from "./support/library.js"
import { memoryVault } from "./support/sealed.js"
import { rounds } from "./support/soak.js"

const segmentsIn = (vault: Vault) =>
  Effect.map(listLines(vault), (lines) => lines.flatMap(({ segments }) => segments))

/** Three segments in a folder. */
const pushedThrice = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const library = yield* fullLibrary
  const vault = yield* withVault(library, folderBlobs(folder))
  yield* pushHome(library, vault)
  for (const id of ["late", "later"]) {
    yield* library.songs.create(song(id))
    yield* library.backups.take({ description: id })
    yield* pushHome(library, vault)
  }
  const files = (yield* segmentsIn(vault)).map(({ name }) => path.join(folder, name))
  expect(files).toHaveLength(3)
  return { folder, library, vault, files }
})

/** The vault is sound, and gives back what the library is. */
const expectWhole = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file)
    expect(contents(file)).toBe(contents(library.path))
  })

const flip = (file: string, bit: number): void => {
  const bytes = fs.readFileSync(file)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  fs.writeFileSync(file, bytes)
}

describe("a vault is mended from the library", () => {
  it.scoped("whichever bit of whichever segment was changed", () =>
    Effect.gen(function* () {
      const { library, vault, folder } = yield* pushedThrice
      const tried = rounds(3, 60)
      for (let nth = 0; nth < 3; nth++)
        for (let index = 0; index < tried; index++) {
          const before = yield* segmentsIn(vault)
          const name = before.toSorted((a, b) => a.first - b.first)[nth]?.name ?? ""
          const file = path.join(folder, name)
          flip(file, Math.floor(((index + 0.5) * fs.statSync(file).size * 8) / tried))
          const looked = yield* repairVault(library, vault, { dryRun: true })
          expect(looked).toMatchObject({ ok: false, sent: 0, damaged: [{ what: name, mended: false }] })
          expect((yield* segmentsIn(vault)).map((each) => each.name)).toEqual(before.map((each) => each.name))
          const report = yield* repairVault(library, vault)
          expect(report).toMatchObject({
            ok: true,
            sent: 1,
            retained: 0,
            damaged: [{ what: name, mended: true }]
          })
          expect(fs.existsSync(file)).toBe(false)
        }
      yield* expectWhole(library, vault)
      expect(yield* repairVault(library, vault)).toEqual({ ok: true, damaged: [], sent: 0, retained: 0 })
    })
  )

  it.scoped("which files are missing or cut off, that of the line included", () =>
    Effect.gen(function* () {
      const { folder, library, vault, files } = yield* pushedThrice
      const line = path.join(path.dirname(files[0] ?? ""), "line")
      const spoil: ReadonlyArray<(file: string) => void> = [
        (file) => fs.rmSync(file),
        (file) => fs.truncateSync(file, 60),
        (file) => fs.truncateSync(file, 0),
        (file) => fs.renameSync(file, file.replace(/[0-9a-f]{16}\.seg$/, "0123456789abcdef.seg")),
        () => fs.rmSync(line),
        () => fs.writeFileSync(line, "{")
      ]
      for (const each of spoil) {
        const [first, second] = (yield* segmentsIn(vault)).map(({ name }) => path.join(folder, name))
        each(second ?? "")
        const report = yield* repairVault(library, vault)
        expect(report).toMatchObject({ ok: true, damaged: [{ mended: true }] })
        expect(fs.existsSync(first ?? "")).toBe(true)
        yield* expectWhole(library, vault)
      }
    })
  )

  it.scoped("where the file that says how a line begins is another line's, or was changed", () =>
    Effect.gen(function* () {
      const { library, vault, files } = yield* pushedThrice
      const line = path.join(path.dirname(files[0] ?? ""), "line")
      const sound = fs.readFileSync(line)
      const { device, library: id } = JSON.parse(sound.toString())
      // A clone of a library goes on where another line ended: such a file is whole, and was written for another name.
      const parent = { line: "65de8304-7882-4727-8087-f74127c96ce0", position: 3, head: "0".repeat(64) }
      const name = "elsewhere/line"
      for (const [bytes, kept] of [
        [checkedText(name, JSON.stringify({ device: "eve", library: id, parent })), undefined],
        [sound.toString().replace(device, `${device}!`), `${device}!`]
      ] as const) {
        fs.writeFileSync(line, bytes)
        expect((yield* repairVault(library, vault, { dryRun: true })).damaged).toMatchObject([
          { mended: false }
        ])
        expect(fs.readFileSync(line, "utf8")).toBe(bytes)
        const report = yield* repairVault(library, vault)
        expect(report).toMatchObject({ ok: true, damaged: [{ mended: true }], sent: 0 })
        const [start] = yield* startedLines(vault)
        expect(start?.start.parent).toBe(null)
        if (kept !== undefined) expect(start?.start.device).toBe(kept)
        yield* expectWhole(library, vault)
      }
    })
  )

  it.scoped("and keeps what only the damaged file still has", () =>
    Effect.gen(function* () {
      const { library, vault, files } = yield* pushedThrice
      const [, file = ""] = files
      // The index lies between the events and the end. The library has another version by now, and has lost this one.
      const bytes = fs.readFileSync(file)
      flip(file, (decodeTrailer(bytes.subarray(-trailerLength), bytes.length).endAt - 5) * 8)
      yield* library.songs.upsert(song("late", "again"))
      sqlite(library.path, "UPDATE block SET data = zeroblob(length(data))")
      expect(yield* repairVault(library, vault)).toMatchObject({ ok: true, sent: 1 })
      const cloned = path.join(yield* temporaryFolder, "clone.db")
      expect((yield* clone(vault, cloned)).damaged).toEqual([])
    })
  )

  it.scoped("but not what another library wrote", () =>
    Effect.gen(function* () {
      const { folder, library, vault } = yield* pushedThrice
      const other = yield* newLibrary
      yield* other.songs.create(song("theirs"))
      yield* know(other, vault)
      const before = new Set((yield* segmentsIn(vault)).map(({ name }) => name))
      yield* pushHome(other, vault)
      const [theirs] = (yield* segmentsIn(vault)).filter(({ name }) => !before.has(name))
      const file = path.join(folder, theirs?.name ?? "")
      flip(file, 900)
      expect(yield* repairVault(library, vault)).toMatchObject({ ok: true, damaged: [], sent: 0 })
      expect(fs.existsSync(file)).toBe(true)
      expect(yield* repairVault(other, vault)).toMatchObject({ ok: true, sent: 1 })
    })
  )

  it.scoped(
    "but not what another computer wrote after both were the same, which is named and left alone",
    () =>
      Effect.gen(function* () {
        const { folder, library, vault } = yield* pushedThrice
        const file = path.join(yield* temporaryFolder, "laptop.db")
        yield* clone(vault, file, { name: "home" })
        const laptop = yield* openLibrary(file)
        yield* laptop.songs.create(song("theirs"))
        const before = new Set((yield* segmentsIn(vault)).map(({ name }) => name))
        yield* pushHome(laptop, vault)
        const [theirs] = (yield* segmentsIn(vault)).filter(({ name }) => !before.has(name))
        const theirFile = path.join(folder, theirs?.name ?? "")
        flip(theirFile, 900)
        const report = yield* repairVault(library, vault)
        expect(report).toMatchObject({ ok: false, sent: 0, damaged: [{ what: theirs?.name, mended: false }] })
        expect(fs.existsSync(theirFile)).toBe(true)
        // The other way round all of it is known: a clone has the whole log.
        flip(path.join(folder, [...before][0] ?? ""), 900)
        expect(yield* repairVault(laptop, vault)).toMatchObject({ ok: true, sent: 2 })
        expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      })
  )

  it.scoped("where nothing may be deleted, by a file that readers take in the place of the damaged one", () =>
    Effect.gen(function* () {
      const { library, vault, files } = yield* pushedThrice
      const { blobs } = vault
      const keeping: Blobs = {
        ...blobs,
        delete: (name) => Effect.fail(new BlobRetained({ place: blobs.place, name }))
      }
      flip(files[1] ?? "", 2000)
      const report = yield* repairVault(library, { ...vault, blobs: keeping })
      expect(report).toMatchObject({ ok: true, sent: 1, retained: 1 })
      const file = path.join(yield* temporaryFolder, "clone.db")
      yield* clone(vault, file)
      expect(contents(file)).toBe(contents(library.path))
    })
  )

  it.scoped("stopped at any call, it has nothing less, and the next time is enough", () =>
    Effect.gen(function* () {
      for (let at = 1, wasReached = true; wasReached; at += rounds(3, 1)) {
        const library = yield* newLibrary
        const blobs = memoryBlobs()
        const vault = yield* withVault(library, blobs)
        for (const id of ["a", "b"]) {
          yield* library.songs.create(song(id))
          yield* pushHome(library, vault)
        }
        const [first] = yield* segmentsIn(vault)
        yield* blobs.delete(first?.name ?? "")
        wasReached = false
        const shaky = faulty(blobs, ({ number }) => {
          if (number !== at) return undefined
          wasReached = true
          return { kind: at % 2 === 0 ? "before" : "after" }
        })
        yield* Effect.either(repairVault(library, { ...vault, blobs: shaky }))
        const sound = yield* openVault(blobs)
        expect((yield* repairVault(library, sound)).ok).toBe(true)
        yield* expectWhole(library, sound)
      }
    })
  )
})

describe("policies of a vault", () => {
  const policies = (folder: string) =>
    fs
      .readdirSync(path.join(folder, "policy"))
      .toSorted()
      .map((name) => path.join(folder, "policy", name))
  const named = (vault: Vault) =>
    Effect.map(checkVault(vault, { level: "full" }), ({ damaged }) => damaged.map(({ what }) => what))

  it.scoped.each(["plain", "sealed"])(
    "that no longer count are mended, one that counts is said again: %s",
    (kind) =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const library = yield* newLibrary
        const blobs = folderBlobs(folder)
        const vault = kind === "plain" ? yield* withVault(library, blobs) : yield* memoryVault(blobs)
        if (kind === "sealed") yield* know(library, vault)
        yield* library.songs.create(song("a"))
        yield* pushHome(library, vault)
        for (const keepEdits of [365, 100, 90, 100])
          yield* writePolicy(vault, { keepEdits, graceDays: 60 }, library)
        const [, missing = "", same = ""] = policies(folder).slice(-4)
        fs.rmSync(missing)
        fs.appendFileSync(same, " ")
        expect(yield* named(vault)).toHaveLength(2)
        expect(yield* repairVault(library, vault, { dryRun: true })).toMatchObject({ ok: false, sent: 0 })
        const report = yield* repairVault(library, vault)
        expect(report).toMatchObject({ ok: true, retained: 0 })
        expect(report.damaged).toHaveLength(2)
        expect(yield* named(vault)).toEqual([])
        expect(yield* readPolicyFor(library, vault)).toEqual({ keepEdits: 100, graceDays: 60 })

        // The newest that this library saw is gone: nothing else says what it was.
        const [newest = ""] = policies(folder).slice(-1)
        const sound = fs.readFileSync(newest)
        fs.rmSync(newest)
        const [gone] = (yield* repairVault(library, vault)).damaged
        expect(gone).toMatchObject({
          what: "policy",
          mended: false,
          reason: expect.stringContaining("vault policy")
        })
        fs.writeFileSync(newest, sound)

        fs.appendFileSync(policies(folder).at(-1) ?? "", " ")
        const [left] = (yield* repairVault(library, vault)).damaged
        expect(left).toMatchObject({ mended: false, reason: expect.stringContaining("vault policy") })
        yield* writePolicy(vault, { keepEdits: 80, graceDays: 60 }, library)
        expect(yield* repairVault(library, vault)).toMatchObject({ ok: true })
        expect(yield* named(vault)).toEqual([])
        expect(yield* readPolicyFor(library, vault)).toEqual({ keepEdits: 80, graceDays: 60 })
      })
  )
})

it.scoped("a library takes from a vault what it has lost", () =>
  Effect.gen(function* () {
    const { library, vault } = yield* pushedThrice
    const sound = contents(library.path)
    sqlite(library.path, "UPDATE block SET data = zeroblob(length(data))")
    const { library: there } = yield* openLibraryIn(vault)
    const report = yield* repairFrom(library, there)
    expect(report.damaged.filter(({ mended }) => mended !== true)).toEqual([])
    expect(report.taken).toBeGreaterThan(0)
    expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
    expect(contents(library.path)).toBe(sound)
  })
)

it.scoped(
  "events and commands too, whatever is left of them, and nothing that its own chain does not prove",
  () =>
    Effect.gen(function* () {
      const { library, vault } = yield* pushedThrice
      yield* library.songs.create(song("unpushed"))
      const sound = contents(library.path)
      const { library: there } = yield* openLibraryIn(vault)
      const spoils = [
        "UPDATE event_log SET payload = zeroblob(length(payload)) WHERE type = 'SongCreated' AND entity_id = 'a'; DELETE FROM command WHERE number < 5",
        "DELETE FROM event_log WHERE position BETWEEN 1 AND 9",
        "UPDATE event_log SET version = 77, entity_id = 'nobody' WHERE position = 4",
        "UPDATE event_log SET command = 4000 WHERE position = 3",
        "UPDATE event_log SET chain_hash = zeroblob(32), payload = 'text', type = 9 WHERE position BETWEEN 2 AND 6",
        "UPDATE command SET actor = x'00', recorded_at = 'never' WHERE number = 2",
        "UPDATE event_log SET payload = x'00'; DELETE FROM command WHERE number % 2 = 1"
      ]
      for (const [index, spoil] of spoils.slice(0, rounds(2, 8)).entries()) {
        // What was never pushed has no copy.
        const pushed = "position <= (SELECT max(position) - 1 FROM event_log)"
        sqlite(library.path, spoil.replace("payload = x'00';", `payload = x'00' WHERE ${pushed};`))
        if (index === 0)
          expect(yield* repairFrom(library, there, { dryRun: true })).toMatchObject({ ok: false, taken: 6 })
        const report = yield* repairFrom(library, there)
        expect([index, report.damaged.filter(({ mended }) => mended !== true)]).toEqual([index, []])
        expect(contents(library.path)).toBe(sound)
      }
      // Another history proves nothing of this one.
      const other = yield* fullLibrary
      sqlite(library.path, "UPDATE event_log SET version = 99 WHERE position = 5")
      const spoiled = contents(library.path)
      expect((yield* repairFrom(library, other)).ok).toBe(false)
      expect(contents(library.path)).toBe(spoiled)
    })
)
