/** What was read of a vault before is asked for once, and what lies in the cache is believed by nobody. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { toHex } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  type CacheFolders,
  counting,
  listLines,
  makeVault,
  memoryBlobs,
  openReader,
  openSealed,
  openVault,
  upkeep,
  type Vault
} from "../src/index.js"
import { pieceCache } from "../src/read/PieceCache.js"
import { know, knownHome, newLibrary, pushHome, song, temporaryFolder } from "./support/library.js"
import { memoryVault } from "./support/sealed.js"

const noise = (seed: string): string => createHash("sha256").update(seed).digest("base64").repeat(3)
const key = { kind: "song", id: "s1234" } as const

/** A vault of many songs, merged, and three pushes since. */
const readyVault = (vault: Vault) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    yield* know(library, vault)
    yield* library.songs.upsertAll(
      Array.from({ length: 1500 }, (_, index) => song(`s${index}`, noise(`${index}`)))
    )
    for (let round = 0; round < 19; round++) {
      yield* library.songs.upsert(song(`s${round}`, `edited ${round}`))
      if (round % 4 === 0) yield* library.backups.take({ description: `after ${round}` })
      yield* TestClock.adjust("1 hour")
      yield* pushHome(library, vault)
    }
    yield* upkeep(library, vault, yield* knownHome(library), { reclaim: false })
    const segments = (yield* listLines(vault))[0]?.segments ?? []
    expect(segments.filter(({ level }) => level > 0)).toHaveLength(1)
    return library
  })

const cacheFolders = Effect.map(
  temporaryFolder,
  (folder): CacheFolders => ({ folder: path.join(folder, "cache"), settings: path.join(folder, "settings") })
)

/** All pieces that a cache has. */
const piecesIn = ({ folder }: CacheFolders): ReadonlyArray<string> =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(folder, name))
        .filter((file) => fs.statSync(file).isFile())
    : []

/** One song and the list of backups, as a program asks for them that was just started. */
const readIn = (place: Blobs, cache: CacheFolders | undefined, isSealed = false) =>
  Effect.gen(function* () {
    const blobs = counting(place)
    const vault = isSealed
      ? yield* openSealed(blobs, { passphrase: "correct horse" })
      : yield* openVault(blobs)
    blobs.reset()
    const reader = yield* openReader(vault, { cache })
    const found = yield* reader.entity(key, yield* reader.head)
    const backups = yield* reader.backups
    const { get, list } = blobs.counts()
    const said = { record: toHex(found?.record ?? new Uint8Array()), backups: backups.map((b) => b.number) }
    return { said, gets: get.requests, lists: list.requests, bytes: get.bytes }
  })

describe.each(["plain", "sealed"] as const)("a %s vault that was read before", (kind) => {
  it.scoped("is asked for what nobody kept: the events and the document", () =>
    Effect.gen(function* () {
      const isSealed = kind === "sealed"
      const place = memoryBlobs()
      const library = yield* readyVault(
        yield* Effect.suspend(
          (): Effect.Effect<Vault, unknown> => (isSealed ? memoryVault(place) : makeVault(place))
        )
      )
      const cache = yield* cacheFolders
      const without = yield* readIn(place, undefined, isSealed)
      const first = yield* readIn(place, cache, isSealed)
      expect(first).toEqual(without)
      // Three files that came since, the end and a page of the large one, an event, a document.
      expect(first.gets).toBe(7)
      const second = yield* readIn(place, cache, isSealed)
      expect(second.said).toEqual(first.said)
      expect(second).toMatchObject({ gets: 2, lists: 1 })
      expect(second.bytes).toBeLessThan(first.bytes / 2)

      // One push more is one file more.
      yield* library.songs.upsert(song("new", "new"))
      const vault = isSealed
        ? yield* openSealed(place, { passphrase: "correct horse" })
        : yield* openVault(place)
      yield* pushHome(library, vault)
      expect(yield* readIn(place, cache, isSealed)).toMatchObject({ said: first.said, gets: 3 })

      const pieces = piecesIn(cache)
      expect(pieces).toHaveLength(6)
      for (const file of pieces) {
        expect(fs.statSync(file).mode & 0o777).toBe(0o600)
        expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
        if (isSealed) expect(fs.readFileSync(file).includes("edited")).toBe(false)
      }
      expect(fs.statSync(path.join(cache.settings, "keys", "cache")).mode & 0o777).toBe(0o600)
    })
  )

  it.scoped("is read from the place where its pieces are damaged, cut, moved, or another's", () =>
    Effect.gen(function* () {
      const isSealed = kind === "sealed"
      const place = memoryBlobs()
      yield* readyVault(
        yield* Effect.suspend(
          (): Effect.Effect<Vault, unknown> => (isSealed ? memoryVault(place) : makeVault(place))
        )
      )
      const cache = yield* cacheFolders
      const first = yield* readIn(place, cache, isSealed)
      const pieces = piecesIn(cache)
      expect(pieces).toHaveLength(5)
      const kept = pieces.map((file) => fs.readFileSync(file))
      const spoil: Record<string, (bytes: Buffer, index: number) => Uint8Array> = {
        flipped: (bytes, index) =>
          bytes.map((byte, at) => (at === (index * 37) % bytes.length ? byte ^ 1 : byte)),
        "flipped at the end": (bytes) =>
          bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 128 : byte)),
        cut: (bytes) => bytes.subarray(0, bytes.length >> 1),
        empty: () => Buffer.alloc(0),
        longer: (bytes) => Buffer.concat([bytes, Buffer.from("x")]),
        huge: () => Buffer.alloc(2 * 1024 * 1024, 7),
        moved: (_, index) => kept[(index + 1) % kept.length] ?? Buffer.alloc(0)
      }
      for (const [name, change] of Object.entries(spoil)) {
        for (const [index, file] of pieces.entries())
          fs.writeFileSync(file, change(kept[index] ?? Buffer.alloc(0), index))
        expect(yield* readIn(place, cache, isSealed), name).toEqual(first)
        // It was kept again as it is.
        expect(yield* readIn(place, cache, isSealed), name).toMatchObject({ said: first.said, gets: 2 })
      }
      // Pieces under another key are of somebody else.
      fs.writeFileSync(path.join(cache.settings, "keys", "cache"), `${"ab".repeat(32)}\n`)
      expect(yield* readIn(place, cache, isSealed)).toEqual(first)
    })
  )
})

