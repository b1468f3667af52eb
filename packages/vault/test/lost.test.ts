/** What is lost with damage in a vault is named by backup and song, and all else comes back: promise 3. */
import * as fs from "node:fs"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import { MalformedData, objectsOfRecord, openBlock, toHex } from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { brotli } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  checkVault,
  clone,
  folderBlobs,
  listLines,
  makeVault,
  mergeLine,
  push,
  type Vault
} from "../src/index.js"
import { openSegment } from "../src/segment/SegmentReader.js"
import { know, knownHome, newLibrary, pushHome, song, temporaryFolder, withVault } from "./support/library.js"
import { memoryVault } from "./support/sealed.js"
import { rounds } from "./support/soak.js"
import { spoilParity } from "./support/spoilParity.js"

/** Numbers that look random, the same each time. */
const numbers = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

/** Five segments, each of a song of its own, another version of one that was there, and a backup. */
const pushedInFive = (kind: "plain" | "sealed" = "plain") =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const library = yield* newLibrary
    const blobs = folderBlobs(folder)
    const vault: Vault = kind === "plain" ? yield* makeVault(blobs) : yield* memoryVault(blobs)
    yield* know(library, vault)
    const songs = ["a", "b", "c", "d", "e"]
    for (const [index, id] of songs.entries()) {
      yield* library.songs.create(song(id))
      if (index > 1) yield* library.songs.upsert(song(songs[index - 2] ?? "", `again ${id}`))
      yield* library.backups.take({ description: id })
      yield* push(library, vault, yield* knownHome(library))
    }
    const segments = (yield* listLines(vault)).flatMap((line) => line.segments)
    const files = segments.toSorted((x, y) => x.first - y.first).map(({ name }) => path.join(folder, name))
    expect(files).toHaveLength(5)
    return { library, vault, files }
  })

const stateOf = (library: Library) =>
  Effect.gen(function* () {
    const songs = yield* Effect.forEach(yield* library.songs.list(), ({ id }) => library.songs.read(id))
    return { songs, backups: yield* library.backups.list() }
  })

/** Holds what a check names against what a partial clone brings: each song and backup is in one of them, as it was sent. */
const nothingIsLostUnnamed = (
  vault: Vault,
  library: Library,
  sent: Effect.Effect.Success<ReturnType<typeof stateOf>>,
  about: string
) =>
  Effect.gen(function* () {
    const { damaged } = yield* checkVault(vault, { level: "full", library })
    expect(damaged.length, `${about} is found`).toBeGreaterThan(0)
    const copy = path.join(yield* temporaryFolder, "c.db")
    const cloned = yield* Effect.either(clone(vault, copy, { partial: true }))
    const back = cloned._tag === "Left" ? { songs: [], backups: [] } : yield* stateIn(copy)
    for (const { id, songDataJSON } of sent.songs) {
      const isBack = back.songs.some((each) => each.id === id && each.songDataJSON === songDataJSON)
      const isNamed = damaged.some(({ entities }) => entities.some((name) => name.includes(`(${id})`)))
      expect(isBack || isNamed, `${about}: song ${id} is back or named`).toBe(true)
    }
    for (const { number, root } of sent.backups) {
      const isBack = back.backups.some((backup) => backup.number === number && backup.root === root)
      const isNamed = damaged.some(({ backups: named }) => named.includes(`b${number}`))
      expect(isBack || isNamed, `${about}: backup b${number} is back or named`).toBe(true)
    }
    return { damaged, back }
  }).pipe(Effect.scoped)

const stateIn = (file: string) => Effect.scoped(Effect.flatMap(openLibrary(file), stateOf))

const named = (damaged: ReadonlyArray<{ readonly entities: ReadonlyArray<string> }>) =>
  [...new Set(damaged.flatMap(({ entities }) => entities))].toSorted()

/** Changes one bit of the events of a file so that they can be read all the same, and a song has another document. */
const changeRecord = (vault: Vault, file: string, id: string): void => {
  const sound = spoilParity(fs.readFileSync(file))
  const refs = (bytes: Uint8Array) => {
    const found: Array<string> = []
    for (const frame of openSegment(bytes, vault.protection.cipherOf, true).frames())
      if (frame._tag === "Events")
        for (const event of frame.run.events)
          if (event.subject === "song" && event.id === id)
            found.push(...objectsOfRecord("song", event.payload).map(({ hash }) => toHex(hash)))
    return found.join()
  }
  const before = refs(sound)
  for (let bit = 0; bit < sound.length * 8; bit++) {
    const bytes = Buffer.from(sound)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      const now = refs(bytes)
      if (now === before || now === "") continue
      fs.writeFileSync(file, bytes)
      return
    } catch (error) {
      if (!(error instanceof MalformedData)) throw error
    }
  }
  expect.fail("no bit does that")
}

