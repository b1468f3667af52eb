/** Bundles that are damaged, or made to do harm: each is refused by a typed error or told, and nothing of it comes in. */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { brotliCompressSync, constants } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  type BackupTaken,
  type BundleManifest,
  ByteWriter,
  blockBody,
  checkBundles,
  concatBytes,
  encodeBranch,
  encodeLeaf,
  encodeRecord,
  encodeRoot,
  entryKey,
  type Library,
  type NodeRef,
  readBundles,
  sealBlock,
  Text,
  takenOfBackup,
  utf8,
  writeBundle
} from "../../src/index.js"
import { seeded } from "../reliability/support/seeded.js"
import { writeChain } from "../support/chain.js"
import { dump, failure, freshLibrary, song, sound, temporaryFolder } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest()

const compress = (bytes: Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })

const blockOf = (objects: ReadonlyArray<Uint8Array>) => {
  const { body, extents } = blockBody(objects)
  return { data: sealBlock(body, compress(body)), entries: extents }
}

const taken: BackupTaken = {
  backupId: "0b1f3f9e-0000-4000-8000-000000000001",
  number: 1,
  root: new Uint8Array(32),
  position: 1,
  time: 1,
  description: "",
  tags: [],
  pinned: false,
  trigger: "manual",
  profile: "",
  version: "1.0.0",
  songs: 1,
  performances: 0,
  preferences: 0,
  size: 1,
  newBytes: 1
}

const bundle = (objects: ReadonlyArray<Uint8Array>, more: Partial<BundleManifest> = {}): Uint8Array => {
  const hash = createHash("sha256")
  const hasher = { update: (bytes: Uint8Array) => hash.update(bytes), digest: () => hash.digest() }
  const manifest = { libraryId: "other", time: 1, needs: [], backups: [taken], state: undefined, ...more }
  return concatBytes([...writeBundle([blockOf(objects)], manifest, hasher, sha256)])
}

const emptyLeaf = encodeLeaf([])
const empty: NodeRef = { hash: sha256(emptyLeaf), count: 0, bytes: 0 }

/** The tree of songs with these records under these ids, and its nodes. */
const tree = (
  entries: ReadonlyArray<{ readonly id: string; readonly record: Uint8Array }>,
  bytes: number
) => {
  const keyed = entries.map((entry) => ({ ...entry, key: entryKey("song", entry.id, sha256) }))
  const leaf = encodeLeaf(keyed)
  const songs = { hash: sha256(leaf), count: entries.length, bytes }
  return ofSongs(songs, [leaf])
}

const ofSongs = (songs: NodeRef, nodes: ReadonlyArray<Uint8Array>) => {
  const root = encodeRoot({ song: songs, performance: empty, preferences: empty })
  return { root: sha256(root), nodes: [root, emptyLeaf, ...nodes] }
}

const recordOf = (id: string, document: string) => {
  const cells = {
    id,
    name: "Evil",
    created_at: "t",
    updated_at: "t",
    song_data_json: document,
    determinism_seed: "s"
  }
  return encodeRecord(
    "song",
    new Map(Object.entries(cells).map(([name, value]) => [name, Text.ofString(value)])),
    sha256
  )
}

const evil = recordOf("evil", "{}")
const sizeOf = (record: Uint8Array, document: string) => record.length + utf8(document).length

const withRoot = (root: Uint8Array): Partial<BundleManifest> => ({ backups: [{ ...taken, root }] })

