import { describe, expect, it } from "@effect/vitest"
import { type SongInput, WhiteRoomError } from "@white-room/core"
import { openLibrary } from "@white-room/store"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { AutoSave, type AutoSaveEvent, type AutoSaveOptions } from "../src/index.js"
import { diskFull, revisionOf, shortly, song, withSaves } from "./support/saves.js"
import { freshLibrary } from "./support/worlds.js"

/** A library, what was tried to be saved, what became of it, and an auto-save that ends when told. */
const world = (options: AutoSaveOptions = {}) =>
  Effect.gen(function* () {
    const opened = yield* freshLibrary
    const tries: Array<SongInput> = []
    const events: Array<AutoSaveEvent> = []
    const state = { broken: false, seconds: 0 }
    const library = withSaves(opened, (tried) =>
      Effect.gen(function* () {
        tries.push(tried)
        yield* Effect.sleep(state.seconds * 1000)
        if (state.broken) yield* diskFull(opened)
      })
    )
    const scope = yield* Scope.make()
    const onEvent = (event: AutoSaveEvent) => Effect.sync(() => void events.push(event))
    const autoSave = yield* Scope.extend(AutoSave.make(library, { onEvent, ...options }), scope)
    const saved = (id: string) =>
      Effect.map(Effect.option(opened.songs.read(id)), (found) =>
        found._tag === "Some" ? revisionOf(found.value) : undefined
      )
    const told = () => events.map(shortly)
    return {
      library,
      opened,
      autoSave,
      state,
      tries,
      events,
      told,
      saved,
      close: Scope.close(scope, Exit.void)
    }
  })

describe("a marked song", () => {
  it.scoped("is saved 2 seconds later, as it is then", () =>
    Effect.gen(function* () {
      const { autoSave, saved, told } = yield* world()
      let revision = 1
      yield* autoSave.markDirty("s1", () => song("s1", revision))
      yield* TestClock.adjust("1999 millis")
      expect(yield* saved("s1")).toBeUndefined()
      expect(yield* autoSave.pending).toEqual(["s1"])
      revision = 2
      yield* TestClock.adjust("1 millis")
      expect(yield* saved("s1")).toBe(2)
      expect(yield* autoSave.pending).toEqual([])
      expect(told()).toEqual(["saved s1"])
    })
  )

  it.scoped("is saved every 2 seconds while changes go on without a pause", () =>
    Effect.gen(function* () {
      const { autoSave, saved, tries } = yield* world()
      for (let revision = 1; revision <= 100; revision++) {
        yield* autoSave.markDirty("s1", () => song("s1", revision))
        yield* TestClock.adjust("100 millis")
        const newest = (yield* saved("s1")) ?? 0
        expect(revision - newest).toBeLessThanOrEqual(20)
      }
      expect(tries).toHaveLength(5)
    })
  )

  it.scoped("is saved beside others, each when its time has come", () =>
    Effect.gen(function* () {
      const { autoSave, told } = yield* world({ debounce: "5 seconds" })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("1 seconds")
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      yield* TestClock.adjust("4 seconds")
      expect(told()).toEqual(["saved s1"])
      yield* TestClock.adjust("1 seconds")
      expect(told()).toEqual(["saved s1", "saved s2"])
    })
  )

  it.scoped("is not touched when it is discarded, and is saved when it is marked again", () =>
    Effect.gen(function* () {
      const { autoSave, saved, told } = yield* world()
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      expect(yield* autoSave.discardPending("s1")).toEqual(["s1"])
      yield* TestClock.adjust("1 hour")
      expect(told()).toEqual(["saved s2"])
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      yield* TestClock.adjust("2 seconds")
      expect(yield* saved("s1")).toBe(2)
      yield* autoSave.markDirty("s1", () => song("s1", 3))
      yield* autoSave.markDirty("s2", () => song("s2", 3))
      expect(yield* autoSave.discardPending()).toEqual(["s1", "s2"])
      expect(yield* autoSave.pending).toEqual([])
    })
  )

  it.scoped("is saved at once by saveNow, which saves nothing twice", () =>
    Effect.gen(function* () {
      const { autoSave, saved, tries } = yield* world()
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      yield* autoSave.saveNow("s1")
      expect([yield* saved("s1"), yield* saved("s2")]).toEqual([1, undefined])
      yield* autoSave.saveNow()
      yield* autoSave.saveNow()
      yield* TestClock.adjust("1 hour")
      expect(tries).toHaveLength(2)
    })
  )

  it.scoped("is saved when the scope ends; marks after that are a bug that shows", () =>
    Effect.gen(function* () {
      const { autoSave, saved, close } = yield* world()
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      yield* close
      expect([yield* saved("s1"), yield* saved("s2")]).toEqual([1, 1])
      expect(Exit.isFailure(yield* Effect.exit(autoSave.markDirty("s1", () => song("s1", 2))))).toBe(true)
    })
  )
})

