import { execFileSync } from "node:child_process"
import { hash } from "node:crypto"
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openLibrary, type WhiteRoomError } from "../../src/index.js"
import { freshPath, song, songs, sqlite, temporaryFolder } from "../support/libraries.js"
import { phase5Schema } from "../support/phase5.js"

/** Names and bytes of everything in the folder of a file; SQLite's own empty WAL and its index do not count. */
const snapshot = (file: string) =>
  readdirSync(dirname(file))
    .sort()
    .map((name) => join(dirname(file), name))
    .filter((path) => !path.endsWith("-shm") && !(path.endsWith("-wal") && statSync(path).size === 0))
    .map((path) => `${path} ${statSync(path).isFile() ? hash("sha256", readFileSync(path)) : "folder"}`)

/** Opening fails with this, and changes nothing at all. */
const refused = (file: string) =>
  Effect.gen(function* () {
    const before = snapshot(file)
    const error = yield* Effect.flip(Effect.scoped(openLibrary(file)))
    expect(snapshot(file)).toEqual(before)
    return error
  })

/** The path of a library of 40 songs and a backup, closed. */
const filled = Effect.gen(function* () {
  const path = yield* freshPath
  const fill = Effect.gen(function* () {
    const library = yield* openLibrary(path)
    yield* library.songs.upsertAll(songs(40))
    yield* library.backups.take()
  })
  yield* Effect.scoped(fill)
  return path
})

/** By another process: a descriptor that this one closed would take the locks of its open libraries with it. */
const checksum = (file: string): string => execFileSync("cksum", [file], { encoding: "utf8" })

describe("opening refuses, and leaves as it is,", () => {
  it.scoped("a path where nothing is", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "library.db")
      expect(yield* refused(file)).toMatchObject({ _tag: "LibraryNotFound", path: file })
    })
  )

  it.scoped("a folder, an empty file, a text", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const at = (name: string) => join(folder, name)
      mkdirSync(at("folder"))
      writeFileSync(at("empty.db"), "")
      writeFileSync(at("short.db"), "SQLite")
      writeFileSync(at("text.db"), "Night Drive\n".repeat(1000))
      const reasons = [
        "it is not a file",
        "it is empty",
        "it is not a SQLite database",
        "it is not a SQLite database"
      ]
      for (const [index, name] of ["folder", "empty.db", "short.db", "text.db"].entries())
        expect(yield* refused(at(name))).toMatchObject({ _tag: "NotALibrary", reason: reasons[index] })
    })
  )

  it.scoped("a database of something else", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "other.db")
      sqlite(file, "CREATE TABLE mails(id INTEGER)", "INSERT INTO mails VALUES(1)")
      expect(yield* refused(file)).toMatchObject({
        _tag: "NotALibrary",
        reason: "it is a SQLite database of something else"
      })
    })
  )

  it.scoped("a database of the app that is not protected yet, in both of its journal modes", () =>
    Effect.gen(function* () {
      for (const mode of ["delete", "wal"]) {
        const file = join(yield* temporaryFolder, "white_room.db")
        sqlite(file, `PRAGMA journal_mode = ${mode}`, phase5Schema.trim().replace(/;$/, ""))
        expect(yield* refused(file)).toMatchObject({
          _tag: "NotALibrary",
          reason: "it is a White Room database that is not protected yet"
        })
      }
    })
  )

  it.scoped("a library whose readers must know a newer format", () =>
    Effect.gen(function* () {
      const file = yield* filled
      sqlite(
        file,
        "UPDATE library_info SET min_reader = 7, min_writer = 7",
        "PRAGMA wal_checkpoint(TRUNCATE)"
      )
      expect(yield* refused(file)).toMatchObject({
        _tag: "LibraryTooNew",
        needs: 7,
        supported: 1,
        access: "read"
      })
    })
  )

  it.scoped("a file of which only the first bytes are left or right", () =>
    Effect.gen(function* () {
      for (const spoil of [
        (file: string) => truncateSync(file, 100),
        (file: string) => truncateSync(file, 4095),
        (file: string) => writeFileSync(file, Buffer.alloc(8192, 0xa5), { flag: "r+" }),
        (file: string) => {
          const bytes = readFileSync(file)
          writeFileSync(file, bytes.fill(0xa5, 16, 4096))
        }
      ]) {
        const file = yield* filled
        spoil(file)
        const error = yield* refused(file)
        expect(["LibraryDamaged", "NotALibrary"]).toContain(error._tag)
      }
    })
  )
})