/** Tries everything that reads a bundle; nothing of it may come in. Gives the tags of the errors. */
const refusals = (bytes: Uint8Array) =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.create(song("mine"))
    const [before, head] = [dump(library), yield* library.log.head]
    const file = join(yield* temporaryFolder, "evil.whiteroom")
    writeFileSync(file, bytes)
    const restored = yield* Effect.either(library.copies.source(file, "b1"))
    const imported = yield* Effect.either(
      Effect.scoped(
        Effect.gen(function* () {
          const opened = yield* library.imports.open([file])
          expect(opened.problems.length).toBeGreaterThan(0)
          yield* opened.apply()
        })
      )
    )
    const checked = yield* Effect.either(checkBundles(file))
    expect(dump(library)).toBe(before)
    expect(yield* library.log.head).toEqual(head)
    expect(yield* library.backups.list()).toEqual([])
    yield* sound(library)
    return {
      restore: restored._tag === "Left" ? restored.left._tag : "done",
      import: imported._tag === "Left" ? imported.left._tag : "told",
      check: checked._tag === "Left" ? checked.left._tag : checked.right.ok
    }
  })

const refused = { restore: "BundleDamaged", check: false }

describe("a hostile bundle", () => {
  it.scoped("as these are made is not a hostile one when it is honest", () =>
    Effect.gen(function* () {
      const { root, nodes } = tree([{ id: "evil", record: evil.record }], sizeOf(evil.record, "{}"))
      const library = yield* freshLibrary
      const file = join(yield* temporaryFolder, "good.whiteroom")
      writeFileSync(file, bundle([...nodes, utf8("{}")], withRoot(root)))
      expect(yield* checkBundles(file)).toMatchObject({ ok: true, damaged: [] })
      const { reference } = yield* library.copies.source(file, "b1")
      expect(yield* library.backups.restore(reference)).toMatchObject({ songsRestored: 1 })
      expect(dump(library)).not.toBe("")
    })
  )

  it.scoped("with a tree that is missing, or whose counts lie", () =>
    Effect.gen(function* () {
      expect(yield* refusals(bundle([], withRoot(sha256(utf8("nowhere")))))).toMatchObject(refused)
      const lying = tree([{ id: "evil", record: evil.record }], 1)
      expect(yield* refusals(bundle([...lying.nodes, utf8("{}")], withRoot(lying.root)))).toMatchObject(
        refused
      )
    })
  )

  it.scoped("that says it holds more songs than it does is not imported", () =>
    Effect.gen(function* () {
      const { root, nodes } = tree([{ id: "evil", record: evil.record }], sizeOf(evil.record, "{}"))
      const backups = [{ ...taken, root, songs: 7 }]
      expect(yield* refusals(bundle([...nodes, utf8("{}")], { backups }))).toMatchObject({ check: false })
    })
  )

  it.scoped("that lists more backups, or builds on more, than any honest one", () =>
    Effect.gen(function* () {
      const backups = Array.from({ length: 10_001 }, (_, index) => ({
        ...taken,
        backupId: `b-${index}`,
        number: index + 1
      }))
      expect((yield* refusals(bundle([], { backups }))).restore).toBe("BundleDamaged")
      const link = (index: number, file: string) => ({ hash: sha256(utf8(String(index))), file })
      const needs = Array.from({ length: 10_001 }, (_, index) => link(index, "a"))
      expect((yield* refusals(bundle([], { needs }))).restore).toBe("BundleDamaged")
      expect((yield* refusals(bundle([], { needs: [link(1, "n".repeat(256))] }))).restore).toBe(
        "BundleDamaged"
      )
      const state = { label: "L".repeat(65 * 1024), root: new Uint8Array(32) }
      expect((yield* refusals(bundle([], { state }))).restore).toBe("BundleDamaged")
    })
  )

  it.scoped("that builds on ten thousand others is told in a hundred names", () =>
    Effect.gen(function* () {
      const needs = Array.from({ length: 10_000 }, (_, index) => ({
        hash: sha256(utf8(String(index))),
        file: `${index}.whiteroom`
      }))
      const file = join(yield* temporaryFolder, "evil.whiteroom")
      writeFileSync(file, bundle([], { needs }))
      const [chain] = (yield* readBundles(file)).chains
      expect(chain?.missing).toHaveLength(101)
      const checked = yield* checkBundles(file)
      expect(checked).toMatchObject({ ok: false })
      expect(checked.damaged).toHaveLength(101)
      const library = yield* freshLibrary
      const error = yield* Effect.flip(library.copies.source(file, "b1"))
      expect(error.message.length).toBeLessThan(3000)
      expect(error.message).toContain("and 9,900 more like these")
    })
  )

  it.scoped("with a node that stands at many places, again and again", () =>
    Effect.gen(function* () {
      const { nodes } = tree([{ id: "evil", record: evil.record }], sizeOf(evil.record, "{}"))
      const leaf = nodes.at(-1) ?? emptyLeaf
      const all = [leaf]
      let ref: NodeRef = { hash: sha256(leaf), count: 40, bytes: 1 }
      for (let depth = 0; depth < 9; depth++) {
        const branch = encodeBranch(Array.from({ length: 16 }, () => ref))
        all.push(branch)
        ref = { hash: sha256(branch), count: 16 * ref.count, bytes: 16 * ref.bytes }
      }
      const { root, nodes: rest } = ofSongs(ref, all)
      expect(yield* refusals(bundle([...rest, utf8("{}")], withRoot(root)))).toMatchObject(refused)
    })
  )

  it.scoped("with a song under the id of another", () =>
    Effect.gen(function* () {
      const { root, nodes } = tree([{ id: "mine", record: evil.record }], sizeOf(evil.record, "{}"))
      expect(yield* refusals(bundle([...nodes, utf8("{}")], withRoot(root)))).toMatchObject(refused)
    })
  )

  it.scoped("that would grow out of all proportion", () =>
    Effect.gen(function* () {
      const size = 128 * 1024 * 1024
      const zeros = compress(new Uint8Array(size))
      const bomb = new ByteWriter()
        .bytes(Uint8Array.of(0x57, 0x52, 0x42, 1, 1))
        .varint(size)
        .bytes(zeros)
        .finish()
      const hash = createHash("sha256")
      const hasher = { update: (bytes: Uint8Array) => hash.update(bytes), digest: () => hash.digest() }
      const manifest = { libraryId: "o", time: 1, needs: [], backups: [taken], state: undefined }
      const blocks = [{ data: bomb, entries: { length: 1 } }]
      const bytes = concatBytes([...writeBundle(blocks, manifest, hasher, sha256)])
      expect(bytes.length).toBeLessThan(size / 4096)
      const before = process.memoryUsage().arrayBuffers
      expect(yield* refusals(bytes)).toMatchObject(refused)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
    })
  )

  it.scoped("with millions of objects in a few bytes", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 100_000 }, (_, index) =>
        Uint8Array.of(index, index >> 8, index >> 16)
      )
      const { restore, check } = yield* refusals(bundle(many))
      expect([restore, check]).toEqual(["BundleDamaged", "BundleDamaged"])
    })
  )
})

