import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import { rotatingPart } from "../src/Drill.js"
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
        {
          place: "stick",
          detail: expect.stringMatching(
            /^b1: 2 of 5 came back, every byte; the next goes on after [0-9a-f]{16}$/
          )
        },
        {
          place: "here",
          detail: expect.stringMatching(
            /^b1: 2 of 5 came back, every byte; the next goes on after [0-9a-f]{16}$/
          )
        }
      ])
      expect(yield* look(library)).toEqual([])
    })
  )

  it.scoped("fails when a place gives back something else, and names it", () =>
    Effect.gen(function* () {
      const { library, stick } = yield* lived
      for (const name of readdirSync(stick, { recursive: true, encoding: "utf8" })) {
        const file = join(stick, name)
        if (!name.endsWith(".seg")) continue
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

describe("the rotation", () => {
  const stand = (id: string) => `stand of ${id}`

  it("gives each part its size, and each entity its turn, whatever comes and goes", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 7 }),
        FastCheck.array(FastCheck.tuple(FastCheck.nat(40), FastCheck.nat(40)), { maxLength: 12 }),
        (size, changes) => {
          const staying = Array.from({ length: 9 }, (_, n) => `staying ${n}`)
          const passing = new Set<string>()
          const ever = new Set(staying)
          const seen = new Set<string>()
          let after: string | undefined
          const turns = () => Math.ceil(ever.size / size) + 1
          for (let turn = 0; turn < Math.max(changes.length, turns()); turn++) {
            const [comes, goes] = changes[turn] ?? []
            if (comes !== undefined) ever.add(`passing ${comes}`) && passing.add(`passing ${comes}`)
            passing.delete(`passing ${goes}`)
            const all = [...passing, ...staying]
            const part = rotatingPart(all, size, after, stand)
            expect(new Set(part).size).toBe(Math.min(size, all.length))
            expect(all).toEqual(expect.arrayContaining([...part]))
            for (const id of part) seen.add(id)
            after = stand(part.at(-1) ?? "")
          }
          expect([...seen]).toEqual(expect.arrayContaining(staying))
        }
      ),
      { seed: 5 }
    )
  })

  it.scoped("goes on where the last drill ended, also after more runs than are looked at", () =>
    Effect.gen(function* () {
      const opened = yield* freshLibrary
      const drilledIds: Array<ReadonlyArray<string>> = []
      const library: Library = {
        ...opened,
        copies: {
          ...opened.copies,
          bundle: (source, target, options) => {
            drilledIds.push((options?.only ?? []).map(({ id }) => id))
            return opened.copies.bundle(source, target, options)
          }
        }
      }
      for (const id of ["a", "b", "c", "d", "e"]) yield* edit(library, id, id)
      yield* withProfile(library, { ...drilled, drill: { when: ["every 1 day"], sample: 2 } })
      yield* look(library)
      // Between two drills lie more backups than the newest thirty.
      for (let n = 0; n < 32; n++) {
        yield* TestClock.adjust("45 minutes")
        yield* look(library)
      }
      expect(drilledIds).toHaveLength(2)
      yield* edit(library, "new", "f")
      for (let n = 0; n < 3; n++) {
        yield* TestClock.adjust("1 day")
        yield* look(library)
      }
      const [first = [], second = []] = drilledIds
      expect(second.filter((id) => first.includes(id))).toEqual([])
      expect(new Set(drilledIds.flat())).toEqual(new Set(["a", "b", "c", "d", "e", "f"]))
    })
  )
})
