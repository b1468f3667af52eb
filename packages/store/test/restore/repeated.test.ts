import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dump, failure, freshLibrary, song, songs } from "../support/libraries.js"

const ruined = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.imports.entities({ source: "a folder", songs: songs(3) })
  const { position } = yield* library.backups.take()
  yield* library.songs.update(song("s1", { name: "Bad" }))
  return { library, source: `@${position}`, only: [{ kind: "song", id: "s1" }] as const }
})

describe("a restore that can be asked for again", () => {
  it.scoped("is done once, and says what it did", () =>
    Effect.gen(function* () {
      const { library, source, only } = yield* ruined
      const wish = {
        only,
        asCopy: true,
        suffix: " (Tue)",
        commandId: "sent:one",
        actor: "mara@school for jonas"
      }
      const first = yield* library.backups.restore(source, wish)
      const after = dump(library)
      const again = yield* library.backups.restore(source, wish)
      expect(dump(library)).toBe(after)
      expect(again).toMatchObject({ repeated: true, songsRestored: 1, done: { create: 1 } })
      expect(again.safetyBackupId).toBe(first.safetyBackupId)
      const copy = (yield* library.songs.list()).find(({ name }) => name.endsWith(" (Tue)"))
      expect(copy).toBeDefined()
      const [operation] = yield* library.history.operations()
      expect(operation).toMatchObject({
        ...{ commandId: "sent:one", actor: "mara@school for jonas", what: "restore" }
      })
    })
  )

  it.scoped("may be undone, and is not done again by being asked for again", () =>
    Effect.gen(function* () {
      const { library, source, only } = yield* ruined
      const wish = { only, commandId: "sent:two" }
      yield* library.backups.restore(source, wish)
      yield* library.history.undo()
      expect((yield* library.songs.read("s1")).name).toBe("Bad")
      expect((yield* library.backups.restore(source, wish)).repeated).toBe(true)
      expect((yield* library.songs.read("s1")).name).toBe("Bad")
    })
  )

  it.scoped("is not another one by the same name", () =>
    Effect.gen(function* () {
      const { library, source, only } = yield* ruined
      yield* library.backups.restore(source, { only, commandId: "sent:three" })
      const other = library.backups.restore(source, { only, asCopy: true, commandId: "sent:three" })
      expect(yield* failure(other)).toBe("CommandReused")
    })
  )

  it.scoped("holds for plans that were kept, too", () =>
    Effect.gen(function* () {
      const { library, source, only } = yield* ruined
      const { saved } = yield* library.backups.plan(source, { only })
      yield* library.backups.apply(saved, { commandId: "sent:four" })
      const after = dump(library)
      const again = yield* library.backups.apply(saved, { commandId: "sent:four" })
      expect(again).toMatchObject({ repeated: true, done: { update: 1, create: 0 } })
      expect(dump(library)).toBe(after)
    })
  )

  it.scoped("also an undo: it is done once, and says again what it took back", () =>
    Effect.gen(function* () {
      const { library, source, only } = yield* ruined
      yield* library.backups.restore(source, { only })
      const [restore] = yield* library.history.operations(1)
      const wish = { command: restore?.command ?? 0, commandId: "undo:one", actor: "web" }
      const first = yield* library.history.undo(wish)
      expect(first).toMatchObject({ songsRestored: 1, operation: { command: restore?.command } })
      yield* library.songs.update(song("s1", { name: "Later" }))
      const after = dump(library)
      const again = yield* library.history.undo(wish)
      expect(again).toMatchObject({ repeated: true, songsRestored: 1, operation: first.operation })
      expect(dump(library)).toBe(after)
      expect(yield* failure(library.history.undo({ ...wish, onConflict: "replace" }))).toBe("CommandReused")
    })
  )
})
