import { describe, expect, it } from "@effect/vitest"
import { formatBackupTimestamp } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { vi } from "vitest"
import { brotli } from "../../src/object/Compression.js"
import { ObjectReader } from "../../src/object/ObjectReader.js"
import { failure, freshLibrary, hour, minute, morning, song, sqlite } from "../support/libraries.js"

const document = (tempo: number, bars = 16) =>
  JSON.stringify({ id: "s", name: "Night Drive", session_model: { tempo, duration_bars: bars } })
const nightDrive = (more: object = {}) =>
  song("s", { name: "Night Drive", songDataJSON: document(96), ...more })
const key = { kind: "song", id: "s" } as const

describe("the history of a song", () => {
  it.scoped("lists every distinct version with what changed in words", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* TestClock.adjust(hour)
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      yield* library.songs.update(nightDrive({ name: "Night Ride", songDataJSON: document(104) }))
      yield* library.songs.delete("s")
      const versions = yield* library.history.versions(key)
      expect(versions.map(({ version, position, changes }) => [version, position, changes])).toEqual([
        [1, 1, ["created"]],
        [2, 2, ["tempo 96 → 104"]],
        [3, 3, ['name "Night Drive" → "Night Ride"']],
        [4, 4, ["deleted"]]
      ])
      expect(versions[1]).toMatchObject({
        actor: "ada@studio",
        timestamp: new Date(morning + hour),
        deleted: false
      })
      expect(versions[3]).toMatchObject({ deleted: true, size: 0, name: "Night Ride" })
    })
  )

  it.scoped("folds versions that only spell the same document differently", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      const spelled = JSON.stringify(JSON.parse(document(96)), null, 2)
      yield* library.songs.update(nightDrive({ songDataJSON: spelled }))
      yield* library.songs.update(nightDrive({ songDataJSON: document(97) }))
      const versions = yield* library.history.versions(key)
      expect(versions.map(({ version, position }) => [version, position])).toEqual([
        [1, 1],
        [2, 3]
      ])
    })
  )

  it.scoped("shows a captured change as the interval in which it was made", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* TestClock.adjust(hour)
      yield* library.backups.take()
      yield* TestClock.adjust(hour)
      sqlite(library.path, "UPDATE song_data SET key = 'D minor' WHERE id = 's'")
      yield* TestClock.adjust(5 * minute)
      yield* library.log.capture
      const last = (yield* library.history.versions(key)).at(-1)
      expect(last).toMatchObject({
        actor: "external",
        since: new Date(morning + hour),
        timestamp: new Date(morning + 2 * hour + 5 * minute)
      })
      expect(last?.changes).toEqual(["key added (D minor)"])
    })
  )

  it.scoped("says which versions came from a restore, an undo or an import", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({ source: "a folder", songs: [nightDrive()] })
      yield* library.backups.take()
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      yield* library.backups.restore("b1", { only: [key] })
      yield* library.history.undo()
      const reasons = (yield* library.history.versions(key)).map(({ changes }) => changes[0])
      expect(reasons).toEqual(["imported", "tempo 96 → 104", "restored", "undone"])
    })
  )

  it.scoped("gives any version back by its number, and refuses numbers there are none of", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      yield* library.songs.delete("s")
      const position = yield* library.history.positionOf(key, 1)
      yield* library.backups.restore(`@${position}`, { only: [key] })
      expect((yield* library.songs.read("s")).songDataJSON).toBe(document(96))
      expect(yield* failure(library.history.positionOf(key, 9))).toBe("InvalidInput")
      expect(yield* failure(library.history.positionOf(key, 3))).toBe("InvalidInput")
      expect(yield* failure(library.history.versions({ kind: "song", id: "nobody" }))).toBe("EntityNotFound")
    })
  )

  it.scoped("reads an entity as it was at a position or a moment", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* TestClock.adjust(hour)
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      expect(yield* library.history.entityAt(key, "@1")).toMatchObject({ songDataJSON: document(96) })
      expect(yield* library.history.entityAt(key, { at: new Date(morning + minute) })).toMatchObject({
        songDataJSON: document(96)
      })
      expect(yield* library.history.entityAt(key, "now")).toMatchObject({ songDataJSON: document(104) })
      expect(yield* library.history.entityAt({ kind: "song", id: "nobody" }, "now")).toBeUndefined()
    })
  )
})

