import { readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { checkBundles, type Library } from "../../src/index.js"
import { dump, freshLibrary, hour, morning, song, songs, temporaryFolder } from "../support/libraries.js"

/** Takes in everything at a place; what it did, and what could not be taken. */
const imported = (library: Library, place: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const opened = yield* library.openImport([place])
      return { ...(yield* opened.apply()), problems: opened.problems }
    })
  )

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(40))
  return library
})

/** Flips one bit in the middle of a file. */
const _damage = (file: string): void => {
  const bytes = readFileSync(file)
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

describe("a copy into a folder", () => {
  it.scoped("is a bundle that a new library takes everything from, byte for byte", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.backups.createBackup({ description: "first", tags: ["live"], pinned: true })
      yield* library.songs.create(song("x"))
      const folder = join(realpathSync(yield* temporaryFolder), "new", "folder")
      const report = yield* library.copyTo(folder)
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
      const [theirs, ours] = [yield* other.backups.getAllBackups(), yield* library.backups.getAllBackups()]
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
      expect((yield* other.check({ level: "full" })).damaged).toEqual([])
      const { position } = yield* other.log.head
      expect(yield* imported(other, folder)).toMatchObject({ songsRestored: 0, backups: [], problems: [] })
      expect((yield* other.log.head).position).toBe(position)
    })
  )

  it.scoped("writes next time only what the folder lacks, and nothing when it lacks nothing", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const folder = realpathSync(yield* temporaryFolder)
      const first = yield* library.copyTo(folder)
      yield* TestClock.adjust(hour)
      yield* library.songs.create(song("x"))
      const second = yield* library.copyTo(folder)
      expect(second).toMatchObject({ backupNumber: 2, backups: 1, files: [first.path, second.path] })
      expect(second.bytes).toBe(first.written + second.written)
      // The new song, its leaf and the nodes above it, not the other forty songs.
      const { objects } = yield* checkBundles(folder)
      expect(objects - (yield* checkBundles(first.path)).objects).toBeLessThan(6)
      expect(readdirSync(folder)).toHaveLength(2)

      yield* TestClock.adjust(hour)
      const third = yield* library.copyTo(folder)
      expect(third).toMatchObject({ path: second.path, written: 0, backups: 0, backupNumber: 2 })
      expect(readdirSync(folder)).toHaveLength(2)
      const { path, bytes, position } = third
      const copiedAt = new Date(morning + 2 * hour)
      expect((yield* library.status).copies).toEqual([
        { path, bytes, position, copiedAt, backupNumber: 2, present: true }
      ])
      rmSync(path)
      expect((yield* library.status).copies).toMatchObject([{ path, present: false }])
    })
  )
})