describe("saving that is slower than editing", () => {
  it.scoped("never saves a song twice at once, and keeps only its newest state", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state, tries } = yield* world()
      state.seconds = 10
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      for (let revision = 2; revision <= 1000; revision++)
        yield* autoSave.markDirty("s1", () => song("s1", revision))
      yield* TestClock.adjust("9 seconds")
      expect(tries.map(revisionOf)).toEqual([1])
      yield* TestClock.adjust("1 seconds")
      expect(tries.map(revisionOf)).toEqual([1, 1000])
      yield* TestClock.adjust("10 seconds")
      expect(yield* saved("s1")).toBe(1000)
    })
  )

  it.scoped("saveNow waits for the save that runs and saves what came after it", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state } = yield* world()
      state.seconds = 10
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      const saving = yield* Effect.fork(autoSave.saveNow())
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.join(saving)
      expect(yield* saved("s1")).toBe(2)
    })
  )

  it.scoped("what was changed while saveNow ran is saved in its own time", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state } = yield* world()
      state.seconds = 10
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      const saving = yield* Effect.fork(autoSave.saveNow())
      yield* TestClock.adjust("1 seconds")
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      yield* TestClock.adjust("9 seconds")
      yield* Fiber.join(saving)
      yield* TestClock.adjust("10 seconds")
      expect(yield* saved("s1")).toBe(2)
    })
  )

  it.scoped("a save that was discarded while it ran is not repeated when it fails", () =>
    Effect.gen(function* () {
      const { autoSave, state, tries, told } = yield* world()
      state.seconds = 10
      state.broken = true
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      yield* autoSave.discardPending()
      yield* TestClock.adjust("1 hour")
      expect(tries).toHaveLength(1)
      expect(told()).toEqual([])
    })
  )

  it.scoped("closing waits for the save that runs, then saves the rest", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state, close } = yield* world()
      state.seconds = 10
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      const closing = yield* Effect.fork(close)
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.join(closing)
      expect(yield* saved("s1")).toBe(2)
    })
  )
})

describe("a save that fails", () => {
  it.scoped("is told and repeated ever more slowly, at least every interval, until it succeeds", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state, events, told } = yield* world()
      state.broken = true
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("1 hour")
      const times = events.flatMap((event) =>
        event._tag === "Failed" ? [event.retryAt?.getTime() ?? 0] : []
      )
      const waits = times.map((time, index) => (time - (times[index - 1] ?? time)) / 1000)
      expect(waits.slice(1, 10)).toEqual([4, 8, 16, 32, 64, 128, 256, 300, 300])
      expect(events[0]).toMatchObject({ _tag: "Failed", attempt: 1, error: { _tag: "DiskFull" } })
      expect(yield* autoSave.pending).toEqual(["s1"])
      state.broken = false
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      yield* TestClock.adjust("5 minutes")
      expect(told().at(-1)).toBe("saved s1")
      expect(yield* saved("s1")).toBe(2)
    })
  )

  it.scoped("is the failure of saveNow, which tries the others all the same and drops nothing", () =>
    Effect.gen(function* () {
      const { autoSave, saved, state, told } = yield* world()
      yield* autoSave.markDirty("s1", () => song("another", 1))
      yield* autoSave.markDirty("s2", () => {
        throw new Error("the editor is gone")
      })
      yield* autoSave.markDirty("s3", () => song("s3", 1))
      const error = yield* Effect.flip(autoSave.saveNow())
      expect(Schema.is(WhiteRoomError)(error)).toBe(true)
      expect(error).toMatchObject({ _tag: "InvalidInput", field: "auto-save of song s1" })
      expect(told()).toEqual(["failed s1 (1)", "failed s2 (1)", "saved s3"])
      expect([yield* saved("another"), yield* autoSave.pending]).toEqual([undefined, ["s1", "s2"]])
      state.broken = true
      yield* autoSave.markDirty("s2", () => song("s2", 2))
      expect(yield* Effect.flip(autoSave.saveNow("s2"))).toMatchObject({ _tag: "DiskFull" })
      state.broken = false
      yield* autoSave.saveNow("s2")
      expect(yield* saved("s2")).toBe(2)
    })
  )

  it.scoped("does not hold up other songs", () =>
    Effect.gen(function* () {
      const { autoSave, told } = yield* world()
      yield* autoSave.markDirty("s1", () => song("another", 1))
      yield* TestClock.adjust("1 minute")
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      yield* TestClock.adjust("2 seconds")
      expect(told().at(-1)).toBe("saved s2")
    })
  )

  it.scoped("may be a bug: it is told too, and nothing is dropped", () =>
    Effect.gen(function* () {
      const opened = yield* freshLibrary
      const bug = { broken: true }
      const library = withSaves(opened, () => (bug.broken ? Effect.dieMessage("a bug") : Effect.void))
      const events: Array<AutoSaveEvent> = []
      const onEvent = (event: AutoSaveEvent) =>
        Effect.sync(() => {
          events.push(event)
          throw new Error("a listener's bug")
        })
      const autoSave = yield* AutoSave.make(library, { onEvent })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      expect(events).toMatchObject([{ _tag: "Failed", id: "s1", error: { message: "a bug" } }])
      bug.broken = false
      yield* TestClock.adjust("2 seconds")
      expect(revisionOf(yield* opened.songs.read("s1"))).toBe(1)
    })
  )
})