it.scoped("a cache that cannot be written, or whose key others may read, is none", () =>
  Effect.gen(function* () {
    const place = memoryBlobs()
    yield* readyVault(yield* makeVault(place))
    const cache = yield* cacheFolders
    const first = yield* readIn(place, undefined)
    fs.writeFileSync(cache.folder, "a file")
    expect(yield* readIn(place, cache)).toEqual(first)
    expect(yield* readIn(place, cache)).toEqual(first)
    fs.rmSync(cache.folder)
    fs.mkdirSync(cache.folder)
    fs.chmodSync(cache.folder, 0o777)
    expect(yield* readIn(place, cache)).toEqual(first)
    expect(piecesIn(cache)).toEqual([])
    fs.rmSync(cache.folder, { recursive: true })
    fs.chmodSync(path.join(cache.settings, "keys", "cache"), 0o644)
    expect(yield* readIn(place, cache)).toEqual(first)
    expect(piecesIn(cache)).toEqual([])
  })
)

it.scoped("pieces that were used last stay, in folders that hold no more than their part", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const secret = new Uint8Array(32).fill(7)
    // Which pieces come into one folder is known by keeping small ones.
    const small = pieceCache(path.join(folder, "small"), secret)
    const byShard = new Map<string, Array<string>>()
    let known = new Set<string>()
    for (let index = 0; Math.max(0, ...Array.from(byShard.values(), (all) => all.length)) < 7; index++) {
      yield* small.put(`piece ${index}`, Uint8Array.of(1))
      const files = piecesIn({ folder: path.join(folder, "small"), settings: "" })
      const [file = ""] = files.filter((each) => !known.has(each))
      known = new Set(files)
      const shard = path.basename(path.dirname(file))
      byShard.set(shard, [...(byShard.get(shard) ?? []), `piece ${index}`])
    }
    const [names = []] = [...byShard.values()].filter((all) => all.length === 7)
    const cache = pieceCache(path.join(folder, "large"), secret)
    const bytes = new Uint8Array(200 * 1024)
    const isThere = (name: string) => Effect.map(cache.get(name), (found) => found !== undefined)
    for (const name of names.slice(0, 5)) {
      yield* TestClock.adjust("1 minute")
      yield* cache.put(name, bytes)
    }
    // Five fit. The first is used once more, so the second goes for the sixth, and the third for the seventh.
    yield* TestClock.adjust("1 minute")
    expect(yield* isThere(names[0] ?? "")).toBe(true)
    for (const name of names.slice(5)) {
      yield* TestClock.adjust("1 minute")
      yield* cache.put(name, bytes)
    }
    const there = yield* Effect.forEach(names, isThere)
    expect(there).toEqual([true, false, false, true, true, true, true])
    const files = piecesIn({ folder: path.join(folder, "large"), settings: "" })
    expect(files.reduce((sum, file) => sum + fs.statSync(file).size, 0)).toBeLessThanOrEqual(1024 * 1024)
    // What is larger than a page is not kept at all.
    yield* cache.put("large", new Uint8Array(300 * 1024))
    expect(yield* isThere("large")).toBe(false)
  })
)
