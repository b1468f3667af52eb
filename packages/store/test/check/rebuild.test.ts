import { describe, expect, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { brotli } from "../../src/object/Compression.js"
import {
  appSong,
  dump,
  freshLibrary,
  history,
  performance,
  song,
  songs,
  sound,
  sqlite,
  tamper
} from "../support/libraries.js"

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(4))
  yield* library.performances.create(performance("p", "s0"))
  yield* library.backups.take({ description: "first" })
  return library
})

describe("rebuild", () => {
  it.scoped("has nothing to do in a sound library", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const head = yield* library.log.head
      expect(yield* library.upkeep.rebuild({ dryRun: true })).toBe(0)
      expect(yield* library.upkeep.rebuild()).toBe(0)
      expect(yield* library.log.head).toEqual(head)
      yield* sound(library)
    })
  )

  it.scoped("puts rows back that are gone, byte for byte and without an event", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = [dump(library), dump(library, "performance_data")]
      const head = yield* library.log.head
      tamper(library, "DELETE FROM song_data WHERE id = 's1'")
      tamper(library, "DELETE FROM performance_data")
      expect(yield* library.upkeep.rebuild({ dryRun: true })).toBe(2)
      expect(yield* library.songs.count).toBe(3)
      expect(yield* library.upkeep.rebuild()).toBe(2)
      expect([dump(library), dump(library, "performance_data")]).toEqual(before)
      expect(yield* library.log.head).toEqual(head)
      yield* sound(library)
    })
  )

  it.scoped("puts altered rows right, and keeps what they were in the history", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = dump(library)
      tamper(library, "UPDATE song_data SET name = 'altered', song_data_json = x'00' WHERE id = 's1'")
      const { position } = yield* library.log.head
      expect(yield* library.upkeep.rebuild()).toBe(1)
      expect(dump(library)).toBe(before)
      expect(yield* history(library, position)).toEqual([
        `@${position + 1} SongEdited s1 v2 external`,
        `@${position + 2} SongEdited s1 v3 ada@studio`
      ])
      const { record } = yield* library.log.state({ kind: "song", id: "s1" }, position + 1)
      expect(Buffer.from(record ?? []).includes("altered")).toBe(true)
      yield* sound(library)
    })
  )

  it.scoped("keeps rows the log never knew, and takes them into it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      tamper(library, `INSERT INTO ${appSong("stray", "Stray")}`)
      expect(yield* library.upkeep.rebuild()).toBe(1)
      expect((yield* library.songs.read("stray")).name).toBe("Stray")
      yield* sound(library)
    })
  )

  it.scoped("takes over what the app wrote, and does not undo it", () =>
    Effect.gen(function* () {
      const library = yield* filled
      sqlite(
        library.path,
        "UPDATE song_data SET name = 'by the app' WHERE id = 's1'",
        "DELETE FROM song_data WHERE id = 's2'"
      )
      tamper(library, "DELETE FROM song_data WHERE id = 's3'")
      sqlite(library.path, "UPDATE song_data SET name = 'later' WHERE id = 's0'")
      // `tamper` removed the notes of the first two: those are put back; the last is taken over.
      expect(yield* library.upkeep.rebuild()).toBe(3)
      expect((yield* library.songs.list()).map(({ name }) => name)).toEqual([
        "later",
        "Song s1",
        "Song s2",
        "Song s3"
      ])
      yield* sound(library)
    })
  )

  it.scoped("makes the catalogue what the log says", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.backups.take({ description: "second" })
      yield* library.backups.take({ description: "third" })
      yield* library.backups.edit("b2", { tags: ["kept"], pinned: true })
      yield* library.backups.forget(["b1"])
      const [kept, trash] = [yield* library.backups.list(), yield* library.backups.list({ trash: true })]
      tamper(library, "DELETE FROM backup_catalog WHERE number = 2")
      tamper(library, "UPDATE backup_catalog SET forgotten_at = NULL, description = 'x' WHERE number = 1")
      tamper(library, "UPDATE backup_catalog SET backup_id = 'wrong', size = 0 WHERE number = 3")
      expect((yield* library.upkeep.check()).damaged.length).toBeGreaterThan(2)
      yield* library.upkeep.rebuild()
      expect(yield* library.backups.list()).toEqual(kept)
      expect(yield* library.backups.list({ trash: true })).toEqual(trash)
      yield* sound(library)
    })
  )

  it.scoped("mends all it can and names what it cannot", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll([...songs(3), song("lost", { songDataJSON: "twenty-two bytes, lost" })])
      tamper(library, "DELETE FROM object WHERE length = 22")
      for (const id of ["s0", "lost", "s2"]) tamper(library, "DELETE FROM song_data WHERE id = ?", id)
      expect((yield* Effect.flip(library.upkeep.rebuild()))._tag).toBe("ContentReleased")
      expect((yield* library.songs.list()).map(({ id }) => id)).toEqual(["s0", "s1", "s2"])
      expect(
        (yield* library.upkeep.check({ level: "full" })).damaged.map(({ entities }) => entities)
      ).toContainEqual(["song Song lost (lost)"])
    })
  )

  it.scoped("opens each block once, however much there is", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      // More than is kept open at a time; by their ids, neighbours lie far apart in the file.
      const count = 12 * 16
      const large = Array.from({ length: count }, (_, index) =>
        song(String((index * 17) % count).padStart(3, "0"), {
          songDataJSON: JSON.stringify({ index, notes: "do re mi ".repeat(7000) })
        })
      )
      yield* library.imports.entities({ source: "elsewhere", songs: large })
      const blocks = Number(sqlite(library.path, "SELECT count(*) FROM block"))
      sqlite(library.path, "DELETE FROM song_data", "DELETE FROM external_changes")
      const opened = vi.spyOn(brotli, "decompress")
      try {
        expect(yield* library.upkeep.rebuild()).toBe(count)
        expect(blocks).toBeGreaterThan(count / 5)
        expect(opened.mock.calls.length).toBeLessThanOrEqual(blocks)
      } finally {
        opened.mockRestore()
      }
    })
  )
})
