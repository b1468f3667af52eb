import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Layer from "effect/Layer"
import { toHex, utf8 } from "../codec/Bytes.js"
import { ObjectStore } from "../object/ObjectStore.js"
import type { Sha256 } from "../object/Sha256.js"

/** Bytes that do not compress, the same every time. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** Puts objects and reads them back, last first. Compares hashes: `toEqual` takes seconds for a megabyte. */
const roundTrip = (objects: ReadonlyArray<Uint8Array>, sha256: Sha256) =>
  Effect.gen(function* () {
    const store = yield* ObjectStore
    const names = objects.map((bytes) => toHex(sha256(bytes)))
    const hashes = yield* store.put(objects)
    expect(hashes.map(toHex)).toEqual(names)
    for (const hash of [...hashes].reverse()) {
      expect(yield* store.has(hash)).toBe(true)
      expect(toHex(sha256(yield* store.get(hash)))).toBe(toHex(hash))
    }
  })

const kept = (sha256: Sha256) => ({
  "gives back what was put, named by its SHA-256": roundTrip([utf8("{}"), utf8('{"tempo":120}')], sha256),
  "keeps an empty object": roundTrip([new Uint8Array(0)], sha256),
  "keeps a megabyte that compresses and one that does not": roundTrip(
    [new Uint8Array(1 << 20), noise(1 << 20)],
    sha256
  ),
  "keeps many objects of one call": roundTrip(
    Array.from({ length: 500 }, (_, index) =>
      utf8(`{"song":${index},"notes":"${"c4 ".repeat(index % 90)}"}`)
    ),
    sha256
  ),
  "keeps nothing when given nothing": roundTrip([], sha256),
  "names and keeps an object once, however often it is put": Effect.gen(function* () {
    const store = yield* ObjectStore
    const [a, b] = [utf8("same"), utf8("other")]
    const first = yield* store.put([a, b, a])
    const second = yield* store.put([b, a, b])
    const names = [a, b, a, b, a, b].map((bytes) => toHex(sha256(bytes)))
    expect([...first, ...second].map(toHex)).toEqual([...names.slice(0, 3), ...names.slice(1, 4)])
    expect(toHex(yield* store.get(sha256(a)))).toBe(toHex(a))
    expect(toHex(yield* store.get(sha256(b)))).toBe(toHex(b))
  })
})

const absent = (sha256: Sha256) =>
  Effect.gen(function* () {
    const store = yield* ObjectStore
    yield* store.put([utf8("here")])
    for (const name of [sha256(utf8("elsewhere")), new Uint8Array(32), Uint8Array.of(1, 2, 3)]) {
      expect(yield* store.has(name)).toBe(false)
      const error = yield* Effect.flip(store.get(name))
      expect(error).toMatchObject({ _tag: "ContentReleased", object: toHex(name) })
    }
  })

const copies = Effect.gen(function* () {
  const store = yield* ObjectStore
  const given = utf8("as it was")
  const content = toHex(given)
  const [hash = new Uint8Array(0)] = yield* store.put([given])
  given.fill(0)
  const read = yield* store.get(hash)
  expect(toHex(read)).toBe(content)
  read.fill(0)
  expect(toHex(yield* store.get(hash))).toBe(content)
})

/**
 * What every `ObjectStore` guarantees, as tests. `layer` gives an empty store each time it is built; `sha256` is the
 * hash that it names objects with.
 */
export const objectStoreContract = (
  name: string,
  layer: Layer.Layer<ObjectStore, unknown>,
  sha256: Sha256
): void => {
  const tests: Readonly<Record<string, Effect.Effect<void, unknown, ObjectStore>>> = {
    ...kept(sha256),
    "says ContentReleased for what it does not keep": absent(sha256),
    "neither hands out nor holds bytes that a caller can change": copies
  }
  describe(`object store: ${name}`, () => {
    for (const [title, body] of Object.entries(tests)) it.effect(title, () => Effect.provide(body, layer))
    it.effect.prop(
      "keeps any bytes",
      [FastCheck.array(FastCheck.uint8Array({ maxLength: 300 }))],
      ([objects]) => Effect.provide(roundTrip(objects, sha256), layer),
      { fastCheck: { numRuns: 20 } }
    )
  })
}
