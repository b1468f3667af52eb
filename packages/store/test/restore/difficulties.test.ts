import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Library, openLibrary } from "../../src/index.js"
import { restoreFromBackup } from "../../src/restore/Restore.js"
import { openSession } from "../../src/session/openSession.js"
import { appSong, dump, freshLibrary, morning, song, songs, sound, sqlite } from "../support/libraries.js"

const backedUp = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll(songs(4))
  yield* library.backups.take()
  return library
})

describe("a damaged backup", () => {
  /** Overwrites the stored document of a song; nobody has read it before. */
  const spoil = (library: Library, id: string) =>
    sqlite(
      library.path,
      `UPDATE block SET data = zeroblob(length(data)) WHERE number IN
         (SELECT block FROM object WHERE length = (SELECT length(song_data_json) FROM song_data WHERE id = '${id}'))`
    )

  const withOneLost = Effect.gen(function* () {
    const library = yield* freshLibrary
    yield* library.songs.upsertAll([
      ...songs(3),
      song("lost", { songDataJSON: "a document of 31 bytes ........" })
    ])
    yield* library.backups.take()
    spoil(library, "lost")
    return yield* openLibrary(library.path)
  })

  it.scoped("gives back the rest, and names what it cannot", () =>
    Effect.gen(function* () {
      const library = yield* withOneLost
      sqlite(library.path, "DELETE FROM song_data")
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result).toMatchObject({ songsRestored: 3, isSuccess: false })
      expect(result.errors).toEqual([
        expect.stringMatching(/^song Song lost \(lost\) could not be restored: /)
      ])
      expect((yield* library.songs.list()).map(({ id }) => id)).toEqual(["s0", "s1", "s2"])
    })
  )

  it.scoped("is no harm where the song itself is still there", () =>
    Effect.gen(function* () {
      const library = yield* withOneLost
      sqlite(
        library.path,
        "UPDATE song_data SET name = 'renamed' WHERE id = 'lost'",
        "DELETE FROM song_data WHERE id = 's0'"
      )
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result).toMatchObject({ songsRestored: 2, isSuccess: true })
      expect((yield* library.songs.read("lost")).name).toBe("Song lost")
    })
  )

  it.scoped("is mended by saving the song again", () =>
    Effect.gen(function* () {
      const library = yield* withOneLost
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(false)
      const { songDataJSON } = yield* library.songs.read("lost")
      yield* library.songs.update(song("lost", { songDataJSON: "other" }))
      yield* library.songs.update(song("lost", { songDataJSON }))
      expect(yield* library.backups.validate("b1", "full")).toMatchObject({
        validSongs: 4,
        isValid: true
      })
      yield* sound(library)
    })
  )
})

describe("a table that the app changed since", () => {
  it.scoped("without a column of the backup gets the rest, and what is left out is said", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll([song("a", { genre: "drone" }), song("b")])
      yield* library.backups.take()
      sqlite(library.path, "DELETE FROM song_data", "ALTER TABLE song_data DROP COLUMN genre")
      const result = yield* library.backups.restore("b1")
      expect(result).toMatchObject({ songsRestored: 2, isSuccess: false })
      expect(result.errors).toEqual([
        "song Song a (a): this library has no column genre; the rest was restored"
      ])
      expect((yield* library.songs.read("a")).songDataJSON).toContain("Song a")
      yield* sound(library)
    })
  )

  it.scoped("with a new column keeps its value, and gives restored songs the default", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      sqlite(
        library.path,
        "ALTER TABLE song_data ADD COLUMN rating INTEGER DEFAULT 3",
        "UPDATE song_data SET rating = 5, name = 'bad' WHERE id = 's1'",
        "DELETE FROM song_data WHERE id = 's2'"
      )
      expect(yield* library.backups.restore("b1", { mode: "exact" })).toMatchObject({
        songsRestored: 2,
        isSuccess: true
      })
      expect(sqlite(library.path, "SELECT id, name, rating FROM song_data ORDER BY id")).toBe(
        "s0|Song s0|3\ns1|Song s1|5\ns2|Song s2|3\ns3|Song s3|3"
      )
      yield* sound(library)
    })
  )

  it.scoped("restored from before and after a new column gives what each time had", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN mood TEXT", "UPDATE song_data SET mood = id")
      yield* library.backups.take()
      const before = dump(library)
      sqlite(library.path, "DELETE FROM song_data")
      yield* library.backups.restore("b2", { mode: "exact" })
      expect(dump(library)).toBe(before)
    })
  )
})

