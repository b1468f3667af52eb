/** Other tables of the app refer to our rows by foreign keys: nothing of them is lost, nothing dangles untold. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { dump, freshLibrary, performance, song, sound, sqlite } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

/** Songs a in b1; b and c came later, and are in a setlist whose table has this rule. */
const withSetlist = (rule: string, column = "id") =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.create(song("a"))
    yield* library.backups.take()
    yield* library.songs.upsertAll([song("b"), song("c"), song("d")])
    sqlite(
      library.path,
      ...(column === "id" ? [] : [`CREATE UNIQUE INDEX by_${column} ON song_data(${column})`]),
      `CREATE TABLE setlist(position INTEGER PRIMARY KEY, song REFERENCES song_data${column === "id" ? "" : `(${column})`} ${rule})`,
      `INSERT INTO setlist(song) SELECT ${column} FROM song_data WHERE id IN ('b', 'c')`,
      "INSERT INTO setlist(song) VALUES(NULL)"
    )
    return library
  })

const setlist = (library: Library) => sqlite(library.path, "SELECT * FROM setlist ORDER BY 1")
const songsOf = (library: Library) => sqlite(library.path, "SELECT id FROM song_data ORDER BY id").split("\n")
const dangling = (library: Library) => sqlite(library.path, "PRAGMA foreign_key_check")

describe("an exact restore", () => {
  const rules = [
    "",
    "ON DELETE CASCADE",
    "ON DELETE SET NULL",
    "ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED"
  ]
  for (const rule of rules.slice(0, rounds(2, rules.length)))
    it.scoped(`keeps what others refer to, and says so before and after: ${rule || "no rule"}`, () =>
      Effect.gen(function* () {
        const library = yield* withSetlist(rule)
        const before = setlist(library)
        const plan = yield* library.backups.plan("b1", { mode: "exact" })
        expect(plan.counts).toMatchObject({ delete: 1, keep: 2 })
        const told = /^1 row of the app's table setlist refers to it \(ON DELETE [A-Z ]+\)$/
        for (const { id, action, notes } of plan.items)
          expect([id, action, notes]).toEqual(
            id === "d" ? ["d", "delete", []] : [id, "keep", [expect.stringMatching(told)]]
          )
        const result = yield* library.backups.restore("b1", { mode: "exact" })
        expect(result).toMatchObject({ isSuccess: false, conflicts: 0, done: { delete: 1 } })
        expect(result.errors).toEqual([
          expect.stringContaining("Song b (b) was kept: 1 row of the app's table setlist refers to it"),
          expect.stringContaining("Song c (c) was kept")
        ])
        expect(songsOf(library)).toEqual(["a", "b", "c"])
        expect([setlist(library), dangling(library)]).toEqual([before, ""])
        yield* sound(library)
        // With nothing else to do it is told too.
        expect(yield* library.backups.restore("b1", { mode: "exact" })).toMatchObject({
          isSuccess: false,
          errors: [expect.stringContaining("Song b"), expect.stringContaining("Song c")]
        })
        sqlite(library.path, "DELETE FROM setlist")
        expect(yield* library.backups.restore("b1", { mode: "exact" })).toMatchObject({
          isSuccess: true,
          done: { delete: 2 }
        })
      })
    )

  it.scoped("looks at the key that is referred to, be it of two columns, another one, or in capitals", () =>
    Effect.gen(function* () {
      const library = yield* withSetlist("ON UPDATE CASCADE", "name")
      yield* library.backups.take()
      yield* library.songs.update(song("d", { name: "Renamed" }))
      expect(yield* Effect.flip(library.songs.update(song("b", { name: "Renamed too" })))).toMatchObject({
        _tag: "AppRefused",
        reason: "1 row of the app's table setlist refers to it (ON UPDATE CASCADE)"
      })
      sqlite(
        library.path,
        "UPDATE song_data SET name = 'By the app' WHERE id = 'c'",
        "UPDATE setlist SET song = 'By the app' WHERE song = 'Song c'",
        'CREATE TABLE "Odd ""One"""(i, n, FOREIGN KEY(n, i) REFERENCES SONG_DATA(Name, ID))',
        `INSERT INTO "Odd ""One""" VALUES('a', 'Song a'), ('a', NULL), ('b', 'Nothing')`,
        "CREATE TABLE broken(x REFERENCES song_data(nowhere), y REFERENCES gone(z))",
        "INSERT INTO broken VALUES('a', 'a')"
      )
      const plan = yield* library.backups.plan("b2")
      const named = yield* library.backups.restore("b2", {
        only: ["a", "b", "c", "d"].map((id) => ({ kind: "song", id }))
      })
      expect(plan.counts).toMatchObject({ update: 0 })
      expect(named.errors).toEqual([
        "song By the app (c) was kept: 1 row of the app's table setlist refers to it (ON UPDATE CASCADE)."
      ])
      expect(yield* library.songs.read("d")).toMatchObject({ name: "Song d" })
      expect(yield* Effect.flip(library.songs.delete("a"))).toMatchObject({
        reason: `1 row of the app's table Odd "One" refers to it (ON DELETE NO ACTION)`
      })
    })
  )
})

