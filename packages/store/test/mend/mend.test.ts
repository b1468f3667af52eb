import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { fromHex, type Library, mendSchema, openLibrary, rootOf, toHex } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import { openSession } from "../../src/session/openSession.js"
import {
  day,
  failure,
  flipped,
  freshLibrary,
  song,
  songs,
  sound,
  sqlite,
  tamper,
  temporaryFolder
} from "../support/libraries.js"

const objectOf = (text: string): Uint8Array => sha256(new TextEncoder().encode(text))
const documentOf = (id: string, name?: string): Uint8Array =>
  objectOf(song(id, name === undefined ? {} : { name }).songDataJSON)

const blockOf = "(SELECT block FROM object WHERE hash = ?)"

/** Flips a bit in the block in which an object lies. */
const damage = (library: Library, hash: Uint8Array): void => {
  const bytes = flipped(library, `SELECT data FROM block WHERE number = ${blockOf}`, hash)
  tamper(library, `UPDATE block SET data = ? WHERE number = ${blockOf}`, bytes, hash)
}

const rootNodesOf = (library: Library, root: string): ReadonlyArray<Uint8Array> => {
  const session = openSession(library.path, { actor: "test" })
  const { song: songs } = rootOf(fromHex(root), session.nodeStore(new Map()))
  session.close()
  return [fromHex(root), songs.hash]
}

const remembered = (library: Library): number =>
  Number(sqlite(library.path, "SELECT count(*) FROM damaged_object"))

/** Songs a and b in b1; then b is renamed, with another document. */
const renamed = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([song("a"), song("b")])
  yield* library.backups.take()
  yield* library.songs.update(song("b", { name: "Renamed" }))
  yield* library.backups.take()
  return library
})

