import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { Library } from "../../src/index.js"
import {
  appSong,
  day,
  dump,
  failure,
  freshLibrary,
  history,
  hour,
  performance,
  song,
  songs,
  sound,
  sqlite
} from "../support/libraries.js"

/** Songs s0 … s3, a performance of s0, preferences; all in b1. */
const backedUp = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.imports.entities({
    source: "test",
    songs: songs(4),
    performances: [performance("p", "s0")],
    preferences: [{ theme: "dark" }]
  })
  yield* library.backups.take()
  return library
})

const everything = (library: Library) =>
  ["song_data", "performance_data", "user_preferences"].map((table) => dump(library, table))

describe("a whole-library merge", () => {
  it.scoped("puts back what is gone, keeps what is new, keeps what changed and counts it", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      yield* library.songs.update(song("s1", { name: "today" }))
      yield* library.songs.create(song("new"))
      const result = yield* library.backups.restore("b1")
      expect(result).toMatchObject({
        songsRestored: 1,
        performancesRestored: 0,
        preferencesRestored: 0,
        errors: [],
        isSuccess: true,
        conflicts: 1,
        plan: { create: 1, update: 0, delete: 0, keep: 2, unchanged: 4 }
      })
      expect((yield* library.songs.read("s1")).name).toBe("today")
      expect((yield* library.songs.list()).map(({ id }) => id).sort()).toEqual([
        "new",
        "s0",
        "s1",
        "s2",
        "s3"
      ])
      yield* sound(library)
    })
  )

  it.scoped("replaces what changed when told to", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.update(song("s1", { name: "today" }))
      const result = yield* library.backups.restore("b1", { onConflict: "replace" })
      expect(result).toMatchObject({ songsRestored: 1, conflicts: 0, plan: { update: 1, keep: 0 } })
      expect((yield* library.songs.read("s1")).name).toBe("Song s1")
      yield* sound(library)
    })
  )

  it.scoped("with nothing to do writes nothing and takes no safety backup", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.update(song("s1", { name: "today" }))
      const head = yield* library.log.head
      const result = yield* library.backups.restore("b1")
      expect(result).toMatchObject({ songsRestored: 0, conflicts: 1, isSuccess: true })
      expect(result.safetyBackupId).toBeUndefined()
      expect(yield* library.log.head).toEqual(head)
    })
  )
})

describe("an exact restore", () => {
  it.scoped("makes the library what the backup is, to the byte", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      const before = everything(library)
      yield* library.songs.delete("s0")
      yield* library.songs.update(song("s1", { name: "today", songDataJSON: "changed" }))
      yield* library.songs.create(song("new"))
      yield* library.performances.delete("p")
      yield* library.preferences.upsert({ theme: "light", userId: "other" })
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(result.plan).toEqual({ create: 2, update: 1, delete: 2, keep: 0, unchanged: 3 })
      expect(result).toMatchObject({ songsRestored: 3, performancesRestored: 1, preferencesRestored: 1 })
      expect(everything(library)).toEqual(before)
      yield* sound(library)
    })
  )

  it.scoped("brings a library that lost everything back", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({ source: "test", songs: songs(120) })
      const before = everything(library)
      yield* library.backups.take()
      sqlite(library.path, "DELETE FROM song_data")
      expect((yield* library.backups.restore("latest", { mode: "exact" })).songsRestored).toBe(120)
      expect(everything(library)).toEqual(before)
      yield* sound(library)
    })
  )
})