/** Changes one bit of the block that comes after the head: 9 bytes, a type, a length, and so many bytes. */
const changeBlock = (file: string): void => {
  const bytes = spoilParity(fs.readFileSync(file))
  const at = 9 + 2 + (bytes[10] ?? 0) + 30
  bytes[at] = (bytes[at] ?? 0) ^ 1
  fs.writeFileSync(file, bytes)
}

it.scoped("an event that is not as it was written, though it can be read, is named with its song", () =>
  Effect.gen(function* () {
    const { vault, files, library } = yield* pushedInFive()
    const sent = yield* stateOf(library)
    changeRecord(vault, files[2] ?? "", "a")
    const { damaged, back } = yield* nothingIsLostUnnamed(vault, library, sent, "a record")
    expect(named(damaged)).toEqual(["Song a (a)", "Song c (c)"])
    expect(back.songs.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"])
    // Without a library what it tells of itself is named; song c came again, proven.
    expect(named((yield* checkVault(vault, { level: "full" })).damaged)).toEqual(["Song a (a)"])
    const told = yield* clone(vault, path.join(yield* temporaryFolder, "c.db"), { partial: true })
    expect(told.problems.map(({ segment }) => segment)).toContain("song a")
  })
)

it.scoped("what is damaged behind missing events is found and named with them", () =>
  Effect.gen(function* () {
    const { vault, files, library } = yield* pushedInFive()
    const sent = yield* stateOf(library)
    const [, second = "", , , last = ""] = files
    fs.rmSync(second)
    changeBlock(last)
    const { damaged, back } = yield* nothingIsLostUnnamed(vault, library, sent, "a block behind a gap")
    expect(damaged.map(({ what }) => path.basename(what))).toContain(path.basename(last))
    expect(named(damaged)).toEqual(["Song b (b)", "Song c (c)", "Song e (e)"])
    expect(back.songs.map(({ id }) => id)).toEqual(["a", "b", "c", "d"])
    // Of the song whose last document is gone, the one before it comes.
    expect(back.songs.find(({ id }) => id === "c")?.songDataJSON).toBe(song("c").songDataJSON)
  })
)

it.scoped("of a line that cannot be opened at all everything is named", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const folder = yield* temporaryFolder
    const vault = yield* withVault(library, folderBlobs(folder))
    yield* library.songs.create(song("a"))
    yield* library.backups.take({})
    yield* pushHome(library, vault)
    const [listed] = (yield* listLines(vault)).flatMap((line) => line.segments)
    fs.truncateSync(path.join(folder, listed?.name ?? ""), 5)
    const { damaged } = yield* checkVault(vault, { level: "full", library })
    expect(damaged.map(({ reason }) => reason)).toEqual([
      "its bytes are not those that were written",
      "it does not begin with WRSEGMNT",
      "@1 to @2 are missing or cannot be read; what follows on them is brought as it was last"
    ])
    expect(damaged.flatMap(({ backups }) => backups)).toEqual(["b1"])
    expect(named(damaged)).toEqual(["Song a (a)"])
  })
)

it.scoped("what a line did after another began from it is not brought into that one", () =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    const vault = yield* withVault(library)
    const change = (each: Library, id: string) =>
      Effect.all([each.songs.upsert(song(id)), TestClock.adjust("1 hour"), pushHome(each, vault)])
    yield* change(library, "a")
    const copy = path.join(yield* temporaryFolder, "copy.db")
    yield* clone(vault, copy, { name: "home" })
    const other = yield* openLibrary(copy)
    for (let count = 0; count < 20; count++) yield* change(library, "of the first")
    yield* change(other, "f")
    yield* change(other, "g")
    const [first] = yield* listLines(vault)
    const { line } = yield* knownHome(library)
    expect(yield* mergeLine(vault, first?.library ?? "", line)).toMatchObject({ made: 1 })
    // A file of the first line holds what came before the other began, and after it.
    const { line: own } = yield* knownHome(other)
    const [lost] = (yield* listLines(vault)).find((each) => each.line === own)?.segments ?? []
    yield* vault.blobs.delete(lost?.name ?? "")
    const brought = path.join(yield* temporaryFolder, "c.db")
    yield* clone(vault, brought, { partial: true, line: own })
    expect((yield* stateIn(brought)).songs.map(({ id }) => id)).toEqual(["a", "g"])
  })
)

