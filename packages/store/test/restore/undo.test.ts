import { describe, expect, it } from "@effect/vitest"
import type { WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Library } from "../../src/index.js"
import { dump, failure, freshLibrary, performance, song, songs, sqlite } from "../support/libraries.js"

const filled = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.imports.entities({
    source: "a folder",
    songs: songs(4),
    performances: [performance("p", "s0")]
  })
  yield* library.backups.take({ description: "first" })
  return library
})

const sound = (library: Library) => Effect.map(library.upkeep.check({ level: "full" }), ({ ok }) => ok)

describe("undo", () => {
  it.scoped("takes back a restore, and the undo itself", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(song("s1", { name: "Edited" }))
      yield* library.songs.delete("s2")
      const edited = dump(library)
      yield* library.backups.restore("b1", { mode: "exact" })
      const restored = dump(library)
      const { operation, plan } = yield* library.history.undo()
      expect(operation).toMatchObject({ what: "restore", description: "restore of b1" })
      expect(plan).toMatchObject({ update: 1, delete: 1, keep: 0 })
      expect(dump(library)).toBe(edited)
      const [newest] = yield* library.history.operations()
      const redone = yield* library.history.undo({ command: newest?.command ?? 0 })
      expect(redone.operation.description).toBe("undo of restore of b1")
      expect(dump(library)).toBe(restored)
      expect(yield* sound(library)).toBe(true)
    })
  )

  it.scoped("keeps later edits, and replaces them only when told to", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(song("s1", { name: "Bad" }))
      yield* library.songs.update(song("s2", { name: "Bad" }))
      yield* library.backups.restore("b1", { mode: "exact" })
      yield* library.songs.update(song("s1", { name: "Good again" }))
      const kept = yield* library.history.undo()
      expect(kept).toMatchObject({ conflicts: 1, plan: { update: 1, keep: 1 } })
      expect((yield* library.songs.read("s1")).name).toBe("Good again")
      expect((yield* library.songs.read("s2")).name).toBe("Bad")
      const [newest] = yield* library.history.operations()
      yield* library.history.undo({ command: newest?.command ?? 0 })
      yield* library.history.undo({ command: kept.operation.command, onConflict: "replace" })
      expect((yield* library.songs.read("s1")).name).toBe("Bad")
    })
  )

  const deletesLater: ReadonlyArray<
    readonly [string, (library: Library) => Effect.Effect<void, WhiteRoomError>]
  > = [
    ["an app", ({ path }) => Effect.sync(() => sqlite(path, "DELETE FROM song_data WHERE id = 's1'"))],
    ["we", ({ songs }) => songs.delete("s1")]
  ]

  it.scoped.each(deletesLater)("keeps a song deleted that %s deleted later", ([, deletes]) =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(song("s1", { name: "Before" }))
      yield* library.songs.update(song("s2", { name: "Before" }))
      yield* library.backups.restore("b1", { mode: "exact" })
      const [restore] = yield* library.history.operations(1)
      const command = restore?.command ?? 0
      yield* deletes(library)
      for (const onConflict of ["keep", "combine"] as const) {
        const { plan } = yield* library.history.planUndo({ command, onConflict })
        expect(plan.items.find(({ id }) => id === "s1")).toMatchObject({
          name: "Before",
          action: "keep",
          conflict: true
        })
      }
      const kept = yield* library.history.undo({ command })
      expect(kept).toMatchObject({ conflicts: 1, errors: [], plan: { create: 0, update: 1, keep: 1 } })
      expect(yield* failure(library.songs.read("s1"))).toBe("EntityNotFound")
      expect((yield* library.songs.read("s2")).name).toBe("Before")
      expect(yield* sound(library)).toBe(true)
    })
  )

  it.scoped("brings back a song that was deleted later when told to", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(song("s1", { name: "Before" }))
      yield* library.backups.restore("b1", { mode: "exact" })
      sqlite(library.path, "DELETE FROM song_data WHERE id = 's1'")
      const { plan } = yield* library.history.undo({ onConflict: "replace" })
      expect(plan).toMatchObject({ create: 1, keep: 0 })
      expect((yield* library.songs.read("s1")).name).toBe("Before")
    })
  )

  it.scoped("takes back a deletion, an import and a forget", () =>
    Effect.gen(function* () {
      const library = yield* filled
      const before = dump(library)
      yield* library.songs.delete("s3")
      expect((yield* library.history.undo()).operation).toMatchObject({
        what: "delete",
        description: "delete song Song s3"
      })
      expect(dump(library)).toBe(before)
      yield* library.imports.entities({
        source: "another folder",
        songs: [song("new"), song("s1", { name: "Other" })]
      })
      expect((yield* library.history.undo()).operation.description).toBe("import of another folder")
      expect(dump(library)).toBe(before)
      yield* library.backups.take()
      yield* library.backups.forget(["b1"])
      expect(yield* library.backups.list()).toHaveLength(1)
      expect((yield* library.history.undo()).operation.what).toBe("forget")
      expect(yield* library.backups.list()).toHaveLength(2)
      expect(yield* sound(library)).toBe(true)
    })
  )

  it.scoped("lists what can be taken back, newest first, without what was", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.delete("s0")
      yield* library.songs.delete("s1")
      sqlite(library.path, "DELETE FROM song_data WHERE id = 's2'")
      yield* library.log.capture
      const [first, second] = yield* library.history.operations()
      expect([first?.description, second?.description]).toEqual([
        "delete song Song s1",
        "delete song Song s0"
      ])
      yield* library.history.undo({ command: second?.command ?? 0 })
      const now = yield* library.history.operations()
      expect(now.map(({ description }) => description)).toEqual([
        "undo of delete song Song s0",
        "delete song Song s1",
        "import of a folder"
      ])
      expect(yield* library.songs.count).toBe(2)
    })
  )

  it.scoped("says when there is nothing to take back", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("s"))
      expect(yield* failure(library.history.undo())).toBe("InvalidInput")
      expect(yield* failure(library.history.undo({ command: 99 }))).toBe("InvalidInput")
    })
  )

  it.scoped("shows its plan first and changes nothing by that", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.delete("s0")
      const before = dump(library)
      const { plan } = yield* library.history.planUndo()
      expect(plan.counts).toMatchObject({ create: 1, delete: 0 })
      expect(dump(library)).toBe(before)
    })
  )
})

describe("an open app that saves its old copy back", () => {
  it.scoped("is noticed after a restore, until the song is restored again", () =>
    Effect.gen(function* () {
      const library = yield* filled
      sqlite(library.path, "UPDATE song_data SET name = 'Ruined' WHERE id = 's1'")
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(yield* library.history.staleReturns).toBeUndefined()
      sqlite(library.path, "UPDATE song_data SET name = 'Ruined' WHERE id = 's1'")
      yield* library.log.capture
      expect(yield* library.history.staleReturns).toEqual({
        source: "b1",
        entities: [{ kind: "song", id: "s1", name: "Ruined" }]
      })
      yield* library.backups.restore("b1", { only: [{ kind: "song", id: "s1" }] })
      expect(yield* library.history.staleReturns).toBeUndefined()
    })
  )

  it.scoped("is not suspected when it makes a new edit", () =>
    Effect.gen(function* () {
      const library = yield* filled
      yield* library.songs.update(song("s1", { name: "Ruined" }))
      yield* library.backups.restore("b1", { mode: "exact" })
      sqlite(library.path, "UPDATE song_data SET name = 'A new idea' WHERE id = 's1'")
      yield* library.log.capture
      expect(yield* library.history.staleReturns).toBeUndefined()
    })
  )
})
