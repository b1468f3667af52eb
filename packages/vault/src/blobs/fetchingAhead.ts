import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { BlobInfo, Blobs, ReadError } from "./Blobs.js"

/** So many are on their way at once. */
const most = 8

/** Larger ones are not held while others are read: to wait for an answer is then the smaller part of what they take. */
const largest = 1024 * 1024

/**
 * Blobs that are going to be read as a whole, in the order of `expected`: while one is read, the next small ones are fetched. Each is asked
 * for once; what one fails with it fails with when it is read.
 */
export const fetchingAhead = (
  blobs: Blobs,
  expected: ReadonlyArray<Pick<BlobInfo, "name" | "bytes">>
): Effect.Effect<Blobs, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const names = expected.filter(({ bytes }) => bytes <= largest).map(({ name }) => name)
    const places = new Map(names.map((name, index) => [name, index]))
    const coming = new Map<string, Fiber.Fiber<Uint8Array, ReadError>>()
    let next = 0
    const get: Blobs["get"] = (name, range) =>
      Effect.gen(function* () {
        const place = range === undefined ? places.get(name) : undefined
        if (place === undefined) return yield* blobs.get(name, range)
        next = Math.max(next, place)
        const found = names.slice(next, place + most)
        next += found.length
        for (const each of found) coming.set(each, yield* Effect.forkIn(blobs.get(each), scope))
        const fetched = coming.get(name)
        coming.delete(name)
        return yield* fetched === undefined ? blobs.get(name) : Fiber.join(fetched)
      })
    return { ...blobs, get }
  })
