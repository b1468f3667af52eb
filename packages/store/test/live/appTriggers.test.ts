/** Triggers of the app run when we write: what they make of a row is read back, logged with it, and told. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import {
  dump,
  freshLibrary,
  history,
  pending,
  performance,
  song,
  sound,
  sqlite,
  tamper,
  withTwo
} from "../support/libraries.js"

const later = "2099-01-01T00:00:00.000Z"

const touch = `CREATE TRIGGER touch AFTER UPDATE ON song_data BEGIN
  UPDATE song_data SET updated_at = '${later}' WHERE id = NEW.id; END`

const touchNew = `CREATE TRIGGER touch_new AFTER INSERT ON song_data BEGIN
  UPDATE song_data SET updated_at = '${later}', genre = coalesce(genre, 'new') WHERE id = NEW.id; END`

/** Two songs in b1, one of them changed since, and these triggers. */
const ruined = (...triggers: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const library = yield* withTwo
    yield* library.backups.take()
    sqlite(library.path, ...triggers, `UPDATE song_data SET song_data_json = '"ruined"' WHERE id = 'a'`)
    yield* library.log.capture
    return library
  })

const documentOf = (library: Library, id: string) =>
  sqlite(library.path, `SELECT song_data_json FROM song_data WHERE id = '${id}'`)

const only = (id: string) => ({ only: [{ kind: "song" as const, id }] })

/** Everything is in the log, and nothing waits. */
const settled = (library: Library) =>
  Effect.gen(function* () {
    expect(pending(library)).toBe(0)
    expect(yield* library.log.capture).toBe(0)
    yield* sound(library)
  })

describe("a trigger that touches what is written", () => {
  it.scoped("does not keep a song from being restored, undone and restored again", () =>
    Effect.gen(function* () {
      const library = yield* ruined(touch)
      const result = yield* library.backups.restore("b1", only("a"))
      expect(result).toMatchObject({ songsRestored: 1, isSuccess: true, errors: [] })
      expect(result.triggered).toEqual([
        { kind: "song", id: "a", name: "Song a", columns: ["updated_at"], triggers: ["touch"] }
      ])
      expect(documentOf(library, "a")).toBe('{"id":"a","name":"Song a"}')
      yield* settled(library)
      expect(yield* library.history.undo()).toMatchObject({ isSuccess: true, conflicts: 0 })
      expect(documentOf(library, "a")).toBe('"ruined"')
      yield* settled(library)
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(documentOf(library, "a")).toBe('{"id":"a","name":"Song a"}')
      yield* settled(library)
    })
  )

  it.scoped("makes one version of one save, which holds what the trigger made of it", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(library.path, touch)
      const receipt = yield* library.songs.update(song("a", { name: "ours" }), { commandId: "c1" })
      expect(receipt.events).toBe(1)
      expect(yield* library.songs.update(song("a", { name: "ours" }), { commandId: "c1" })).toEqual({
        ...receipt,
        repeated: true
      })
      expect(yield* library.songs.read("a")).toMatchObject({ updatedAt: new Date(later) })
      yield* library.songs.update(song("a", { name: "again" }), { expected: 2 })
      expect(yield* history(library, 2)).toEqual([
        "@3 SongEdited a v2 ada@studio",
        "@4 SongEdited a v3 ada@studio"
      ])
      yield* settled(library)
    })
  )

  it.scoped("lets a deleted song come back", () =>
    Effect.gen(function* () {
      const library = yield* ruined(touchNew)
      yield* library.songs.delete("b")
      const { triggered } = yield* library.backups.restore("b1", only("b"))
      expect(triggered).toMatchObject([
        { id: "b", columns: ["genre", "updated_at"], triggers: ["touch_new"] }
      ])
      expect(yield* library.songs.read("b")).toMatchObject({ name: "Song b", genre: "new" })
      yield* settled(library)
      yield* library.history.undo()
      expect(yield* library.songs.count).toBe(1)
      yield* settled(library)
    })
  )

  it.scoped("that leaves nothing to restore but what it sets is told, and counts no song", () =>
    Effect.gen(function* () {
      const library = yield* ruined(touch)
      yield* library.backups.restore("b1", only("a"))
      const before = dump(library)
      const again = yield* library.backups.restore("b1", only("a"))
      expect(again).toMatchObject({
        songsRestored: 0,
        isSuccess: true,
        triggered: [{ columns: ["updated_at"] }]
      })
      expect(dump(library)).toBe(before)
      yield* settled(library)
    })
  )

  it.scoped("makes another document of it: the rest is restored, and that one is named", () =>
    Effect.gen(function* () {
      const library = yield* ruined(
        `CREATE TRIGGER rewrite AFTER UPDATE ON song_data WHEN NEW.song_data_json <> '{}' BEGIN
           UPDATE song_data SET song_data_json = '{}' WHERE id = NEW.id; END`
      )
      yield* library.songs.delete("b")
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result).toMatchObject({ songsRestored: 1, isSuccess: false })
      expect(result.errors).toEqual([expect.stringContaining("rewrite")])
      yield* settled(library)
    })
  )
})

