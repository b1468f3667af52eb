import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { pieceMemory } from "../src/replica/pieceMemory.js"

it("of the pieces in memory those that were used longest ago go first", () => {
  const cache = pieceMemory(10)
  const has = (piece: string) => Effect.runSync(cache.get(piece))?.length
  for (const piece of ["a", "b", "a", "c"]) {
    if (has(piece) === undefined) Effect.runSync(cache.put(piece, new Uint8Array(4)))
  }
  expect([has("a"), has("b"), has("c")]).toEqual([4, undefined, 4])
  Effect.runSync(cache.forget("a"))
  expect(has("a")).toBe(undefined)
})