/** A library's copy in a folder, and what it holds. */
const copied = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(Array.from({ length: 6 }, (_, index) => song(`s${index}`)))
  const path = yield* writeChain(library, yield* temporaryFolder)
  return { library, path, bytes: readFileSync(path) }
})

/** Whatever comes in of a damaged copy, each song is just what the library holds. */
const comesIn = (library: Library, file: string) =>
  Effect.gen(function* () {
    const other = yield* freshLibrary
    yield* Effect.ignore(
      Effect.scoped(Effect.flatMap(other.imports.open([file]), (opened) => opened.apply()))
    )
    const whole = dump(library).split("\n\n")
    for (const row of dump(other).split("\n\n")) expect(["", ...whole]).toContain(row.trimEnd())
    yield* sound(other)
  })

describe("a damaged bundle", () => {
  it.scoped("is found out, whichever bit is wrong and wherever it is cut", () =>
    Effect.gen(function* () {
      const { library, bytes } = yield* copied
      const file = join(yield* temporaryFolder, "damaged.whiteroom")
      const random = seeded(17)
      for (let n = 0; n < rounds(40, 1500); n++) {
        const damaged = Buffer.from(bytes)
        const at = random.int(bytes.length)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << random.int(8))
        writeFileSync(file, n % 3 === 0 ? damaged.subarray(0, at) : damaged)
        const checked = yield* Effect.either(checkBundles(file))
        if (checked._tag === "Right") expect(checked.right.ok, `byte ${at}`).toBe(false)
        else expect(checked.left._tag).toMatch(/^Bundle/)
        if (n % 15 === 0) yield* comesIn(library, file)
      }
    })
  )

  it.scoped("names the songs that are hit; the others can be restored", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const big = (id: string) =>
        JSON.stringify(Array.from({ length: 60_000 }, (_, index) => `${id}${index * 7}`))
      yield* library.songs.upsertAll(["a", "b", "c"].map((id) => song(id, { songDataJSON: big(id) })))
      const path = yield* writeChain(library, yield* temporaryFolder)
      const bytes = readFileSync(path)
      const at = bytes.length >> 1
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(path, bytes)
      const { damaged } = yield* checkBundles(path)
      expect(damaged[0]?.what).toBe(basename(path))
      const hit = damaged.filter(({ entities }) => entities.length > 0)
      expect(hit).toHaveLength(1)
      expect(hit[0]).toMatchObject({
        backups: ["b1"],
        reason: expect.stringContaining("document is missing")
      })

      const other = yield* freshLibrary
      const { reference, damaged: told } = yield* other.copies.source(path, "b1")
      expect(told).toEqual(hit)
      const result = yield* other.backups.restore(reference)
      expect(result).toMatchObject({ songsRestored: 2, isSuccess: false })
      expect(result.errors).toHaveLength(1)
      yield* sound(other)
    })
  )

  it.scoped("of a later version, or something else, has an error of its own", () =>
    Effect.gen(function* () {
      const { bytes } = yield* copied
      const folder = yield* temporaryFolder
      const file = join(folder, "x.whiteroom")
      const later = Buffer.from(bytes)
      later[8] = 2
      writeFileSync(file, later)
      expect(yield* failure(readBundles(file))).toBe("BundleTooNew")
      writeFileSync(file, "not a bundle")
      expect(yield* failure(readBundles(file))).toBe("BundleNotFound")
      expect(yield* failure(readBundles(folder))).toBe("BundleNotFound")
      expect(yield* failure(checkBundles(yield* temporaryFolder))).toBe("BundleNotFound")
      expect(yield* failure(readBundles(join(folder, "nowhere")))).toBe("BundleNotFound")
    })
  )
})