describe("a trigger that changes other rows", () => {
  const cascade = `CREATE TRIGGER cascade AFTER DELETE ON song_data BEGIN
    DELETE FROM performance_data WHERE song_id = OLD.id; END`

  it.scoped("is a part of what made it run: undo brings back all of it", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.performances.create(performance("p", "a"))
      const before = dump(library, "performance_data")
      sqlite(library.path, cascade)
      yield* library.songs.delete("a")
      expect(yield* history(library, 3)).toEqual([
        "@4 SongDeleted a v2 ada@studio",
        "@5 PerformanceDeleted p v2 ada@studio"
      ])
      yield* settled(library)
      yield* library.history.undo()
      expect(dump(library, "performance_data")).toBe(before)
      expect(yield* library.songs.count).toBe(2)
      yield* settled(library)
    })
  )

  it.scoped("is told by a restore that made it run", () =>
    Effect.gen(function* () {
      const library = yield* ruined(
        `CREATE TRIGGER counts AFTER UPDATE ON song_data WHEN NEW.id <> 'b' BEGIN
           UPDATE song_data SET description = 'counted' WHERE id = 'b'; END`
      )
      sqlite(library.path, "UPDATE song_data SET description = NULL WHERE id = 'b'")
      const { triggered } = yield* library.backups.restore("b1", only("a"))
      expect(triggered).toEqual([
        { kind: "song", id: "b", name: "Song b", columns: [], triggers: ["counts"] }
      ])
      yield* settled(library)
    })
  )
})

describe("a trigger that does not let a row be written", () => {
  const refusals: ReadonlyArray<readonly [what: string, trigger: string]> = [
    ["aborts", "CREATE TRIGGER guard BEFORE UPDATE ON song_data BEGIN SELECT RAISE(ABORT, 'locked'); END"],
    [
      "undoes the transaction",
      "CREATE TRIGGER guard BEFORE UPDATE ON song_data BEGIN SELECT RAISE(ROLLBACK, 'locked'); END"
    ],
    ["ignores it", "CREATE TRIGGER guard BEFORE UPDATE ON song_data BEGIN SELECT RAISE(IGNORE); END"],
    [
      "deletes it",
      "CREATE TRIGGER guard AFTER UPDATE ON song_data BEGIN DELETE FROM song_data WHERE id = NEW.id; END"
    ],
    [
      "breaks a constraint elsewhere",
      `CREATE TRIGGER guard AFTER UPDATE ON song_data BEGIN
         INSERT INTO user_preferences(user_id, updated_at) VALUES(NEW.id, NULL); END`
    ]
  ]

  for (const [what, trigger] of refusals)
    it.scoped(`because it ${what} is named, and nothing is changed`, () =>
      Effect.gen(function* () {
        const library = yield* ruined()
        sqlite(library.path, trigger)
        const before = dump(library)
        const error = yield* Effect.flip(library.backups.restore("b1", only("a")))
        expect(error).toMatchObject({ _tag: "AppRefused", what: "song Song a (a)", triggers: ["guard"] })
        expect(error.message).toContain("guard")
        expect(yield* Effect.flip(library.songs.update(song("a")))).toMatchObject({ _tag: "AppRefused" })
        expect(dump(library)).toBe(before)
        yield* settled(library)
        yield* library.songs.create(song("c"))
      })
    )

  it.scoped("is named when it keeps a new row out, or a deleted one in", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      yield* library.backups.take()
      yield* library.songs.delete("b")
      sqlite(
        library.path,
        "CREATE TRIGGER keep_out BEFORE INSERT ON song_data BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER keep_in BEFORE DELETE ON song_data BEGIN SELECT RAISE(IGNORE); END"
      )
      expect(yield* Effect.flip(library.backups.restore("b1"))).toMatchObject({ triggers: ["keep_out"] })
      expect(yield* Effect.flip(library.songs.create(song("c")))).toMatchObject({ triggers: ["keep_out"] })
      expect(yield* Effect.flip(library.songs.delete("a"))).toMatchObject({
        _tag: "AppRefused",
        triggers: ["keep_in"]
      })
      yield* settled(library)
    })
  )

  it.scoped("runs in circles no more often than in the app", () =>
    Effect.gen(function* () {
      const library = yield* withTwo
      sqlite(
        library.path,
        "CREATE TRIGGER ping AFTER UPDATE OF name ON song_data BEGIN UPDATE performance_data SET name = NEW.name; END",
        "CREATE TRIGGER pong AFTER UPDATE ON performance_data BEGIN UPDATE song_data SET name = NEW.name; END"
      )
      yield* library.performances.create(performance("p", "a"))
      yield* library.songs.update(song("a", { name: "once" }))
      yield* settled(library)
    })
  )
})

it.scoped("rebuild logs what a trigger makes of a row that it mends", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.create(song("a"))
    sqlite(library.path, touchNew)
    yield* library.log.capture
    tamper(library, "DELETE FROM song_data")
    expect(yield* library.upkeep.rebuild()).toBe(1)
    expect(yield* library.songs.read("a")).toMatchObject({ genre: "new" })
    yield* settled(library)
  })
)