it.scoped.each(["plain", "sealed"] as const)(
  "all that is lost is named by backup and song, and all else comes back: %s",
  (kind) =>
    Effect.gen(function* () {
      const { vault, files, library } = yield* pushedInFive(kind)
      const sent = yield* stateOf(library)
      const sound = new Map(files.map((file) => [file, fs.readFileSync(file)]))
      const [first = "", second = "", third = "", fourth = "", last = ""] = files
      const bytesOf = (file: string) => Buffer.from(sound.get(file) ?? "")
      const flipped = (file: string, at: number) => () => {
        const found = fs.existsSync(file) ? fs.readFileSync(file) : bytesOf(file)
        // What the parity does not give back.
        const bytes = found.equals(bytesOf(file)) ? spoilParity(found) : found
        if (bytes.length * at < 1) return
        const bit = Math.floor(at * bytes.length * 8)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        fs.writeFileSync(file, bytes)
      }
      // The same events of another vault, as somebody has it who can write to both.
      const foreign = yield* pushedInFive(kind)
      const swapped = files.map((file, index) => () => fs.copyFileSync(foreign.files[index] ?? "", file))
      const rolledBack = () => [third, fourth, last].map((file) => fs.rmSync(file, { force: true }))
      const spoil: ReadonlyArray<() => unknown> = [
        ...files.map((file) => () => fs.rmSync(file, { force: true })),
        ...files.map((file) => () => fs.writeFileSync(file, bytesOf(file).subarray(0, 300))),
        () =>
          fs.existsSync(third) &&
          fs.renameSync(third, third.replace(/[0-9a-f]{16}\.seg$/, "0123456789abcdef.seg")),
        () => fs.existsSync(third) && fs.renameSync(third, `${third}.old`),
        () => [fs.writeFileSync(second, bytesOf(third)), fs.writeFileSync(third, bytesOf(second))],
        ...swapped,
        rolledBack,
        () => files.map((file) => fs.rmSync(file, { force: true })),
        ...files.flatMap((file) =>
          Array.from({ length: rounds(2, 30) }, (_, index) => flipped(file, (index + 0.5) / rounds(2, 30)))
        )
      ]
      // Two at once: what is behind the first is found and named all the same.
      const below = numbers(11)
      const pairs = Array.from({ length: rounds(4, 150) }, () => {
        const [one, two] = [below(spoil.length), below(spoil.length)]
        return {
          about: `damage ${one} and ${two}`,
          each: () => [spoil[one], spoil[two]].map((each) => each?.())
        }
      })
      const single = spoil
        .map((each, index) => ({ about: `damage ${index}`, each }))
        .filter((_, index) => index % rounds(5, 1) === 0)
      for (const { about, each } of [...single, ...pairs]) {
        each()
        yield* nothingIsLostUnnamed(vault, library, sent, about)
        for (const name of fs.readdirSync(path.dirname(first)))
          if (name !== "line") fs.rmSync(path.join(path.dirname(first), name))
        for (const [file, bytes] of sound) fs.writeFileSync(file, bytes)
      }
      expect((yield* checkVault(vault, { level: "full", library })).damaged).toEqual([])
    }).pipe(Effect.scoped)
)

it.scoped("a block that does not open any more gives what stands before the damage", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const library = yield* newLibrary
    const vault = yield* makeVault(folderBlobs(folder))
    yield* know(library, vault)
    const random = numbers(7)
    const noise = () => Array.from({ length: 4000 }, () => String.fromCharCode(40 + random(64))).join("")
    yield* library.imports.entities({
      source: "test",
      songs: Array.from({ length: 40 }, (_, n) => song(`s${n}`, noise()))
    })
    yield* library.backups.take()
    yield* push(library, vault, yield* knownHome(library))
    const [segment] = (yield* listLines(vault)).flatMap((line) => line.segments)
    const file = path.join(folder, segment?.name ?? "")
    const bytes = spoilParity(fs.readFileSync(file))
    fs.chmodSync(file, 0o600)
    // Most changed bits give another byte in one song; after this one the block as a whole is none.
    const opens = (at: number): boolean => {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 0xff
      fs.writeFileSync(file, flipped)
      const frames = openSegment(flipped, () => undefined, true).frames()
      try {
        for (const frame of frames) if (frame._tag === "Block") openBlock(frame.data, brotli)
        return true
      } catch (error) {
        if (error instanceof MalformedData) return false
        throw error
      }
    }
    let at = Math.floor(bytes.length / 3)
    while (opens(at) && at < (bytes.length * 2) / 3) at++
    const report = yield* clone(vault, path.join(yield* temporaryFolder, "c.db"), { partial: true })
    expect(report.songs).toBeGreaterThan(10)
    expect(report.songs).toBeLessThan(40)
    const named = (yield* checkVault(vault, { level: "full" })).damaged.filter(
      ({ entities }) => entities.length > 0
    )
    expect(new Set(named.flatMap(({ entities }) => entities)).size).toBe(40 - report.songs)
  })
)