describe("an export as a bundle", () => {
  it.scoped("carries one song, a backup or a past state, and refuses to replace a file", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll([song("a"), song("b"), song("c")])
      const first = yield* library.backups.take({ description: "all three" })
      yield* library.songs.delete("c")
      const folder = yield* temporaryFolder
      const one = join(folder, "one.whiteroom")
      const only = [{ kind: "song" as const, id: "b" }]
      expect(yield* library.copies.bundle("now", one, { only })).toMatchObject({ songs: 1, label: "Song b" })
      expect(yield* failure(library.copies.bundle("now", one))).toBe("InvalidInput")
      expect(yield* library.copies.bundle("now", one, { only, overwrite: true })).toMatchObject({ songs: 1 })
      const whole = join(folder, "whole.whiteroom")
      expect(yield* library.copies.bundle("b1", whole)).toMatchObject({ songs: 3, label: "b1" })
      const { chains } = yield* readBundles(whole)
      expect(chains).toMatchObject([{ backups: [{ backupId: first.backupId, description: "all three" }] }])
      expect(takenOfBackup(first).songs).toBe(3)

      const other = yield* freshLibrary
      yield* Effect.scoped(Effect.flatMap(other.imports.open([one]), (opened) => opened.apply()))
      expect((yield* other.songs.list()).map(({ id }) => id)).toEqual(["b"])
      expect(yield* other.backups.list()).toEqual([])
    })
  )
})