it.scoped("a deletion, and the undo of an import, leave what others refer to", () =>
  Effect.gen(function* () {
    const library = yield* withSetlist("ON DELETE CASCADE")
    const before = dump(library)
    expect(yield* Effect.flip(library.songs.delete("b"))).toMatchObject({
      _tag: "AppRefused",
      what: "song Song b (b)",
      reason: "1 row of the app's table setlist refers to it (ON DELETE CASCADE)"
    })
    expect(dump(library)).toBe(before)
    yield* library.songs.delete("d")
    yield* library.history.undo()
    expect(dump(library)).toBe(before)
    yield* sound(library)
  })
)

it.scoped("what comes back and refers to what is gone comes back, and that is told", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    sqlite(
      library.path,
      "CREATE TABLE folder(id TEXT PRIMARY KEY)",
      "INSERT INTO folder VALUES('jazz'), ('pop')",
      "ALTER TABLE song_data ADD COLUMN folder_id TEXT REFERENCES folder(id) ON DELETE SET NULL"
    )
    yield* library.songs.upsertAll([song("a"), song("b"), song("c")])
    yield* library.performances.create(performance("p", "a"))
    sqlite(
      library.path,
      "UPDATE song_data SET folder_id = CASE id WHEN 'a' THEN 'jazz' WHEN 'b' THEN 'pop' END"
    )
    yield* library.backups.take()
    sqlite(library.path, "DELETE FROM song_data", "DELETE FROM folder WHERE id = 'jazz'")
    const note = "what its folder_id refers to is not in the app's table folder"
    const plan = yield* library.backups.plan("b1")
    expect(plan.items.filter(({ notes }) => notes.length > 0)).toMatchObject([{ id: "a", notes: [note] }])
    const result = yield* library.backups.restore("b1")
    expect(result).toMatchObject({ songsRestored: 3, isSuccess: false, errors: [`song Song a (a): ${note}`] })
    expect(sqlite(library.path, "SELECT folder_id FROM song_data ORDER BY id")).toBe("jazz\npop")
    yield* sound(library)
  })
)

it.scoped("a collation that only the app has does not keep a row from being looked at", () =>
  Effect.gen(function* () {
    const library = yield* withSetlist("")
    sqlite(
      library.path,
      "CREATE TABLE poster(song TEXT REFERENCES song_data(id))",
      "INSERT INTO poster VALUES('d')",
      "PRAGMA writable_schema = 1",
      "UPDATE sqlite_schema SET sql = replace(sql, 'song TEXT', 'song TEXT COLLATE mine') WHERE name = 'poster'",
      "PRAGMA writable_schema = RESET"
    )
    expect(yield* Effect.flip(library.songs.delete("d"))).toMatchObject({
      _tag: "AppRefused",
      reason: expect.stringContaining("table poster")
    })
  })
)