describe("the user's preferences", () => {
  it.scoped("switch auto-save off, for the end of the scope too, and on again", () =>
    Effect.gen(function* () {
      const { autoSave, library, saved, tries, close } = yield* world()
      yield* library.preferences.upsert({ autoSaveEnabled: false })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("1 hour")
      expect(tries).toEqual([])
      yield* autoSave.saveNow()
      expect(yield* saved("s1")).toBe(1)
      yield* autoSave.markDirty("s1", () => song("s1", 2))
      yield* TestClock.adjust("1 hour")
      yield* library.preferences.upsert({ autoSaveEnabled: true })
      yield* autoSave.markDirty("s1", () => song("s1", 3))
      yield* TestClock.adjust("2 seconds")
      expect(yield* saved("s1")).toBe(3)
      yield* library.preferences.upsert({ autoSaveEnabled: false })
      yield* autoSave.markDirty("s1", () => song("s1", 4))
      yield* close
      expect(yield* saved("s1")).toBe(3)
    })
  )

  it.scoped("switched on again, what waits is saved within the interval, without another change", () =>
    Effect.gen(function* () {
      const { autoSave, library, saved } = yield* world()
      yield* library.preferences.upsert({ autoSaveEnabled: false, autoSaveInterval: 60 })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("10 minutes")
      yield* library.preferences.upsert({ autoSaveEnabled: true })
      yield* TestClock.adjust("60 seconds")
      expect(yield* saved("s1")).toBe(1)
    })
  )

  it.scoped("say how long a failing save waits at most; what makes no sense does not make it spin", () =>
    Effect.gen(function* () {
      const { autoSave, library, state, tries } = yield* world()
      state.broken = true
      yield* library.preferences.upsert({ autoSaveInterval: 60 })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("1 hour")
      const before = tries.length
      yield* TestClock.adjust("10 minutes")
      expect(tries.length - before).toBe(10)
      yield* library.preferences.upsert({ autoSaveInterval: 0 })
      yield* TestClock.adjust("2 minutes")
      expect(tries.length - before).toBeLessThanOrEqual(10 + 121)
    })
  )
})

describe("for a user interface", () => {
  it.scoped("the events come as a stream too", () =>
    Effect.gen(function* () {
      const { autoSave } = yield* world()
      const seen = yield* Effect.fork(Stream.runCollect(Stream.take(autoSave.events, 2)))
      yield* Effect.yieldNow()
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* TestClock.adjust("2 seconds")
      yield* autoSave.markDirty("s2", () => song("s2", 1))
      yield* TestClock.adjust("2 seconds")
      expect(Chunk.toReadonlyArray(yield* Fiber.join(seen)).map(shortly)).toEqual(["saved s1", "saved s2"])
    })
  )

  it.scoped("the last auto-saves of a song are listed, and any of them can be restored", () =>
    Effect.gen(function* () {
      const { autoSave, opened, saved } = yield* world()
      yield* opened.songs.upsert(song("s1", 0))
      for (const revision of [1, 2, 3, 4]) {
        yield* autoSave.markDirty("s1", () => song("s1", revision))
        yield* TestClock.adjust("1 minute")
      }
      yield* opened.songs.upsert(song("s1", 5))
      const versions = yield* autoSave.versions("s1", 3)
      expect(versions.map(({ version, actor }) => `${version} ${actor}`)).toEqual([
        "5 auto-save",
        "4 auto-save",
        "3 auto-save"
      ])
      expect(yield* autoSave.versions("s1")).toHaveLength(4)
      const wanted = versions[2]?.position ?? 0
      yield* opened.backups.restore(`@${wanted}`, { only: [{ kind: "song", id: "s1" }] })
      expect(yield* saved("s1")).toBe(2)
    })
  )

  it.scoped("a save goes over what another process wrote, and both stay in the history", () =>
    Effect.gen(function* () {
      const { autoSave, opened, saved } = yield* world()
      const other = yield* openLibrary(opened.path, { actor: "eve@studio" })
      yield* autoSave.markDirty("s1", () => song("s1", 1))
      yield* other.songs.upsert(song("s1", 9))
      yield* TestClock.adjust("2 seconds")
      expect(yield* saved("s1")).toBe(1)
      const actors = (yield* opened.history.versions({ kind: "song", id: "s1" })).map(({ actor }) => actor)
      expect(actors).toEqual(["eve@studio", "auto-save"])
    })
  )
})
