/** The files that devices push one by one are merged by the server, since devices delete nothing there. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { genesis } from "@white-room/core"
import { createLibrary, openLibrary } from "@white-room/store"
import { checkVault, clone, listBlobs, makeVault, memoryBlobs, push, vaultRecords } from "@white-room/vault"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { layerSqlite } from "../src/control/Database.js"
import { discardedOf } from "../src/control/Discarded.js"
import { insertLibrary, libraryById } from "../src/control/Libraries.js"
import { tidyFiles } from "../src/replica/tidyFiles.js"
import { tidyLibrary } from "../src/start/tidyLibrary.js"
import { song } from "./support/pushed.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

const times = 18

describe("the files of a library of a device", () => {
  it.scoped("security 16: become few, and say the same; the device goes on", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
      const folder = yield* temporaryFolder
      const file = join(folder, "library.db")
      yield* createLibrary(file)
      const library = yield* openLibrary(file)
      const blobs = memoryBlobs()
      const vault = yield* makeVault(blobs)
      const line = "6d3c1f58-7f0c-4a44-8f3e-0f1d5c2b9a10"
      const pushed = { position: 0, chainHash: genesis }
      const entry = { name: "server", place: blobs.place, vaultId: vault.id, line, pushed, pushedAt: 0 }
      yield* vaultRecords(library).remember(entry)
      const send = Effect.gen(function* () {
        const [known = { ...entry, isOwnLine: true }] = yield* vaultRecords(library).all
        yield* push(library, vault, known)
      })
      for (let time = 1; time <= times; time++) {
        yield* library.songs.upsert(song("s1", `Version ${time}`))
        yield* send
      }
      const trash: Array<string> = []
      const shelf = {
        blobs: () => blobs,
        discard: (_: string, name: string) =>
          Effect.as(Effect.orDie(blobs.delete(name)), trash.push(name) > 0)
      }
      const bytes = Effect.map(listBlobs(blobs, ""), (all) => all.reduce((sum, each) => sum + each.bytes, 0))
      const count = Effect.map(listBlobs(blobs, ""), (all) => all.length)
      const before = yield* count
      const room = yield* bytes

      yield* TestClock.adjust("1 hour")
      const merged = yield* tidyFiles(shelf, "anna")
      // One of sixteen is new; those that it holds stay for a day.
      expect([merged.put.length, merged.discarded]).toEqual([1, []])
      expect(yield* bytes).toBe(room + merged.bytes)
      yield* TestClock.adjust("2 days")
      const tidied = yield* tidyFiles(shelf, "anna")
      expect([tidied.put, tidied.discarded.length]).toEqual([[], 16])
      expect(tidied.discarded).toEqual(trash)
      expect(yield* bytes).toBe(room + merged.bytes + tidied.bytes)
      expect(yield* count).toBe(before - 16 + 1)
      expect(yield* tidyFiles(shelf, "anna")).toEqual({ put: [], discarded: [], bytes: 0 })

      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
      expect(yield* clone(vault, join(folder, "copy.db"))).toMatchObject({ position: times, problems: [] })
      yield* library.songs.upsert(song("s1", "Later"))
      yield* send
      expect(yield* count).toBe(before - 16 + 2)
      expect(yield* checkVault(vault, { level: "full" })).toMatchObject({ ok: true })
    })
  )

  it.scoped("are counted, and what was replaced is remembered for the mirror", () =>
    Effect.gen(function* () {
      yield* insertLibrary("anna", "Anna", false, 1000)
      const told: Array<string> = []
      const tidy = (bytes: number, put: ReadonlyArray<string>, discarded: ReadonlyArray<string>) => ({
        replicas: {
          tidy: () => Effect.succeed({ put, discarded, bytes }),
          changed: (library: string) => void told.push(library)
        },
        mirror: { noticed: (_: string, name: string) => void told.push(name) }
      })
      yield* tidyLibrary(tidy(0, [], []), "anna")
      expect(told).toEqual([])
      yield* tidyLibrary(tidy(70, ["new"], []), "anna")
      yield* tidyLibrary(tidy(-50, [], ["old"]), "anna")
      expect(told).toEqual(["new", "anna", "anna"])
      expect((yield* libraryById("anna"))?.used).toBe(20)
      expect(yield* discardedOf("anna")).toMatchObject([{ name: "old", put_again: 0 }])
    }).pipe(Effect.provide(layerSqlite(":memory:")))
  )
})
