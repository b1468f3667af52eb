import { createHash } from "node:crypto"
import { readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { concatBytes, writeBundle } from "@white-room/core"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { readBundleFile, sha256Hasher } from "../../src/bundle/BundleFile.js"
import { checkBundles, type Library, readBundles } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import {
  dump,
  failure,
  freshLibrary,
  hour,
  morning,
  song,
  songs,
  sound,
  temporaryFolder
} from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"

/** Flips one bit in the middle of a file. */
const damage = (file: string): void => {
  const bytes = readFileSync(file)
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

/** A document that lies in a block of its own. */
const randomText = JSON.stringify(Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 65_537))

/** Damages the block that has this document. */
const damageObject = (library: string, text: string): void => {
  const db = new Sqlite(library)
  try {
    const hash = createHash("sha256").update(text).digest()
    const number = db.prepare("SELECT block FROM object WHERE hash = ?").pluck().get(hash)
    expect(
      db.prepare("UPDATE block SET data = zeroblob(length(data)) WHERE number = ?").run(number).changes
    ).toBe(1)
  } finally {
    db.close()
  }
}

/** Takes in everything at a place; what it did, and what could not be taken. */
const imported = (library: Library, place: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const opened = yield* library.imports.open([place])
      return { ...(yield* opened.apply()), problems: opened.problems }
    })
  )

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(40))
  return library
})

