import { copyFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { openLibrary } from "../../src/index.js"
import { sessionOf } from "../../src/session/Session.js"
import { failure, freshPath, history, song, sound, sqlite } from "../support/libraries.js"
import { cannotMount, readonlyFolder } from "../support/readonlyFolder.js"
import { causeOf, clientOf, setlist, withSetlist } from "./support.js"

const kilobytes = (count: number) => "x".repeat(count * 1024)

/** From here on the file cannot grow: a disk that is full. Gives it room again. */
const fillDisk = (session: { readonly db: { readonly pragma: (source: string) => unknown } }) => {
  session.db.pragma(`max_page_count = ${session.db.pragma("page_count")}`)
  return Effect.sync(() => session.db.pragma("max_page_count = 1000000"))
}

describe("a COMMIT that fails", () => {
  it.scoped("for a deferred constraint is a failure, and nothing of it is left", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* sql`PRAGMA foreign_keys = ON`
      yield* sql`CREATE TABLE note (place INTEGER REFERENCES setlist DEFERRABLE INITIALLY DEFERRED)`
      const dangling = Effect.zipRight(library.songs.upsert(song("a")), sql`INSERT INTO note VALUES (7)`)
      expect(yield* causeOf(sql.withTransaction(dangling))).toMatchObject({
        code: "SQLITE_CONSTRAINT_FOREIGNKEY"
      })
      expect(yield* causeOf(sql`INSERT INTO note VALUES (7)`)).toMatchObject({
        code: "SQLITE_CONSTRAINT_FOREIGNKEY"
      })
      expect(yield* history(library)).toEqual([])
      yield* sql.withTransaction(Effect.zipRight(dangling, sql`INSERT INTO setlist VALUES (7, 'a')`))
      expect(yield* setlist(sql)).toEqual(["a"])
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
    })
  )

  it.scoped("on a full disk is DiskFull, and the library is whole and writable afterwards", () =>
    Effect.gen(function* () {
      const { library, sql } = yield* withSetlist
      yield* library.songs.upsert(song("a"))
      const giveRoom = fillDisk(library[sessionOf])
      const large = sql`INSERT INTO setlist VALUES (1, ${kilobytes(100)})`
      expect(yield* causeOf(large)).toMatchObject({ _tag: "DiskFull" })
      const both = sql.withTransaction(Effect.zipRight(library.songs.upsert(song("b")), large))
      expect(yield* causeOf(both)).toMatchObject({ _tag: "DiskFull" })
      yield* giveRoom
      expect(yield* setlist(sql)).toEqual([])
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 ada@studio"])
      yield* both
      yield* sound(library)
    })
  )
})

it.scoped("foreign keys, once they are on, are heeded by library calls too, as typed failures", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    yield* library.songs.upsert(song("a"))
    yield* sql`CREATE TABLE note (song TEXT REFERENCES song_data)`
    yield* sql`INSERT INTO note VALUES ('nowhere')`
    yield* sql`PRAGMA foreign_keys = ON`
    yield* sql`INSERT INTO note VALUES ('a')`
    expect(yield* failure(library.songs.delete("a"))).toBe("AppRefused")
    yield* sql.withTransaction(Effect.zipRight(sql`DELETE FROM note`, library.songs.delete("a")))
    yield* sound(library)
  })
)

it.scoped("a transaction that SQLite undid by itself does not go on statement by statement", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const { db } = library[sessionOf]
    const goesOn = Effect.gen(function* () {
      yield* sql`INSERT INTO setlist VALUES (1, 'lost')`
      // As SQLite may do on its own when the disk is full or fails.
      yield* Effect.sync(() => db.exec("ROLLBACK"))
      expect(yield* failure(library.songs.upsert(song("a")))).toBe("StorageFailed")
      expect(yield* causeOf(sql.withTransaction(Effect.void))).toMatchObject({ _tag: "StorageFailed" })
      expect(yield* causeOf(sql`INSERT INTO setlist VALUES (2, 'alone')`)).toMatchObject({
        _tag: "StorageFailed"
      })
    })
    expect(yield* causeOf(sql.withTransaction(goesOn))).toMatchObject({ _tag: "StorageFailed" })
    expect(yield* setlist(sql)).toEqual([])
    yield* sql.withTransaction(library.songs.upsert(song("a")))
    yield* sound(library)
  })
)

