/** Several entities changed as one: at the versions that were seen, all or none, once. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dump, failure, freshLibrary, song } from "../support/libraries.js"

const performance = { id: "p1", name: "Live", songId: "s1", duration: 3, performanceDataJSON: "[]" }

describe("a change of several entities", () => {
  it.scoped("is all of it, or nothing, at the versions that were seen", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const receipt = yield* library.log.change([
        { kind: "song", entity: song("s1", { name: "Night Drive" }), expected: "NoEntity" },
        { kind: "performance", entity: performance, expected: "NoEntity" },
        { kind: "preferences", entity: { theme: "dark" } }
      ])
      expect(receipt).toMatchObject({ first: 1, last: 3, events: 3, repeated: false })
      const before = dump(library)
      const late = library.log.change([
        { kind: "performance", entity: { ...performance, name: "Encore" }, expected: 1 },
        { kind: "song", entity: song("s1", { name: "Day Drive" }), expected: 7 }
      ])
      expect(yield* failure(late)).toBe("VersionConflict")
      const missing = library.log.change([
        { kind: "song", entity: song("s1", { name: "Day Drive" }), expected: 1 },
        { kind: "song", id: "none", entity: null }
      ])
      expect(yield* failure(missing)).toBe("EntityNotFound")
      expect(dump(library)).toBe(before)
      const both = yield* library.log.change([
        { kind: "song", entity: song("s1", { name: "Day Drive" }), expected: 1 },
        { kind: "performance", id: "p1", entity: null, expected: 1 }
      ])
      expect(both.events).toBe(2)
      expect((yield* library.songs.read("s1")).name).toBe("Day Drive")
      expect(yield* library.performances.count).toBe(0)
      expect((yield* library.preferences.current).theme).toBe("dark")
    })
  )

  it.scoped("names an entity once", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const twice = library.log.change([
        { kind: "preferences", entity: { theme: "dark" } },
        { kind: "preferences", id: "default", entity: null }
      ])
      expect(yield* failure(twice)).toBe("InvalidInput")
      expect((yield* library.log.head).position).toBe(0)
    })
  )

  it.scoped("is done once by its command, whatever happened since", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const wish = [{ kind: "song", entity: song("s1"), expected: "NoEntity" }] as const
      const first = yield* library.log.change(wish, { commandId: "c1", actor: "web" })
      yield* library.songs.delete("s1")
      const again = yield* library.log.change(wish, { commandId: "c1", actor: "web" })
      expect(again).toEqual({ ...first, repeated: true })
      expect(yield* library.songs.count).toBe(0)
      const other = library.log.change([{ kind: "song", entity: song("s2") }], { commandId: "c1" })
      expect(yield* failure(other)).toBe("CommandReused")
      expect((yield* library.log.read({ limit: 1 }))[0]?.actor).toBe("web")
    })
  )
})