describe("a library that is cut short anywhere", () => {
  it.scoped("is refused or found damaged, never taken for whole", () =>
    Effect.gen(function* () {
      const file = yield* filled
      const whole = readFileSync(file)
      const pages = whole.length / 4096
      for (let page = 1; page < pages; page += Math.ceil(pages / 12)) {
        writeFileSync(file, whole.subarray(0, page * 4096 + (page % 2) * 1000))
        const result = yield* openLibrary(file).pipe(
          Effect.flatMap((library) => library.upkeep.check({ level: "full" })),
          Effect.scoped,
          Effect.either
        )
        if (result._tag === "Left")
          expect(result.left._tag).toMatch(/^(LibraryDamaged|MalformedData|NotALibrary)$/)
        else expect(result.right.ok).toBe(false)
      }
    })
  )
})

describe("a library whose writers must know a newer format", () => {
  it.scoped("can be read, checked and planned with, and not written", () =>
    Effect.gen(function* () {
      const file = yield* filled
      sqlite(
        file,
        "UPDATE library_info SET min_writer = 7",
        "DROP TRIGGER white_room_song_data_insert",
        "UPDATE song_data SET name = 'by the app' WHERE id = 's1'",
        "PRAGMA wal_checkpoint(TRUNCATE)"
      )
      const before = checksum(file)
      const library = yield* openLibrary(file)
      expect(yield* library.upkeep.status).toMatchObject({ songs: 40, readonly: true })
      expect((yield* library.songs.read("s1")).name).toBe("by the app")
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
      expect(yield* library.upkeep.check()).toMatchObject({ ok: true })
      expect((yield* library.backups.plan("b1", { mode: "exact" })).mode).toBe("exact")
      expect(yield* library.backups.validate("b1", "full")).toMatchObject({ isValid: true })
      const writes: ReadonlyArray<Effect.Effect<unknown, WhiteRoomError>> = [
        library.songs.create(song("x")),
        library.backups.take(),
        library.backups.restore("b1", { mode: "exact" }),
        library.backups.edit("b1", { pinned: true }),
        library.log.capture,
        library.upkeep.prune(),
        library.upkeep.rebuild(),
        library.objects.put([new Uint8Array(3)])
      ]
      for (const error of yield* Effect.all(writes.map((write) => Effect.flip(Effect.asVoid(write)))))
        expect(error).toMatchObject({ _tag: "LibraryTooNew", access: "write" })
      expect(checksum(file)).toBe(before)
    })
  )
})

describe("a copied library", () => {
  it.scoped("is a library of its own: another epoch, the same content", () =>
    Effect.gen(function* () {
      const file = yield* filled
      const copy = join(dirname(file), "copy.db")
      copyFileSync(file, copy)
      const epoch = (path: string) => sqlite(path, "SELECT hex(epoch) FROM library_info")
      const before = epoch(file)
      const library = yield* openLibrary(copy)
      expect(epoch(copy)).not.toBe(before)
      expect(epoch(file)).toBe(before)
      yield* library.songs.create(song("in the copy"))
      const original = yield* openLibrary(file)
      expect(yield* original.songs.count).toBe(40)
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("that is opened again is the same one", () =>
    Effect.gen(function* () {
      const file = yield* filled
      const copy = join(dirname(file), "copy.db")
      copyFileSync(file, copy)
      yield* Effect.scoped(openLibrary(copy))
      const before = snapshot(copy)
      yield* Effect.scoped(openLibrary(copy))
      expect(snapshot(copy)).toEqual(before)
    })
  )
})

describe("two libraries open on one file", () => {
  it.scoped("in one process keep their locks: another program that comes and goes harms neither", () =>
    Effect.gen(function* () {
      const file = yield* freshPath
      const [first, second] = [yield* openLibrary(file), yield* openLibrary(file)]
      yield* first.songs.create(song("a"))
      yield* Effect.scoped(openLibrary(file))
      for (let n = 0; n < 3; n++) {
        sqlite(file, `UPDATE song_data SET name = 'write ${n}' WHERE id = 'a'`)
        yield* first.songs.create(song(`first ${n}`))
        yield* second.songs.create(song(`second ${n}`))
      }
      expect(sqlite(file, "SELECT count(*) FROM song_data")).toBe("7")
      yield* second.log.capture
      expect((yield* first.upkeep.check({ level: "full" })).damaged).toEqual([])
      expect((yield* second.songs.read("a")).name).toBe("write 2")
    })
  )
})

describe("a library behind a link", () => {
  it.scoped("is the library itself", () =>
    Effect.gen(function* () {
      const file = yield* filled
      const link = join(yield* temporaryFolder, "link.db")
      symlinkSync(file, link)
      const direct = yield* openLibrary(file)
      const linked = yield* openLibrary(link)
      yield* direct.songs.create(song("a"))
      yield* linked.songs.create(song("b"))
      expect(readdirSync(dirname(link))).toEqual(["link.db"])
      expect(yield* direct.songs.count).toBe(42)
      expect((yield* linked.upkeep.status).bytes).toBe((yield* direct.upkeep.status).bytes)
    })
  )
})
