import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { rotatingPart } from "../src/drill/restoreDrill.js"
import { edit, folderIn, freshLibrary, look, shortly, withProfile } from "./support/worlds.js"

const drills = (library: Library) =>
  Effect.map(library.schedule.runs({ activity: "drill" }), (runs) =>
    runs.map(({ place, outcome, detail }) => ({ place: place === "" ? "here" : "stick", outcome, detail }))
  )

const drilled = { when: ["every hour"], drill: { when: ["every 2 hours"], sample: 2 } }

/** A library with some songs, backed up here and into a folder, and drilled in both places. */
const lived = Effect.gen(function* () {
  const library = yield* freshLibrary
  const stick = folderIn(library, "stick")
  for (const id of ["a", "b", "c", "d", "e"]) yield* edit(library, `first of ${id}`.repeat(200), id)
  yield* withProfile(library, { ...drilled, places: [stick] })
  return { library, stick, reports: yield* look(library) }
})

describe("a restore drill", () => {
  it.scoped("proves every place, part by part", () =>
    Effect.gen(function* () {
      const { library, reports } = yield* lived
      expect(shortly(reports)).toEqual([
        "daily backup done",
        "daily copy done",
        "daily drill done",
        "daily drill done"
      ])
      expect(yield* drills(library)).toMatchObject([
        { place: "stick", detail: "b1: 2 of 5 came back, every byte" },
        { place: "here", detail: "b1: 2 of 5 came back, every byte" }
      ])
      expect(yield* look(library)).toEqual([])
    })
  )

  it.scoped("fails when a place gives back something else, and names it", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived
      for (const name of readdirSync(stick)) {
        const file = join(stick, name)
        const bytes = readFileSync(file)
        const at = Math.floor(bytes.length / 3)
        bytes[at] = (bytes[at] ?? 0) ^ 1
        writeFileSync(file, bytes)
      }
      yield* TestClock.adjust("2 hours")
      yield* look(library)
      const [newest, own] = yield* drills(library)
      expect(newest).toMatchObject({ place: "stick", outcome: "failed" })
      expect(own).toMatchObject({ place: "here", outcome: "done" })
    })
  )

  it.scoped("is put off while the folder is away, and held when it returns", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived
      renameSync(stick, `${stick}-away`)
      yield* TestClock.adjust("3 hours")
      yield* look(library)
      expect((yield* drills(library)).filter(({ place }) => place === "stick")).toHaveLength(1)
      renameSync(`${stick}-away`, stick)
      yield* TestClock.adjust("10 minutes")
      yield* look(library)
      expect((yield* drills(library))[0]).toMatchObject({ place: "stick", outcome: "done" })
    })
  )

  it.scoped("is inconclusive without anything to restore, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* withProfile(library, drilled)
      yield* look(library)
      expect(yield* drills(library)).toMatchObject([{ outcome: "inconclusive" }])
      expect(readdirSync(join(library.path, "..")).filter((name) => name.includes("drill"))).toEqual([])
    })
  )
})

it("the parts of a rotation hold everything in turn, and each of its size", () => {
  for (const [count, size] of [
    [5, 2],
    [6, 3],
    [7, 5],
    [3, 10]
  ] as const) {
    const all = Array.from({ length: count }, (_, n) => n)
    const seen = new Set<number>()
    for (let turn = 0; turn * size < count + size; turn++) {
      const part = rotatingPart(all, size, turn)
      expect(new Set(part).size).toBe(Math.min(size, count))
      for (const item of part) seen.add(item)
    }
    expect(seen.size).toBe(count)
  }
})