describe("a check", () => {
  it.scoped("stores again what a live row still has, and says that there was damage", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      damage(library, documentOf("a"))
      const report = yield* library.upkeep.check({ level: "full" })
      expect(report.ok).toBe(false)
      expect(report.damaged).toMatchObject([{ entities: ["song Song a (a)"], mended: true }])
      yield* sound(library)
      expect((yield* library.upkeep.status).lastFullCheck?.ok).toBe(true)
    })
  )

  it.scoped("sets the tree that the next backup goes on from, where it is not what a whole log says", () =>
    Effect.gen(function* () {
      const wrong = new Uint8Array(32)
      for (const spoil of [
        (library: Library) => tamper(library, "UPDATE library_info SET tree_root = ?", wrong),
        (library: Library) => tamper(library, "UPDATE library_info SET tree_position = 99"),
        (library: Library) =>
          tamper(
            library,
            "UPDATE library_info SET tree_root = (SELECT root FROM backup_catalog WHERE number = 1)"
          )
      ]) {
        const library = yield* renamed
        spoil(library)
        // A quick check may come first, and remembers what it could not read.
        yield* library.upkeep.check()
        const { damaged } = yield* library.upkeep.check({ level: "full" })
        expect(damaged.length).toBeGreaterThan(0)
        expect(damaged.filter(({ mended }) => mended !== true)).toEqual([])
        expect((yield* library.backups.take()).songs).toBe(2)
        yield* sound(library)
        expect(remembered(library)).toBe(0)
      }
    })
  )

  it.scoped("leaves that tree as it is where an event cannot be read", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      tamper(library, "UPDATE event_log SET payload = zeroblob(length(payload)) WHERE position = 1")
      const before = sqlite(library.path, "SELECT hex(tree_root), tree_position FROM library_info")
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(false)
      expect(sqlite(library.path, "SELECT hex(tree_root), tree_position FROM library_info")).toBe(before)
    })
  )

  it.scoped("stores again all that the index lost, as far as the live rows and the log have it", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      sqlite(library.path, "DELETE FROM object")
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      const left = damaged.filter(({ mended }) => mended !== true)
      expect(damaged.length).toBeGreaterThan(left.length)
      // Blocks tell what is in them, so that even the version that only a backup has is there again.
      expect(left).toEqual([])
      yield* sound(library)
    })
  )

  it.scoped("has commands name the events that they wrote", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      tamper(library, "UPDATE command SET first_position = 77, last_position = 5000 WHERE number = 2")
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged).toMatchObject([{ reason: "it names other events than those it wrote", mended: true }])
      yield* sound(library)
    })
  )

  it.scoped("says what is lost with the row of a command, and reads its events all the same", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      const before = yield* library.backups.list()
      tamper(library, "DELETE FROM command WHERE number = (SELECT max(number) FROM command)")
      // Its number is not that of what is written next.
      yield* library.songs.upsert(song("c"))
      const first = yield* library.upkeep.check()
      expect(first.damaged[0]).toMatchObject({ reason: "the command that wrote it is missing", mended: true })
      expect(yield* library.backups.list()).toEqual(before)
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged).toMatchObject([
        { reason: "who wrote it and when was lost, and what it says cannot be proven" }
      ])
      expect(sqlite(library.path, "SELECT count(*) FROM command WHERE actor LIKE 'unknown%'")).toBe("1")
    })
  )

  it.scoped("that is told to mend nothing mends nothing", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      damage(library, documentOf("a"))
      for (const _ of [1, 2]) {
        const { damaged } = yield* library.upkeep.check({ level: "full", mend: false })
        expect(damaged).toMatchObject([{ entities: ["song Song a (a)"] }])
        expect(damaged[0]?.mended).toBeUndefined()
      }
    })
  )

  it.scoped("makes nodes of trees again from the log, those of every backup", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(songs(100))
      const first = yield* library.backups.take()
      yield* library.songs.update(song("s7", { name: "Renamed" }))
      const second = yield* library.backups.take()
      const nodes = [...rootNodesOf(library, first.root), ...rootNodesOf(library, second.root)]
      const blocks = new Set(
        nodes.map((hash) => sqlite(library.path, `SELECT block FROM object WHERE hash = x'${toHex(hash)}'`))
      )
      for (const block of blocks)
        sqlite(library.path, `UPDATE block SET data = zeroblob(40) WHERE number = ${block}`)
      const report = yield* library.upkeep.check({ level: "full" })
      expect(report.damaged.length).toBeGreaterThan(1)
      expect(report.damaged.every(({ mended }) => mended)).toBe(true)
      yield* sound(library)
    })
  )

  it.scoped("writes rows of the catalogue again as the whole log says them", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      const before = yield* library.backups.list()
      tamper(
        library,
        "UPDATE backup_catalog SET root = zeroblob(32), songs = 99, tags = '{' WHERE number = 1"
      )
      tamper(library, "DELETE FROM backup_catalog WHERE number = 2")
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged.map(({ mended }) => mended)).toEqual([true, true, true])
      expect(yield* library.backups.list()).toEqual(before)
      yield* sound(library)
    })
  )

  it.scoped(
    "leaves rows of the catalogue alone where the log is not whole, and those that only the catalogue has",
    () =>
      Effect.gen(function* () {
        const library = yield* renamed
        tamper(library, "UPDATE backup_catalog SET songs = 99 WHERE number = 1")
        tamper(library, "UPDATE event_log SET version = 9 WHERE position = 1")
        const { damaged } = yield* library.upkeep.check({ level: "full" })
        expect(damaged.some(({ mended }) => mended)).toBe(false)
        expect((yield* library.backups.find("b1")).songs).toBe(99)
        const other = yield* renamed
        tamper(other, "UPDATE backup_catalog SET number = 9, backup_id = 'other' WHERE number = 2")
        yield* other.upkeep.check({ level: "full" })
        expect((yield* other.backups.list()).map(({ number }) => number)).toEqual([1, 2, 9])
      })
  )

  it.scoped("gives reasons in words that claim nothing of what was changed", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(songs(100))
      yield* library.backups.take()
      sqlite(library.path, "DELETE FROM object")
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged.length).toBeGreaterThan(0)
      for (const { reason } of damaged) expect(reason).not.toMatch(/Nothing was changed|\.$/)
    })
  )

  it.scoped("finds in the blocks what the index of objects lost", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      tamper(library, "DELETE FROM object WHERE hash = ?", documentOf("b"))
      tamper(library, "UPDATE object SET offset = offset + 1 WHERE hash = ?", documentOf("a"))
      tamper(
        library,
        "UPDATE block SET raw_bytes = raw_bytes + 1 WHERE number = (SELECT min(number) FROM block)"
      )
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged.map(({ mended }) => mended)).toEqual([true, true, true])
      yield* sound(library)
    })
  )

  it.scoped("names what is nowhere else each time, until a prune finds that nothing needs it", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      damage(library, documentOf("b"))
      for (const _ of [1, 2]) {
        const { damaged } = yield* library.upkeep.check({ level: "full" })
        expect(damaged).toMatchObject([{ backups: ["b1"], entities: ["song Song b (b)"] }])
        expect(damaged[0]?.mended).toBeUndefined()
      }
      expect((yield* library.upkeep.check()).ok).toBe(false)
      expect(remembered(library)).toBe(1)
      yield* library.backups.forget(["b1"])
      for (const _ of [1, 2]) {
        yield* TestClock.adjust(200 * day)
        yield* library.backups.take()
        yield* library.upkeep.prune({ keepEditsDays: 1 })
      }
      expect(remembered(library)).toBe(0)
      yield* sound(library)
    })
  )

  it.scoped("takes back what is whole again, because the disk came back", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      const hash = documentOf("b")
      const block = sqlite(library.path, `SELECT block FROM object WHERE hash = x'${toHex(hash)}'`)
      const whole = sqlite(library.path, `SELECT hex(data) FROM block WHERE number = ${block}`)
      damage(library, hash)
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toHaveLength(1)
      yield* library.upkeep.prune()
      sqlite(library.path, `UPDATE block SET data = x'${whole}' WHERE number = ${block}`)
      expect(yield* library.history.entityAt({ kind: "song", id: "b" }, "b1")).toMatchObject({
        name: "Song b"
      })
      expect((yield* library.upkeep.check({ level: "full" })).damaged.every(({ mended }) => mended)).toBe(
        true
      )
      expect(remembered(library)).toBe(0)
      yield* sound(library)
    })
  )

  it.scoped("writes our triggers again whose text was damaged, and takes over what they missed", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      sqlite(
        library.path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'AFTER UPDATE', 'BEFORE UPDATE') WHERE name = 'white_room_song_data_update'",
        "UPDATE sqlite_schema SET sql = replace(sql, 'VALUES (1', 'VALUES (9') WHERE name = 'white_room_song_data_insert'",
        "PRAGMA writable_schema = OFF"
      )
      const again = yield* openLibrary(library.path)
      const { damaged } = yield* again.upkeep.check()
      expect(damaged).toMatchObject([
        { what: "trigger white_room_song_data_insert", mended: true },
        { what: "trigger white_room_song_data_update", mended: true }
      ])
      expect((yield* again.upkeep.check()).ok).toBe(true)
      yield* sound(again)
    })
  )
})