describe("restoring some of a backup", () => {
  it.scoped("by name replaces what is there: a bad edit is not a conflict", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.upsertAll([song("s1", { name: "bad" }), song("s2", { name: "good" })])
      const result = yield* library.backups.restore("b1", { only: [{ kind: "song", id: "s1" }] })
      expect(result).toMatchObject({ songsRestored: 1, conflicts: 0, plan: { update: 1, unchanged: 0 } })
      expect((yield* library.songs.read("s1")).name).toBe("Song s1")
      expect((yield* library.songs.read("s2")).name).toBe("good")
      yield* sound(library)
    })
  )

  it.scoped("brings the missing song of a performance with it", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      yield* library.performances.delete("p")
      const only = [{ kind: "performance", id: "p" } as const]
      expect(yield* library.backups.restore("b1", { only })).toMatchObject({
        songsRestored: 1,
        performancesRestored: 1
      })
      expect((yield* library.songs.read("s0")).id).toBe("s0")
    })
  )

  it.scoped("leaves the song of a performance alone when it is there", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.update(song("s0", { name: "today" }))
      yield* library.performances.delete("p")
      const only = [{ kind: "performance", id: "p" } as const]
      expect((yield* library.backups.restore("b1", { only })).songsRestored).toBe(0)
      expect((yield* library.songs.read("s0")).name).toBe("today")
    })
  )

  it.scoped("by kind leaves the other kinds alone, but for songs that performances need", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      for (const id of ["s0", "s1"]) yield* library.songs.delete(id)
      yield* library.performances.delete("p")
      yield* library.preferences.upsert({ theme: "light" })
      const plan = yield* library.backups.plan("b1", { kinds: ["performance"] })
      expect(plan.items.map(({ kind, id, action }) => `${action} ${kind} ${id}`)).toEqual([
        "create song s0",
        "create performance p"
      ])
      const result = yield* library.backups.restore("b1", { kinds: ["performance"] })
      expect(result).toMatchObject({ songsRestored: 1, performancesRestored: 1, preferencesRestored: 0 })
      expect(yield* failure(library.songs.read("s1"))).toBe("EntityNotFound")
      expect((yield* library.preferences.current).theme).toBe("light")
      yield* library.backups.restore("b1", { kinds: ["preferences"], mode: "exact" })
      expect((yield* library.preferences.current).theme).toBe("dark")
      expect(yield* library.songs.count).toBe(3)
    })
  )

  it.scoped("refuses what the backup does not have, and changes nothing", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.update(song("s1", { name: "today" }))
      const only = ["s1", "unknown"].map((id) => ({ kind: "song", id }) as const)
      expect(yield* failure(library.backups.restore("b1", { only }))).toBe("EntityNotFound")
      expect(yield* failure(library.backups.restore("b2"))).toBe("BackupNotFound")
      expect((yield* library.songs.read("s1")).name).toBe("today")
      expect((yield* library.backups.list()).length).toBe(1)
    })
  )
})

describe("every restore", () => {
  it.scoped("is planned first, and the plan writes nothing", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      const head = yield* library.log.head
      const plan = yield* library.backups.plan("b1", { mode: "exact" })
      expect(plan).toMatchObject({
        mode: "exact",
        conflicts: 0,
        counts: { create: 1, update: 0, delete: 0, unchanged: 5 }
      })
      expect(plan.items).toMatchObject([{ kind: "song", id: "s0", name: "Song s0", action: "create" }])
      expect(yield* library.log.head).toEqual(head)
      expect(yield* library.songs.count).toBe(3)
    })
  )

  it.scoped("takes a safety backup, from which it can be taken back", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.update(song("s1", { name: "today" }))
      const before = everything(library)
      const { safetyBackupId = "" } = yield* library.backups.restore("b1", { mode: "exact" })
      const safety = yield* library.backups.find(safetyBackupId)
      expect(safety).toMatchObject({ number: 2, trigger: "safety", description: "before restoring b1" })
      yield* library.backups.restore(safetyBackupId, { mode: "exact" })
      expect(everything(library)).toEqual(before)
    })
  )

  it.scoped("does not move what latest means: restoring latest twice restores the same", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      yield* library.backups.restore("latest", { mode: "exact" })
      expect(yield* library.backups.restore("latest", { mode: "exact" })).toMatchObject({
        songsRestored: 0
      })
      expect(yield* library.songs.count).toBe(4)
    })
  )

  it.scoped("is events in the log, of who asked for it", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      yield* library.songs.delete("s0")
      const { position } = yield* library.log.head
      const { backupId, safetyBackupId } = yield* library.backups.restore("b1")
      expect(yield* history(library, position)).toEqual([
        `@${position + 1} BackupTaken ${safetyBackupId} v1 ada@studio`,
        `@${position + 2} SongCreated s0 v3 ada@studio`,
        `@${position + 3} BackupRestored ${backupId} v2 ada@studio`
      ])
    })
  )

  it.scoped("leaves saving, backing up and restoring working, again and again", () =>
    Effect.gen(function* () {
      const library = yield* backedUp
      const first = everything(library)
      yield* library.songs.update(song("s1", { name: "edited" }))
      yield* library.songs.delete("s2")
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(everything(library)).toEqual(first)
      yield* TestClock.adjust(day)
      yield* library.songs.update(song("s1", { name: "saved after the restore" }))
      sqlite(library.path, `INSERT INTO ${appSong("app", "the app goes on too")}`)
      const second = everything(library)
      const again = yield* library.backups.take()
      expect(again).toMatchObject({ songs: 5, changed: 3 })
      yield* TestClock.adjust(hour)
      sqlite(library.path, "DELETE FROM song_data")
      yield* library.backups.restore(again.backupId, { mode: "exact" })
      expect(everything(library)).toEqual(second)
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(everything(library)).toEqual(first)
      yield* sound(library)
    })
  )
})