describe("an app that gets in the way", () => {
  it.scoped("by altering what is restored is told, and logged as a part of the restore", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      yield* library.songs.update(song("s1", { name: "today" }))
      sqlite(
        library.path,
        `CREATE TRIGGER app_touches AFTER UPDATE OF name ON song_data BEGIN
           UPDATE song_data SET genre = 'touched' WHERE id = NEW.id;
         END`
      )
      const before = dump(library)
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result).toMatchObject({ songsRestored: 2, isSuccess: true })
      expect(result.triggered).toEqual([
        { kind: "song", id: "s1", name: "Song s1", columns: ["genre"], triggers: ["app_touches"] }
      ])
      expect(yield* library.songs.read("s1")).toMatchObject({ name: "Song s1", genre: "touched" })
      yield* sound(library)
      yield* library.history.undo()
      sqlite(library.path, "UPDATE song_data SET genre = NULL WHERE genre = 'touched'")
      expect(dump(library)).toBe(before)
    })
  )

  it.scoped("by altering a row when a later one is restored is told too", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(Array.from({ length: 100 }, (_, index) => song(`s${index}`)))
      yield* library.backups.take()
      yield* Effect.forEach(yield* library.songs.list(), ({ id }) => library.songs.delete(id))
      sqlite(
        library.path,
        `CREATE TRIGGER app_touches AFTER INSERT ON song_data WHEN (SELECT count(*) FROM song_data) = 100 BEGIN
           UPDATE song_data SET genre = 'touched' WHERE rowid = (SELECT min(rowid) FROM song_data);
         END`
      )
      const { triggered, songsRestored } = yield* library.backups.restore("b1")
      expect(triggered).toMatchObject([{ columns: ["genre"], triggers: ["app_touches"] }])
      expect(songsRestored).toBe(100)
      expect(yield* library.log.capture).toBe(0)
      yield* sound(library)
    })
  )

  it.scoped("by refusing a row is a typed error and restores nothing", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      yield* library.songs.delete("s1")
      sqlite(
        library.path,
        `CREATE TRIGGER app_refuses BEFORE INSERT ON song_data WHEN NEW.id = 's1' BEGIN
           SELECT RAISE(ABORT, 'no');
         END`
      )
      expect(yield* Effect.flip(library.backups.restore("b1", { mode: "exact" }))).toMatchObject({
        _tag: "AppRefused",
        what: "song Song s1 (s1)",
        triggers: ["app_refuses"],
        reason: "no"
      })
      expect(yield* library.songs.count).toBe(2)
      yield* sound(library)
    })
  )

  /** Opens a session of its own; `act` runs after each of its write transactions. */
  const restoring = (library: Library, act: (transaction: number) => void) =>
    Effect.acquireUseRelease(
      Effect.sync(() => openSession(library.path, { actor: "ada@studio" })),
      (session) =>
        Effect.try({
          try: () => {
            let transactions = 0
            session.db.onLock = () => act(++transactions)
            return restoreFromBackup(session, "b1", { mode: "exact" }, morning)
          },
          catch: (error) => error
        }),
      (session) => Effect.sync(() => session.close())
    )

  it.scoped("by writing after the plan was made is planned for again, not overwritten blindly", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      const result = yield* restoring(library, (transaction) => {
        if (transaction === 1)
          sqlite(
            library.path,
            "UPDATE song_data SET name = 'meanwhile' WHERE id = 's1'",
            `INSERT INTO ${appSong("c", "C")}`
          )
      })
      expect(result.plan).toEqual({ create: 1, update: 1, delete: 1, keep: 0, unchanged: 2 })
      const names = (yield* library.log.read())
        .filter(({ actor }) => actor === "external")
        .map(({ type, id }) => `${type} ${id}`)
      expect(names.sort()).toEqual(["SongCreated c", "SongEdited s1"])
      const safety = yield* library.backups.find(result.safetyBackupId ?? "")
      expect((yield* library.backups.entries(safety.backupId)).map(({ name }) => name)).toContain("meanwhile")
      yield* sound(library)
    })
  )

  it.scoped("by writing all the time ends in PlanOutdated, with nothing restored and nothing lost", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      const restore = restoring(library, (n) => {
        sqlite(library.path, `UPDATE song_data SET name = 'write ${n}' WHERE id = 's1'`)
      })
      expect(yield* Effect.flip(restore)).toMatchObject({ _tag: "PlanOutdated" })
      expect(yield* library.songs.count).toBe(3)
      expect((yield* library.songs.read("s1")).name).toMatch(/^write /)
      yield* library.log.capture
      yield* sound(library)
    })
  )
})