describe("a library that nobody can open, because the text of one of our triggers was damaged", () => {
  it.scoped("is mended in that text, and in nothing else", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      sqlite(library.path, "PRAGMA wal_checkpoint(TRUNCATE)")
      const garbled = join(yield* temporaryFolder, "garbled.db")
      const bytes = readFileSync(library.path)
      bytes.write("CFTER UPDATE", bytes.indexOf("AFTER UPDATE ON song_data"))
      writeFileSync(garbled, bytes)
      expect(yield* failure(openLibrary(garbled))).toBe("LibraryDamaged")
      expect(yield* mendSchema(garbled)).toMatchObject([
        { what: "trigger white_room_song_data_update", mended: true }
      ])
      expect(yield* mendSchema(garbled)).toEqual([])
      const again = yield* openLibrary(garbled)
      expect((yield* again.songs.list()).map(({ id }) => id)).toEqual(["b", "a"])
      yield* sound(again)
      sqlite(garbled, "UPDATE song_data SET name = 'by the app' WHERE id = 'a'")
      expect((yield* again.upkeep.status).pendingChanges).toBe(1)
    })
  )

  it.scoped("unless the file is no library", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "other.db")
      sqlite(
        file,
        "CREATE TABLE t(a)",
        "CREATE TRIGGER white_room_song_data_update AFTER UPDATE ON t BEGIN SELECT 1; END"
      )
      const bytes = readFileSync(file)
      bytes.write("CFTER", bytes.indexOf("AFTER UPDATE"))
      writeFileSync(file, bytes)
      expect(yield* mendSchema(file)).toEqual([])
      expect(readFileSync(file).equals(bytes)).toBe(true)
    })
  )
})