it.scoped("a library that is closed while a transaction is open keeps nothing of it", () =>
  Effect.gen(function* () {
    const path = yield* freshPath
    const scope = yield* Scope.make()
    const library = yield* Scope.extend(openLibrary(path), scope)
    const sql = yield* clientOf(library)
    const closing = Effect.zipRight(library.songs.upsert(song("a")), Scope.close(scope, Exit.void))
    yield* causeOf(sql.withTransaction(closing))
    yield* causeOf(sql`SELECT 1`)
    expect(sqlite(path, "SELECT count(*) FROM song_data")).toBe("0")
  })
)

it.scoped("a file that was replaced is not written", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    const copy = join(dirname(library.path), "copy.db")
    sqlite(library.path, `VACUUM INTO '${copy}'`)
    for (const suffix of ["", "-wal", "-shm"]) rmSync(library.path + suffix)
    copyFileSync(copy, library.path)
    for (const write of [
      sql`INSERT INTO setlist VALUES (1, 'a')`,
      sql.withTransaction(sql`INSERT INTO setlist VALUES (1, 'a')`)
    ])
      expect(yield* causeOf(write)).toMatchObject({ _tag: "LibraryReplaced" })
    expect(sqlite(library.path, "SELECT count(*) FROM setlist")).toBe("0")
  })
)

it.scoped("a lock of another program ends in LibraryLocked", () =>
  Effect.gen(function* () {
    const { library, sql } = yield* withSetlist
    library[sessionOf].db.pragma("busy_timeout = 1")
    const other = yield* openLibrary(library.path)
    const blocked = [
      sql`INSERT INTO setlist VALUES (1, 'a')`,
      sql.withTransaction(sql`INSERT INTO setlist VALUES (1, 'a')`)
    ]
    const theirs = yield* clientOf(other)
    yield* theirs.withTransaction(
      Effect.gen(function* () {
        for (const each of blocked) expect(yield* causeOf(each)).toMatchObject({ _tag: "LibraryLocked" })
        expect(yield* setlist(sql)).toEqual([])
      })
    )
    yield* Effect.all(blocked.slice(1))
  })
)

describe("a library that cannot be written", () => {
  it.scoped("is read by SQL, also in transactions, and not written", (ctx) =>
    Effect.gen(function* () {
      const { library: made, sql: maker } = yield* withSetlist
      yield* maker`INSERT INTO setlist VALUES (1, 'a')`
      const medium = yield* readonlyFolder([made.path, `${made.path}-wal`])
      if (medium === undefined) return ctx.skip(cannotMount)
      const library = yield* openLibrary(join(medium, "library.db"))
      const sql = yield* clientOf(library)
      const write = sql`INSERT INTO setlist VALUES (2, 'b')`
      yield* sql.withTransaction(
        Effect.gen(function* () {
          expect(yield* setlist(sql)).toEqual(["a"])
          expect(yield* causeOf(write)).toMatchObject({ _tag: "LibraryReadOnly" })
          expect(yield* failure(library.songs.upsert(song("a")))).toBe("LibraryReadOnly")
          expect(yield* causeOf(sql.withTransaction(write))).toMatchObject({ _tag: "LibraryReadOnly" })
        })
      )
      expect(yield* causeOf(write)).toMatchObject({ _tag: "LibraryReadOnly" })
      expect(yield* setlist(sql)).toEqual(["a"])
    })
  )

  it.scoped("because its format is newer says so", () =>
    Effect.gen(function* () {
      const path = yield* freshPath
      sqlite(
        path,
        "CREATE TABLE setlist (place INTEGER PRIMARY KEY, song)",
        "UPDATE library_info SET min_writer = 99"
      )
      const sql = yield* clientOf(yield* openLibrary(path))
      const write = sql`INSERT INTO setlist VALUES (2, 'b')`
      expect(yield* causeOf(write)).toMatchObject({ _tag: "LibraryTooNew", access: "write" })
      expect(yield* causeOf(sql.withTransaction(write))).toMatchObject({ _tag: "LibraryTooNew" })
      expect(yield* sql.withTransaction(setlist(sql))).toEqual([])
    })
  )
})
