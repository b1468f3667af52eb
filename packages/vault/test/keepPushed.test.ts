import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { addVault, checkVault, keepPushed, type PushEvent, vaultAt, vaultRecords } from "../src/index.js"
import { newLibrary, song, temporaryFolder } from "./support/library.js"

/** Lets time pass until something is so: pushes work with files, which the clock of tests does not wait for. */
const until = (done: () => boolean) =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 3000 && !done(); turn++) {
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      yield* TestClock.adjust("10 seconds")
    }
  })

describe("what keeps a library pushed", () => {
  it.scoped("sends each change once, and asks a place nothing while there is none", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const folder = yield* temporaryFolder
      yield* addVault(library, "usb", folder)
      const events: Array<PushEvent> = []
      const onEvent = (event: PushEvent) => Effect.sync(() => void events.push(event))
      const fiber = yield* Effect.fork(keepPushed(library.path, { onEvent }))
      yield* library.songs.create(song("a"))
      yield* until(() => events.length === 1)
      expect(events).toMatchObject([{ _tag: "Pushed", vault: "usb", report: { events: 1 } }])
      yield* library.songs.create(song("b"))
      yield* until(() => events.length === 2)
      expect(events.map((event) => event._tag)).toEqual(["Pushed", "Pushed"])
      yield* Fiber.interrupt(fiber)
      const check = yield* checkVault(yield* vaultAt(folder), { level: "full" })
      expect(check).toMatchObject({ ok: true, segments: 2 })
    })
  )

  it.scoped("sends nothing to a vault that is held off, and everything when it no longer is", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* addVault(library, "usb", yield* temporaryFolder)
      yield* addVault(library, "school", yield* temporaryFolder)
      yield* library.songs.create(song("a"))
      let held = "school"
      let asked = 0
      const pushed: Array<string> = []
      const onEvent = (event: PushEvent) =>
        Effect.sync(() => void pushed.push(`${event._tag} ${event.vault}`))
      const isHeldOff = (_: unknown, { name }: { readonly name: string }) =>
        Effect.sync(() => {
          asked++
          return name === held
        })
      const fiber = yield* Effect.fork(keepPushed(library.path, { onEvent, isHeldOff }))
      yield* until(() => pushed.length > 0 && asked > 5)
      expect(pushed).toEqual(["Pushed usb"])
      held = ""
      yield* until(() => pushed.length > 1)
      yield* Fiber.interrupt(fiber)
      expect(pushed).toEqual(["Pushed usb", "Pushed school"])
    })
  )

  it.scoped("says once that a place is away, and makes up for it when it is back", () =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      const folder = yield* temporaryFolder
      const disk = path.join(folder, "disk")
      fs.mkdirSync(disk)
      yield* addVault(library, "usb", disk)
      yield* library.songs.create(song("a"))
      fs.renameSync(disk, `${disk}-away`)
      const events: Array<PushEvent> = []
      const onEvent = (event: PushEvent) => Effect.sync(() => void events.push(event))
      const fiber = yield* Effect.fork(keepPushed(library.path, { onEvent }))
      yield* until(() => events.length > 0)
      // Other tries fail in the same way, and are not told.
      yield* TestClock.adjust("10 minutes")
      yield* until(() => events.length > 1).pipe(Effect.timeoutOption("20 minutes"))
      expect(events).toMatchObject([{ _tag: "Trouble", vault: "usb", error: { _tag: "PlaceUnreachable" } }])
      fs.renameSync(`${disk}-away`, disk)
      yield* until(() => events.length === 2)
      expect(events[1]).toMatchObject({ _tag: "Pushed", vault: "usb", report: { events: 1 } })
      expect((yield* vaultRecords(library).all)[0]?.pushed.position).toBe(1)
      yield* Fiber.interrupt(fiber)
    })
  )
})
