import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { openLibrary } from "../../src/index.js"
import { dump, failure, freshLibrary, freshPath, performance, song, sqlite } from "../support/libraries.js"

const hostile = [
  "O'Brien's \"quoted\" -- song; DROP TABLE song_data",
  "Ünïcödé 🎹 日本語 ‏עברית‏",
  "e\u0301 and \u00e9",
  " leading, trailing and\ttabs\n",
  "%_*?[a-z]",
  "../../etc/passwd",
  "\u0001\u001f\u007f\ufeff\uffff",
  "x".repeat(1024)
]

describe("names and ids from anywhere", () => {
  it.scoped("are kept as they are, through a backup and an exact restore", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(hostile.map((text) => song(text, { name: text, songDataJSON: text })))
      yield* library.performances.upsertAll(hostile.map((text) => performance(text, text, { tags: [text] })))
      yield* library.preferences.upsert({ userId: hostile[0] ?? "", customPreferences: { text: hostile } })
      const before = [dump(library), dump(library, "performance_data"), dump(library, "user_preferences")]
      yield* library.backups.take({ description: hostile.join(), tags: hostile })
      for (const id of hostile) yield* library.songs.delete(id)
      for (const id of hostile) yield* library.performances.delete(id)
      yield* library.preferences.delete(hostile[0] ?? "")
      yield* library.backups.restore("latest", { mode: "exact" })
      expect([dump(library), dump(library, "performance_data"), dump(library, "user_preferences")]).toEqual(
        before
      )
      for (const text of hostile) {
        expect(yield* library.songs.read(text)).toMatchObject({ id: text, name: text, songDataJSON: text })
        expect(yield* library.performances.read(text)).toMatchObject({ songId: text, tags: [text] })
        expect((yield* library.performances.ofSong(text)).map(({ id }) => id)).toEqual([text])
      }
      const backup = yield* library.backups.find("latest")
      expect(backup).toMatchObject({ tags: hostile, description: hostile.join() })
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("that differ only in form are different songs", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.upsertAll([song("e\u0301"), song("\u00e9"), song("E"), song("e"), song("e ")])
      expect(yield* songs.count).toBe(5)
      yield* songs.delete("\u00e9")
      expect((yield* songs.read("e\u0301")).id).toBe("e\u0301")
    })
  )

  it.scoped("that could not be named again are refused, and nothing is written", () =>
    Effect.gen(function* () {
      const { log, performances, songs } = yield* freshLibrary
      const refused = yield* Effect.all([
        failure(songs.create(song(""))),
        failure(songs.create(song("a\u0000b"))),
        failure(songs.create(song("x".repeat(1025)))),
        failure(songs.create(song("\ud800"))),
        failure(songs.create(song("a", { name: "half \udc00" }))),
        failure(songs.create(song("a", { duration: Number.NaN }))),
        failure(songs.create(song("a", { createdAt: new Date("nonsense") }))),
        failure(performances.create(performance("p\u0000", "s"))),
        failure(performances.create(performance("p", "s", { duration: Number.POSITIVE_INFINITY })))
      ])
      expect(new Set(refused)).toEqual(new Set(["InvalidInput"]))
      expect((yield* log.head).position).toBe(0)
    })
  )

  it.scoped("may be long: names and documents of any length are kept", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const long = song("a", {
        name: "n".repeat(50_000),
        composer: "c".repeat(1025),
        songDataJSON: "d".repeat(3_000_000)
      })
      yield* library.songs.create(long)
      yield* library.backups.take()
      yield* library.songs.delete("a")
      yield* library.backups.restore("latest")
      expect(yield* library.songs.read("a")).toMatchObject(long)
    })
  )
})

describe("keys that are not well-formed text", () => {
  it.scoped("name songs that can be read and deleted like others", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const row = (key: string) =>
        `INSERT INTO song_data VALUES(${key}, 'A', NULL, NULL, NULL, NULL, NULL, '', '', '{}', '', NULL)`
      sqlite(
        library.path,
        row("x'00ff'"),
        row("CAST(x'80ff' AS TEXT)"),
        row("CAST(x'006e' AS TEXT)"),
        row("''")
      )
      const ids = (yield* library.songs.list()).map(({ id }) => id)
      expect(new Set(ids).size).toBe(4)
      yield* library.backups.take()
      for (const id of ids) {
        expect((yield* library.songs.read(id)).id).toBe(id)
        yield* library.songs.delete(id)
      }
      expect(yield* library.songs.count).toBe(0)
      expect((yield* library.backups.restore("latest")).songsRestored).toBe(4)
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})

describe("arguments from anywhere", () => {
  it.scoped("that no file can store are refused, or stored as the system would show them", () =>
    Effect.gen(function* () {
      const path = yield* freshPath
      const library = yield* openLibrary(path, { actor: "half \ud800" })
      expect(yield* failure(library.songs.create(song("a"), { commandId: "\ud800" }))).toBe("InvalidInput")
      expect(yield* failure(library.songs.create(song("a"), { actor: "\udc00" }))).toBe("InvalidInput")
      yield* library.songs.create(song("a"), { commandId: "nul \u0000", actor: "" })
      yield* library.songs.create(song("b"))
      yield* library.backups.take({ description: "half \ud800", tags: ["\udc00"] })
      const events = yield* library.log.read()
      expect(events.map(({ actor }) => actor)).toEqual(["", "half \ufffd", "half \ufffd"])
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("that are not numbers where numbers belong release nothing and read nothing", () =>
    Effect.gen(function* () {
      const { log, upkeep } = yield* freshLibrary
      const refused = yield* Effect.all([
        failure(upkeep.prune({ keepEditsDays: Number.NaN })),
        failure(upkeep.prune({ keepEditsDays: -1 })),
        failure(log.read({ limit: 1.5 })),
        failure(log.read({ after: Number.NaN }))
      ])
      expect(new Set(refused)).toEqual(new Set(["InvalidInput"]))
    })
  )

  it.scoped("and clocks from before 1970 do no harm", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* TestClock.setTime(-5000)
      yield* library.songs.create(song("a"))
      yield* library.backups.take()
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})
