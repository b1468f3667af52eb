import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { appSong, dump, freshLibrary, performance, song, sqlite } from "../support/libraries.js"

const tables = ["song_data", "performance_data", "user_preferences"]
const everything = (library: Library) => tables.map((table) => dump(library, table))

/** Backs up, lets the app delete everything, restores exactly. */
const thereAndBack = (library: Library) =>
  Effect.gen(function* () {
    const before = everything(library)
    yield* library.backups.take()
    sqlite(library.path, ...tables.map((table) => `DELETE FROM ${table} WHERE rowid > 0`))
    const result = yield* library.backups.restore("latest", { mode: "exact" })
    expect(result.errors).toEqual([])
    expect(everything(library)).toEqual(before)
    expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    return result
  })

describe("what an app stored", () => {
  it.scoped("comes back byte for byte: documents, odd values, odd text", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const fields =
        "id, name, composer, description, duration, key, created_at, updated_at, song_data_json, determinism_seed"
      sqlite(
        library.path,
        `INSERT INTO song_data(${fields}) VALUES
          ('plain', 'A', NULL, '', 1.0, 'C', '2026-01-02T03:04:05Z', '2026-01-02', '{"a":  1}', 's'),
          ('nul in text', CAST(x'610062' AS TEXT), x'', x'00ff', 1e300, NULL, 't', 't', CAST(x'7b00' AS TEXT), ''),
          ('no utf-8', CAST(x'ff80c0' AS TEXT), CAST(x'eda080' AS TEXT), 'd', -0.0, '', 't', 't', CAST(x'c328' AS TEXT), ''),
          ('text in a number', 'A', 7, 1.5, 'three minutes', x'01', 20260102, 1.5, x'7b7d', 9223372036854775807),
          ('tiny', 'A', '', '', 5e-324, '', 't', 't', '', ''),
          (x'6964', 'blob key', NULL, NULL, 0.1, NULL, 't', 't', '{}', 's'),
          (CAST(x'6964ff' AS TEXT), 'bad key', NULL, NULL, 3, NULL, 't', 't', '{}', 's')`,
        `INSERT INTO performance_data VALUES
          ('p', 'P', x'6964', NULL, 'long', '{ }', 't', 't', 'yes', '["a" ]'),
          ('q', 'Q', 'plain', NULL, 1e-7, x'00', 't', 't', 2.5, NULL)`,
        `INSERT INTO user_preferences(user_id, default_sample_rate, auto_save_enabled, custom_preferences, updated_at)
         VALUES('default', 44100.5, 'on', CAST(x'ff' AS TEXT), 0), (x'', NULL, NULL, NULL, '')`
      )
      const result = yield* thereAndBack(library)
      expect(result).toMatchObject({ songsRestored: 7, performancesRestored: 2, preferencesRestored: 2 })
    })
  )

  it.scoped("in columns we do not know survives our updates, backups and restores", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll([song("a"), song("b")])
      yield* library.performances.create(performance("p", "a"))
      sqlite(
        library.path,
        "ALTER TABLE song_data ADD COLUMN rating INTEGER DEFAULT 3",
        'ALTER TABLE song_data ADD COLUMN "odd ""name"", ünï" BLOB',
        "ALTER TABLE performance_data ADD COLUMN waveform BLOB",
        `UPDATE song_data SET rating = 5, "odd ""name"", ünï" = x'00ff' WHERE id = 'a'`,
        "UPDATE performance_data SET waveform = zeroblob(5000)"
      )
      yield* library.songs.update(song("a", { name: "Renamed" }))
      yield* library.songs.create(song("c"))
      const rows = sqlite(
        library.path,
        `SELECT id, name, rating, hex("odd ""name"", ünï") FROM song_data ORDER BY id`
      )
      expect(rows.split("\n")).toEqual(["a|Renamed|5|00FF", "b|Song b|3|", "c|Song c|3|"])
      yield* thereAndBack(library)
    })
  )

  it.scoped("in columns we do not know survives what is saved before its change was taken over", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(library.path, "ALTER TABLE song_data ADD COLUMN rating INTEGER")
      yield* library.songs.upsertAll([song("a"), song("b")])
      sqlite(library.path, "UPDATE song_data SET rating = 4 WHERE id = 'a'")
      yield* library.songs.upsertAll([song("a", { name: "New" }), song("b", { name: "New" }), song("b")])
      // A migration that makes the table again drops the triggers, so nobody is told of these values.
      const [create] = sqlite(library.path, "SELECT sql FROM sqlite_schema WHERE name = 'song_data'").split(
        "\n\n"
      )
      sqlite(
        library.path,
        String(create).replace("song_data", "other"),
        "ALTER TABLE other ADD COLUMN mood TEXT",
        "INSERT INTO other SELECT *, 'calm' FROM song_data",
        "DROP TABLE song_data",
        "ALTER TABLE other RENAME TO song_data"
      )
      yield* library.songs.upsertAll([song("a", { name: "Newer" })])
      expect(sqlite(library.path, "SELECT id, name, rating, mood FROM song_data ORDER BY id")).toBe(
        "a|Newer|4|calm\nb|Song b||calm"
      )
      yield* thereAndBack(library)
    })
  )

  it.scoped("as text that is no UTF-8 is not touched by who saves what was shown of it", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(
        library.path,
        `INSERT INTO ${appSong("a", "A")}`,
        `INSERT INTO ${appSong("b", "B")}`,
        "UPDATE song_data SET composer = CAST(x'41ff' AS TEXT), song_data_json = CAST(x'7bff7d' AS TEXT)",
        "UPDATE song_data SET genre = CAST(x'efbfbd' AS TEXT) WHERE id = 'b'"
      )
      yield* library.log.capture
      const shown = yield* Effect.all([library.songs.read("a"), library.songs.read("b")])
      expect(shown.map(({ composer, songDataJSON }) => [composer, songDataJSON])).toEqual([
        ["A\ufffd", "{\ufffd}"],
        ["A\ufffd", "{\ufffd}"]
      ])
      yield* library.songs.upsertAll(shown.map((each) => ({ ...each, key: "D" })))
      expect(
        sqlite(library.path, "SELECT id, key, hex(composer), hex(song_data_json), hex(genre) FROM song_data")
      ).toBe("a|D|41FF|7BFF7D|\nb|D|41FF|7BFF7D|EFBFBD")
      yield* library.songs.upsertAll([{ ...shown[0], songDataJSON: "{\ufffd }" }])
      expect(sqlite(library.path, "SELECT hex(song_data_json) FROM song_data WHERE id = 'a'")).toBe(
        "7BEFBFBD207D"
      )
      yield* thereAndBack(library)
    })
  )

  it.scoped("as a time stays in its form while it means the same", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(library.path, `INSERT INTO ${appSong("a", "A")}`)
      const { createdAt, updatedAt } = yield* library.songs.read("a")
      yield* library.songs.update(song("a", { name: "B", createdAt, updatedAt }))
      const times = "SELECT name, created_at, updated_at FROM song_data"
      expect(sqlite(library.path, times)).toBe("B|2026-01-02 03:04:05.678|2026-01-02 03:04:05.678")
      yield* library.songs.update(
        song("a", { name: "B", createdAt, updatedAt: new Date("2026-01-02T03:04:05.679Z") })
      )
      expect(sqlite(library.path, times)).toBe("B|2026-01-02 03:04:05.678|2026-01-02T03:04:05.679Z")
      yield* thereAndBack(library)
    })
  )

  it.scoped("as JSON keeps its spelling while it means the same", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(
        library.path,
        `INSERT INTO ${appSong("a", "A")}`,
        `UPDATE song_data SET custom_metadata = '{ "mood" : "l\\u0061te" }', duration = '12'`
      )
      yield* library.songs.update(song("a", { customMetadata: { mood: "late" }, duration: 12 }))
      expect(sqlite(library.path, "SELECT custom_metadata, typeof(duration) FROM song_data")).toBe(
        '{ "mood" : "l\\u0061te" }|real'
      )
    })
  )

  it.scoped("and is not text is not touched by an update of another field", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(
        library.path,
        `INSERT INTO ${appSong("a", "A")}`,
        "UPDATE song_data SET composer = x'ff00', genre = 7.5"
      )
      const { composer, genre } = yield* library.songs.read("a")
      yield* library.songs.update({
        ...song("a", { name: "B" }),
        ...(composer && { composer }),
        ...(genre && { genre })
      })
      expect(sqlite(library.path, "SELECT name, hex(composer), typeof(composer), genre FROM song_data")).toBe(
        "B|FF00|blob|7.5"
      )
    })
  )

  it.scoped("under no key at all is left alone by everything", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a"))
      const row = (name: string) =>
        `INSERT INTO song_data VALUES(NULL, '${name}', NULL, NULL, NULL, NULL, NULL, '', '', '{}', '', NULL)`
      sqlite(library.path, row("first"), row("second"))
      yield* library.backups.take()
      yield* library.songs.delete("a")
      yield* library.backups.restore("latest", { mode: "exact" })
      expect(sqlite(library.path, "SELECT name FROM song_data ORDER BY name")).toBe("Song a\nfirst\nsecond")
      expect(yield* library.upkeep.status).toMatchObject({ pendingChanges: 0 })
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})

describe("documents", () => {
  it.scoped("come back as they were saved, not as JSON would be written", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const documents = [
        '{"b":1,"a":1.0e2}',
        '{"a":1,"a":2}',
        "\u2028 not json",
        "",
        '{"x":"\\u00e9"}',
        "\r\n\ttabs "
      ]
      yield* library.songs.upsertAll(
        documents.map((songDataJSON, index) => song(`s${index}`, { songDataJSON }))
      )
      yield* thereAndBack(library)
      for (const [index, document] of documents.entries())
        expect((yield* library.songs.read(`s${index}`)).songDataJSON).toBe(document)
    })
  )
})
