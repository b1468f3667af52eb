import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  appSong,
  failure,
  freshLibrary,
  history,
  hour,
  performance,
  song,
  songs,
  sqlite
} from "../support/libraries.js"

describe("expected versions", () => {
  it.scoped("let a write through when nobody wrote in between", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a"))
      yield* library.songs.update(song("a", { name: "B" }), { expected: 1 })
      yield* library.songs.delete("a", { expected: 2 })
      yield* library.songs.create(song("a"), { expected: "NoEntity" })
      expect(yield* history(library)).toEqual([
        "@1 SongCreated a v1 ada@studio",
        "@2 SongEdited a v2 ada@studio",
        "@3 SongDeleted a v3 ada@studio",
        "@4 SongCreated a v4 ada@studio"
      ])
    })
  )

  it.scoped("stop a write that did not see the newest version, and change nothing", () =>
    Effect.gen(function* () {
      const { log, songs } = yield* freshLibrary
      yield* songs.create(song("a"))
      yield* songs.update(song("a", { name: "B" }))
      const conflict = yield* Effect.flip(songs.update(song("a", { name: "C" }), { expected: 1 }))
      expect(conflict).toMatchObject({
        _tag: "VersionConflict",
        kind: "song",
        id: "a",
        expected: 1,
        actual: 2
      })
      expect(yield* failure(songs.delete("a", { expected: 1 }))).toBe("VersionConflict")
      expect(yield* failure(songs.create(song("a")))).toBe("VersionConflict")
      expect(yield* failure(songs.upsert(song("a"), { expected: "NoEntity" }))).toBe("VersionConflict")
      expect((yield* songs.read("a")).name).toBe("B")
      expect((yield* log.head).position).toBe(2)
    })
  )

  it.scoped("count a change of another program as a version", () =>
    Effect.gen(function* () {
      const { path, songs } = yield* freshLibrary
      yield* songs.create(song("a"))
      sqlite(path, "UPDATE song_data SET name = 'theirs' WHERE id = 'a'")
      expect(yield* failure(songs.update(song("a", { name: "ours" }), { expected: 1 }))).toBe(
        "VersionConflict"
      )
      expect((yield* songs.read("a")).name).toBe("theirs")
      yield* songs.update(song("a", { name: "ours" }), { expected: 2 })
      expect((yield* songs.read("a")).name).toBe("ours")
    })
  )

  it.scoped("find a song that another program created first", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      sqlite(library.path, `INSERT INTO ${appSong("a", "theirs")}`)
      expect(yield* failure(library.songs.create(song("a")))).toBe("VersionConflict")
      expect((yield* library.songs.read("a")).name).toBe("theirs")
      expect(yield* library.log.capture).toBe(1)
    })
  )

  it.scoped("stop all changes of a request when one does not fit", () =>
    Effect.gen(function* () {
      const { log, songs } = yield* freshLibrary
      yield* songs.upsertAll([song("a"), song("b")])
      const request = log.append({
        changes: [
          { kind: "song", id: "a", row: null },
          { kind: "song", id: "b", row: null, expected: 9 }
        ]
      })
      expect(yield* failure(request)).toBe("VersionConflict")
      expect(yield* songs.count).toBe(2)
      expect((yield* log.head).position).toBe(2)
    })
  )
})