describe("a copy into a folder", () => {
  it.scoped("is a bundle that a new library takes everything from, byte for byte", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.backups.take({ description: "first", tags: ["live"], pinned: true })
      yield* library.songs.create(song("x"))
      const folder = join(realpathSync(yield* temporaryFolder), "new", "folder")
      const report = yield* library.copies.to(folder, { make: true })
      expect(report).toMatchObject({ copiedAt: new Date(morning), backupNumber: 2, backups: 2, left: [] })
      expect(readdirSync(folder)).toEqual([basename(report.path)])
      expect(report.path).toMatch(/\/new\/folder\/library-[0-9a-f]{8}-b00002-[0-9a-f]{8}\.whiteroom$/)
      expect(report.written).toBe(statSync(report.path).size)
      expect(yield* checkBundles(folder)).toMatchObject({ ok: true, files: 1, damaged: [] })

      const other = yield* freshLibrary
      expect(yield* imported(other, folder)).toMatchObject({
        songsRestored: 41,
        isSuccess: true,
        conflicts: 0,
        problems: []
      })
      expect(dump(other)).toBe(dump(library))
      const [theirs, ours] = [yield* other.backups.list(), yield* library.backups.list()]
      expect(
        theirs.map(({ backupId, root, description, tags, pinned, timestamp }) => ({
          backupId,
          root,
          description,
          tags,
          pinned,
          timestamp
        }))
      ).toEqual(
        ours.map(({ backupId, root, description, tags, pinned, timestamp }) => ({
          backupId,
          root,
          description,
          tags,
          pinned,
          timestamp
        }))
      )
      expect(theirs.map(({ trigger }) => trigger)).toEqual(["imported", "imported"])
      expect((yield* other.upkeep.check({ level: "full" })).damaged).toEqual([])
      const { position } = yield* other.log.head
      expect(yield* imported(other, folder)).toMatchObject({ songsRestored: 0, backups: [], problems: [] })
      expect((yield* other.log.head).position).toBe(position)
    })
  )

  it.scoped("writes next time only what the folder lacks, and nothing when it lacks nothing", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = realpathSync(yield* temporaryFolder)
      const first = yield* library.copies.to(folder)
      yield* TestClock.adjust(hour)
      yield* library.songs.create(song("x"))
      const second = yield* library.copies.to(folder)
      expect(second).toMatchObject({ backupNumber: 2, backups: 1, files: [first.path, second.path] })
      expect(second.bytes).toBe(first.written + second.written)
      // The new song, its leaf and the nodes above it, not the other forty songs.
      const { objects } = yield* checkBundles(folder)
      expect(objects - (yield* checkBundles(first.path)).objects).toBeLessThan(6)
      expect(readdirSync(folder)).toHaveLength(2)

      yield* TestClock.adjust(hour)
      const third = yield* library.copies.to(folder)
      expect(third).toMatchObject({ path: second.path, written: 0, backups: 0, backupNumber: 2 })
      expect(readdirSync(folder)).toHaveLength(2)
      const { path, bytes, position } = third
      const copiedAt = new Date(morning + 2 * hour)
      expect((yield* library.upkeep.status).copies).toEqual([
        { path, bytes, position, copiedAt, backupNumber: 2, present: true }
      ])
      rmSync(path)
      expect((yield* library.upkeep.status).copies).toMatchObject([{ path, present: false }])
    })
  )

  it.scoped("is written again when a file it would build on is damaged or gone, and says so", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = realpathSync(yield* temporaryFolder)
      const first = yield* library.copies.to(folder)
      yield* library.songs.create(song("x"))
      const second = yield* library.copies.to(folder)
      expect(second.reason).toBeUndefined()
      damage(first.path)
      yield* library.songs.create(song("y"))
      const third = yield* library.copies.to(folder)
      expect(third).toMatchObject({
        backups: 3,
        files: [third.path],
        reason: `${basename(first.path)} is damaged`
      })
      rmSync(third.path)
      rmSync(first.path)
      const fourth = yield* library.copies.to(folder)
      expect(fourth).toMatchObject({ backups: 3, reason: `${basename(first.path)} is missing` })
      expect((yield* checkBundles(fourth.path)).ok).toBe(true)
      const fifth = yield* library.copies.to(folder, { full: true })
      expect(fifth).toMatchObject({ backups: 3, files: [fifth.path] })
      expect(fifth.reason).toBeUndefined()
    })
  )

  it.scoped("names backups that were edited again, without their songs, and the newest file counts", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      const first = yield* library.copies.to(folder)
      yield* library.backups.edit("b1", { description: "the good one", pinned: true })
      const second = yield* library.copies.to(folder)
      expect(second).toMatchObject({ backups: 1, files: [first.path, second.path] })
      expect((yield* checkBundles(second.path)).objects).toBe((yield* checkBundles(first.path)).objects)
      const { chains } = yield* readBundles(folder)
      expect(chains).toMatchObject([
        { missing: [], backups: [{ number: 1, description: "the good one", pinned: true }] }
      ])
      expect(chains[0]?.files.map(({ path }) => path)).toEqual(
        [first.path, second.path].map((path) => join(folder, basename(path)))
      )
      expect(yield* library.copies.to(folder)).toMatchObject({ written: 0 })
    })
  )

  it.scoped("of two libraries can lie in one folder; each takes its own, another needs a file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [one, two] = [yield* filled, yield* filled]
      yield* two.songs.create(song("only-two"))
      yield* one.copies.to(folder)
      const copy = yield* two.copies.to(folder)
      expect(readdirSync(folder)).toHaveLength(2)
      expect((yield* one.copies.source(folder, "latest")).backup.songs).toBe(40)
      expect((yield* two.copies.source(folder, "latest")).backup.songs).toBe(41)
      const other = yield* freshLibrary
      expect(yield* failure(other.copies.source(folder, "latest"))).toBe("InvalidInput")
      expect((yield* other.copies.source(copy.path, "latest")).backup.songs).toBe(41)
    })
  )

  it.scoped(
    "copies what is whole of a backup that is damaged here, under an id of its own, and says so",
    () =>
      Effect.gen(function* () {
        const library = yield* filled
        yield* library.songs.create(song("lost", { songDataJSON: randomText }))
        const { backupId } = yield* library.backups.take()
        yield* library.songs.delete("lost")
        yield* library.backups.take()
        const folder = yield* temporaryFolder
        damageObject(library.path, randomText)
        const copy = yield* library.copies.to(folder)
        expect(copy).toMatchObject({
          backups: 2,
          backupNumber: 2,
          left: [{ backups: ["b1"], entities: ["song Song lost (lost)"] }]
        })
        expect((yield* checkBundles(folder)).ok).toBe(true)
        const [chain] = (yield* readBundles(folder)).chains
        expect(chain?.backups).toMatchObject([
          { number: 1, songs: 40, tags: ["incomplete"] },
          { number: 2, tags: [] }
        ])
        expect(chain?.backups[0]?.backupId).not.toBe(backupId)
        // It is not written again and again, and the whole one comes when the damage is mended.
        expect(yield* library.copies.to(folder)).toMatchObject({ written: 0, left: [{ backups: ["b1"] }] })
        yield* library.songs.create(song("lost", { songDataJSON: randomText }))
        expect(yield* library.copies.to(folder)).toMatchObject({ left: [] })
        expect(
          (yield* readBundles(folder)).chains[0]?.backups.map(({ number, tags }) => [number, tags])
        ).toEqual([
          [1, []],
          [2, []],
          [3, []]
        ])
      })
  )

  it.scoped("takes from the live rows what is damaged in the store, and mends the library", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.create(song("hit", { songDataJSON: randomText }))
      yield* library.backups.take()
      damageObject(library.path, randomText)
      const folder = yield* temporaryFolder
      expect(yield* library.copies.to(folder)).toMatchObject({ left: [], backupNumber: 1 })
      expect((yield* checkBundles(folder)).ok).toBe(true)
      yield* sound(library)
    })
  )

  it.scoped("is no copy for the status when no backup is in it as a whole", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.create(song("lost", { songDataJSON: randomText }))
      yield* library.backups.take()
      yield* library.songs.delete("lost")
      damageObject(library.path, randomText)
      const folder = yield* temporaryFolder
      const copy = yield* library.copies.to(folder, { takeBackup: false })
      expect(copy).toMatchObject({ backups: 1, left: [{ backups: ["b1"] }] })
      expect((yield* library.upkeep.status).copies).toEqual([])
    })
  )

  it.scoped("does not build on files that are whole and hollow", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = realpathSync(yield* temporaryFolder)
      const first = yield* library.copies.to(folder)
      const { manifest } = readBundleFile(first.path)
      writeFileSync(first.path, concatBytes([...writeBundle([], manifest, sha256Hasher(), sha256)]))
      const second = yield* library.copies.to(folder)
      expect(second).toMatchObject({
        files: [second.path],
        reason: `${basename(first.path)} does not have all of b1`
      })
      expect((yield* checkBundles(second.path)).ok).toBe(true)
    })
  )

  it.scoped("keeps the files that are there: other people's, and whole copies of earlier versions", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      for (const name of ["library-1234.db", "notes.txt", "cut.whiteroom"])
        writeFileSync(join(folder, name), "mine")
      yield* library.copies.to(folder)
      expect(readdirSync(folder)).toHaveLength(4)
      const { unusable } = yield* readBundles(folder)
      expect(unusable).toEqual([
        { path: join(folder, "cut.whiteroom"), reason: expect.stringContaining("no bundle") }
      ])
    })
  )

  it.scoped("into no folder, or one that cannot be written, is a typed error", (ctx) =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "mine")
      expect(["InvalidInput", "StorageFailed"]).toContain(
        yield* failure(library.copies.to(join(folder, "file")))
      )
      const closed = yield* readonlyFolder([])
      if (closed === undefined) return ctx.skip(cannotMount)
      expect(yield* failure(library.copies.to(closed))).toMatch(/^(LibraryReadOnly|StorageFailed)$/)
      expect(readdirSync(closed)).toEqual([])
    })
  )
})