describe("finding text", () => {
  it.scoped(
    "looks through names and metadata of everything that ever was, without regard to case and accents",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        yield* library.songs.create(nightDrive({ composer: "Zoë Ångström" }))
        yield* library.songs.create(song("t", { name: "Other" }))
        yield* TestClock.adjust(hour)
        yield* library.songs.update(nightDrive({ name: "Day Drive", composer: "Zoë Ångström" }))
        yield* library.songs.delete("s")
        const byComposer = yield* library.history.find("angstrom")
        expect(byComposer.map(({ id, name, position, columns }) => [id, name, position, columns])).toEqual([
          ["s", "Day Drive", 3, ["composer"]],
          ["s", "Night Drive", 1, ["composer"]]
        ])
        const gone = yield* library.history.find("NIGHT DR")
        expect(gone).toMatchObject([
          { id: "s", since: new Date(morning), until: new Date(morning + hour), untilPosition: 3 }
        ])
        expect(yield* library.history.find("tempo")).toEqual([])
      })
  )
})

describe("the difference between two states", () => {
  it.scoped("names what was created, deleted and changed, in words and as a patch", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* library.songs.create(song("gone", { name: "Gone" }))
      yield* library.backups.take()
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      yield* library.songs.delete("gone")
      sqlite(
        library.path,
        `INSERT INTO song_data(id, name, created_at, updated_at, song_data_json, determinism_seed)
         VALUES('new', 'New', '2026-01-01', '2026-01-01', '{}', '1')`
      )
      const difference = yield* library.history.diff("b1", "now")
      expect(difference).toMatchObject({
        from: "b1",
        to: "now",
        created: [{ kind: "song", id: "new", name: "New" }],
        deleted: [{ kind: "song", id: "gone", name: "Gone" }],
        changed: [{ kind: "song", id: "s", name: "Night Drive", changes: ["tempo 96 → 104"] }]
      })
      const tempo = difference.changed[0]?.patch?.filter(({ path }) => path.includes("tempo"))
      expect(tempo).toEqual([{ op: "replace", path: "/songDataJSON/session_model/tempo", value: 104 }])
      const backwards = yield* library.history.diff("now", "b1")
      expect(backwards.created.map(({ id }) => id)).toEqual(["gone"])
      expect(yield* library.history.diff("b1", "latest")).toMatchObject({
        created: [],
        deleted: [],
        changed: []
      })
    })
  )

  it.scoped(
    "tells of as many as are wanted what changed, reads documents of no others and opens blocks once",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        const edition = (tempo: number) =>
          Array.from({ length: 40 }, (_, index) =>
            song(`s${index}`, {
              name: `Song ${String(index).padStart(2, "0")}`,
              songDataJSON: JSON.stringify({ tempo, index, notes: `${index} do re mi `.repeat(3000) })
            })
          )
        yield* library.imports.entities({ source: "elsewhere", songs: edition(96) })
        const blocks = Number(sqlite(library.path, "SELECT count(*) FROM block"))
        yield* library.imports.entities({ source: "elsewhere", songs: edition(104) })
        const [opened, read] = [vi.spyOn(brotli, "decompress"), vi.spyOn(ObjectReader.prototype, "getAlone")]
        yield* Effect.addFinalizer(() => Effect.sync(() => vi.restoreAllMocks()))
        const few = (yield* library.history.diff("@40", "now", { words: 3 })).changed
        expect(few.map(({ name }) => name)).toEqual(edition(0).map(({ name }) => name))
        expect(few.slice(0, 3).map(({ changes }) => changes)).toEqual(Array(3).fill(["tempo 96 → 104"]))
        expect(few.slice(3).every(({ changes, patch }) => changes.length === 0 && patch === undefined)).toBe(
          true
        )
        expect(read).toHaveBeenCalledTimes(6)
        expect(opened.mock.calls.length).toBe(2)
        const all = (yield* library.history.diff("@40", "now")).changed
        expect(all.every(({ changes }) => changes.join() === "tempo 96 → 104")).toBe(true)
        expect(blocks).toBeGreaterThan(3)
        expect(opened.mock.calls.length).toBeLessThanOrEqual(2 + 2 * blocks)
        expect((yield* library.history.diff("@40", "now", { words: false })).changed).toHaveLength(40)
        expect(read).toHaveBeenCalledTimes(6 + 80)
      })
  )

  it.scoped("compares moments that no backup holds", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(nightDrive())
      yield* TestClock.adjust(hour)
      yield* library.songs.update(nightDrive({ songDataJSON: document(104) }))
      yield* library.songs.update(nightDrive({ songDataJSON: document(120) }))
      const difference = yield* library.history.diff("@1", "@2")
      expect(difference.from).toBe(`@1 of ${formatBackupTimestamp(new Date(morning))}`)
      expect(difference.changed[0]?.changes).toEqual(["tempo 96 → 104"])
      expect(yield* failure(library.history.diff("@1", "@99"))).toBe("MomentNotFound")
      expect(yield* failure(library.history.diff({ at: new Date(0) }, "now"))).toBe("MomentNotFound")
    })
  )
})