describe("command ids", () => {
  it.scoped("answer a repeated call with the first receipt, however much later", () =>
    Effect.gen(function* () {
      const { log, performances, preferences, songs: repository } = yield* freshLibrary
      const calls = [
        repository.create(song("a"), { commandId: "create" }),
        repository.upsert(song("b"), { commandId: "upsert" }),
        repository.update(song("a", { name: "B" }), { commandId: "update" }),
        repository.upsertAll(songs(3), { commandId: "all" }),
        repository.delete("b", { commandId: "delete" }),
        performances.create(performance("p", "a"), { commandId: "performance" }),
        preferences.upsert({ theme: "dark" }, { commandId: "preferences" }),
        preferences.delete("default", { commandId: "no preferences" })
      ]
      const first = yield* Effect.all(calls)
      const head = yield* log.head
      yield* TestClock.adjust(hour)
      const again = yield* Effect.all(calls)
      expect(again).toEqual(first.map((receipt) => ({ ...receipt, repeated: true })))
      expect(yield* log.head).toEqual(head)
    })
  )

  it.scoped("answer before versions are compared and entities are looked for", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(song("a"))
      const update = songs.update(song("a", { name: "B" }), { commandId: "c1", expected: 1 })
      const receipt = yield* update
      yield* songs.delete("a")
      expect(yield* update).toEqual({ ...receipt, repeated: true })
    })
  )

  it.scoped("refuse another request under the same id, and write nothing", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(song("a"), { commandId: "c1" })
      const others = yield* Effect.all([
        failure(songs.create(song("a", { name: "B" }), { commandId: "c1" })),
        failure(songs.upsert(song("a"), { commandId: "c1" })),
        failure(songs.create(song("a"), { commandId: "c1", expected: 0 })),
        failure(songs.delete("a", { commandId: "c1" }))
      ])
      expect(others).toEqual(["CommandReused", "CommandReused", "CommandReused", "CommandReused"])
      expect((yield* songs.read("a")).name).toBe("Song a")
    })
  )

  it.scoped("tell a request by its fields, not by their order", () =>
    Effect.gen(function* () {
      const { songs } = yield* freshLibrary
      yield* songs.create(
        { id: "a", name: "A", songDataJSON: "{}", determinismSeed: "s" },
        { commandId: "c1" }
      )
      const same = { determinismSeed: "s", songDataJSON: "{}", name: "A", id: "a" }
      expect((yield* songs.create(same, { commandId: "c1" })).repeated).toBe(true)
    })
  )

  it.scoped("are kept for a request that found everything as wished", () =>
    Effect.gen(function* () {
      const { log } = yield* freshLibrary
      const nothing = log.append({ changes: [{ kind: "song", id: "a", row: null }], commandId: "c1" })
      const receipt = { commandId: "c1", first: 0, last: 0, events: 0 }
      expect(yield* nothing).toEqual({ ...receipt, repeated: false })
      expect(yield* nothing).toEqual({ ...receipt, repeated: true })
      expect((yield* log.head).position).toBe(0)
    })
  )

  it.scoped("name the actor who asked", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a"), { actor: "grace@desk" })
      expect(yield* history(library)).toEqual(["@1 SongCreated a v1 grace@desk"])
    })
  )
})

describe("importing", () => {
  it.scoped("writes songs, performances and preferences as one, with a marker", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const receipt = yield* library.imports.entities({
        source: "old folder",
        songs: songs(2),
        performances: [performance("p", "s0")],
        preferences: [{ theme: "dark" }]
      })
      expect(receipt).toMatchObject({ first: 1, last: 4, events: 4, unchanged: 0 })
      expect((yield* history(library)).at(-1)).toBe("@5 LibraryImported  v1 ada@studio")
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )

  it.scoped("says what was there already, and leaves no marker when all was", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const times = { createdAt: new Date(0), updatedAt: new Date(0) }
      const batch = songs(3).map((each) => ({ ...each, ...times }))
      yield* library.songs.upsertAll(batch.slice(0, 2))
      expect(yield* library.imports.entities({ source: "folder", songs: batch })).toMatchObject({
        events: 1,
        unchanged: 2
      })
      const head = yield* library.log.head
      expect(yield* library.imports.entities({ source: "folder", songs: batch })).toMatchObject({
        events: 0,
        unchanged: 3
      })
      expect(yield* library.log.head).toEqual(head)
    })
  )

  it.scoped("gives the first receipt again for a repeated command id", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const batch = library.imports.entities({ source: "folder", songs: songs(2), commandId: "c1" })
      const receipt = yield* batch
      yield* TestClock.adjust(hour)
      expect(yield* batch).toEqual({ ...receipt, repeated: true })
      const other = library.imports.entities({ source: "another", songs: songs(2), commandId: "c1" })
      expect(yield* failure(other)).toBe("CommandReused")
    })
  )

  it.scoped("writes nothing when one entity is refused", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const refused = library.imports.entities({ source: "folder", songs: [song("a"), song("")] })
      expect(yield* failure(refused)).toBe("InvalidInput")
      expect((yield* library.log.head).position).toBe(0)
    })
  )
})
