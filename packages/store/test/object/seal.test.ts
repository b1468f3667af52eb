/** What was packed in a hurry is packed again, a little with each backup; nothing is ever out of reach. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { sealLoose } from "../../src/backup/sealLoose.js"
import type { Library } from "../../src/index.js"
import { firstDense, firstLoose } from "../../src/object/Objects.js"
import { collect } from "../../src/retention/collect.js"
import {
  flipped,
  freshLibrary,
  inFrontOf,
  morning,
  sessionOn,
  song,
  sound,
  sqlite,
  tamper
} from "../support/libraries.js"

/** Text that compresses as documents do: words in an order of its own. */
const words = (seed: number, count: number): string => {
  let state = seed + 1
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 0x7fffffff
    return ["adagio", "allegro", "cresc", "dolce", "forte", "legato", "piano", "vivace"][state % 8]
  }).join(" ")
}

const numbers = (library: Library, from: number, until: number) =>
  sqlite(
    library.path,
    `SELECT number FROM block WHERE number >= ${from} AND number < ${until} ORDER BY number`
  )
    .split("\n")
    .filter((line) => line !== "")
const quick = (library: Library) => numbers(library, 1, firstDense)
const dense = (library: Library) => numbers(library, firstDense, firstLoose)
const loose = (library: Library) => numbers(library, firstLoose, Number.MAX_SAFE_INTEGER)
const storedBytes = (library: Library, from = 1) =>
  Number(sqlite(library.path, `SELECT sum(length(data)) FROM block WHERE number >= ${from}`))

/** Many small songs in quick blocks, and large edits that fill a block once they are sealed. */
const waiting = Effect.gen(function* () {
  const library = yield* freshLibrary
  const small = Array.from({ length: 2000 }, (_, index) =>
    song(`s${index}`, { songDataJSON: words(index, 50) })
  )
  yield* library.imports.entities({ source: "elsewhere", songs: small })
  for (let index = 0; index < 3; index++)
    yield* library.songs.update(song(`s${index}`, { songDataJSON: words(index, 16_000) }))
  return library
})

describe("packing again", () => {
  it.scoped("makes full blocks of what was loose, and dense ones of what was quick", () =>
    Effect.gen(function* () {
      const library = yield* waiting
      const rows = yield* library.songs.list()
      const [before, imported] = [storedBytes(library), quick(library)]
      expect(dense(library)).toEqual([])
      const { newBytes } = yield* library.backups.take()
      expect(loose(library)).toEqual([])
      // All but the small block of the empty library, which waits for more of its size.
      expect(imported.length).toBeGreaterThan(3)
      expect(dense(library)).toHaveLength(imported.length)
      expect(storedBytes(library, firstDense)).toBeLessThan(before)
      // What it sealed is new to the backup; what it packed more densely came before.
      expect(newBytes).toBeGreaterThan(0)
      expect(newBytes).toBeLessThan(storedBytes(library))
      yield* library.backups.restore("b1", { mode: "exact" })
      expect(yield* library.songs.list()).toEqual(rows)
      yield* sound(library)
    })
  )

  it.scoped("does nothing while what is loose does not fill a block", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.imports.entities({
        source: "elsewhere",
        songs: [song("a", { songDataJSON: words(1, 90_000) })]
      })
      yield* library.songs.update(song("a"))
      yield* library.backups.take()
      expect(dense(library)).toEqual([])
      expect(loose(library)).toHaveLength(1)
    })
  )

  it.scoped("can be cut short between any two transactions, and goes on later", () =>
    Effect.gen(function* () {
      const library = yield* waiting
      let cuts = 0
      for (let cut = true; cut; cuts++) {
        const session = yield* sessionOn(library)
        inFrontOf(session, cuts + 1, () => {
          throw new Error("the power is cut")
        })
        cut = Either.isLeft(Either.try(() => sealLoose(session, morning)))
        yield* sound(library)
        // More to seal, so that the next try has something to begin with.
        for (const id of ["s1", "s2"])
          yield* library.songs.update(song(id, { songDataJSON: `${id} ${words(cuts, 24_000)}` }))
      }
      expect(cuts).toBeGreaterThan(4)
      yield* library.backups.take()
      expect(loose(library)).toEqual([])
      expect((yield* library.songs.read("s1")).songDataJSON).toBe(`s1 ${words(cuts - 1, 24_000)}`)
      yield* sound(library)
    })
  )

  it.scoped("gives up a block that another process packs again meanwhile", () =>
    Effect.gen(function* () {
      for (const number of [2, 3]) {
        const library = yield* waiting
        const [session, other] = [yield* sessionOn(library), yield* sessionOn(library)]
        let removed = 0
        inFrontOf(session, number, () => {
          removed = collect(other, () => true, morning).objectsRemoved
        })
        sealLoose(session, morning)
        expect(removed).toBe(0)
        yield* sound(library)
        yield* library.backups.take()
        yield* sound(library)
      }
    })
  )

  it.scoped("leaves a damaged block as it is, for the check to name", () =>
    Effect.gen(function* () {
      const library = yield* waiting
      const [, number = ""] = quick(library)
      const data = flipped(library, "SELECT data FROM block WHERE number = ?", number)
      tamper(library, "UPDATE block SET data = ? WHERE number = ?", data, number)
      yield* library.backups.take()
      expect(dense(library).length).toBeGreaterThan(1)
      expect(quick(library)).toContain(number)
      const { damaged } = yield* library.upkeep.check({ level: "full" })
      expect(damaged.length).toBeGreaterThan(0)
      expect(damaged.every(({ reason }) => reason.startsWith(`block ${number}:`))).toBe(true)
    })
  )
})