describe("another library of which a stored object is damaged", () => {
  it.scoped("is imported but for that; its backups come in part, under ids of their own", () =>
    Effect.gen(function* () {
      const other = yield* renamed
      const ids = (yield* other.backups.list()).map(({ backupId }) => backupId)
      damage(other, documentOf("b"))
      const library = yield* freshLibrary
      const { problems, result } = yield* Effect.scoped(
        Effect.gen(function* () {
          const opened = yield* library.imports.open([other.path])
          return { problems: opened.problems, result: yield* opened.apply() }
        })
      )
      expect(problems.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^backup b1: song Song b: /)
      ])
      expect(result.songsRestored).toBe(2)
      const [first, second] = yield* library.backups.list()
      expect(first).toMatchObject({ songs: 1, tags: ["incomplete"] })
      expect(ids).not.toContain(first?.backupId)
      expect(second).toMatchObject({ songs: 2, tags: [], backupId: ids[1] })
      yield* sound(library)
    })
  )
})

describe("what a read found damaged", () => {
  it.scoped("is read from the live row that has it, and stored again", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a"))
      yield* library.backups.take()
      yield* library.songs.update({ ...song("a"), name: "Another name" })
      damage(library, documentOf("a"))
      expect(yield* library.backups.validate("b1", "full")).toMatchObject({ validSongs: 1, isValid: true })
      yield* sound(library)
    })
  )

  it.scoped("is missing to the next save of the same bytes, which stores them", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      damage(library, documentOf("b"))
      const { errors } = yield* library.backups.restore("b1", { only: [{ kind: "song", id: "b" }] })
      expect(errors).toHaveLength(1)
      expect(remembered(library)).toBe(1)
      yield* library.songs.create({ ...song("c"), songDataJSON: song("b").songDataJSON })
      expect(remembered(library)).toBe(0)
      yield* sound(library)
      const { isSuccess } = yield* library.backups.restore("b1", { only: [{ kind: "song", id: "b" }] })
      expect(isSuccess).toBe(true)
    })
  )

  it.scoped("does not keep a backup from being taken, where the log tells it", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      const newest = yield* library.backups.find("latest")
      for (const hash of rootNodesOf(library, newest.root)) damage(library, hash)
      yield* library.songs.create(song("c"))
      const taken = yield* library.backups.take()
      expect(taken.songs).toBe(3)
      yield* sound(library)
    })
  )
})

describe("after the index of objects was lost", () => {
  it.scoped("a backup and a bundle take what is there", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      sqlite(library.path, "DELETE FROM object")
      expect(yield* library.backups.take()).toMatchObject({ songs: 2 })
      const file = join(yield* temporaryFolder, "b1.whiteroom")
      yield* library.copies.bundle("b1", file)
      yield* sound(library)
    })
  )

  it.scoped("and its blocks with it, what is nowhere is named, and all else is backed up", () =>
    Effect.gen(function* () {
      const library = yield* renamed
      sqlite(library.path, "DELETE FROM object")
      sqlite(library.path, "DELETE FROM block")
      expect(yield* library.backups.take()).toMatchObject({ songs: 2 })
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged.filter(({ mended }) => mended !== true)).toMatchObject([
        { backups: ["b1"], entities: ["song Song b (b)"] }
      ])
    })
  )
})
