import { describe, expect, it } from "@effect/vitest"
import { utf8 } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { fetchingAhead } from "../../src/blobs/fetchingAhead.js"
import {
  type BlobCall,
  counting,
  type Fault,
  faulty,
  memoryBlobs,
  readOnly,
  retrying,
  sourceOf
} from "../../src/index.js"
import { blobsContract } from "../../src/testing.js"

const source = sourceOf(utf8("a song"))

/** The outcome of an effect while time passes as it wants it to. */
const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust("5 minutes")
    return yield* Fiber.join(fiber)
  })

/** Faults for the first calls, in order. */
const first =
  (...faults: ReadonlyArray<Fault["kind"] | undefined>) =>
  ({ number }: BlobCall): Fault | undefined => {
    const kind = faults[number - 1]
    return kind === undefined || kind === "cut" || kind === "flip" ? undefined : { kind }
  }

blobsContract(
  "decorated",
  Effect.sync(() => retrying(counting(faulty(memoryBlobs({ pageSize: 5 }), () => undefined))))
)

describe("fetching ahead", () => {
  const names = Array.from("abcdefghijkl", (name) => ({ name, bytes: name === "d" ? 2 ** 30 : 6 }))
  const full = Effect.gen(function* () {
    const inner = counting(memoryBlobs())
    for (const { name } of names) yield* inner.put(name, sourceOf(utf8(`song ${name}`)))
    return { inner, requests: () => inner.counts().get.requests }
  })

  it.scoped("asks for the next eight that are small while one is read, and for each once", () =>
    Effect.gen(function* () {
      const { inner, requests } = yield* full
      const blobs = yield* fetchingAhead(inner, names)
      expect(yield* blobs.get("a")).toEqual(utf8("song a"))
      yield* Effect.yieldNow()
      expect(requests()).toBe(8)
      // What lies between them was not wanted.
      for (const { name } of names.slice(2)) expect(yield* blobs.get(name)).toEqual(utf8(`song ${name}`))
      expect(requests()).toBe(12)
      expect(yield* blobs.get("a", { offset: 5, length: 1 })).toEqual(utf8("a"))
      expect(yield* blobs.get("a")).toEqual(utf8("song a"))
      expect(requests()).toBe(14)
    })
  )

  it.scoped("fails where the one that failed is read, and there only", () =>
    Effect.gen(function* () {
      const { inner } = yield* full
      yield* inner.delete("c")
      const blobs = yield* fetchingAhead(inner, names)
      expect(yield* blobs.get("a")).toEqual(utf8("song a"))
      expect(yield* blobs.get("b")).toEqual(utf8("song b"))
      expect(yield* Effect.flip(blobs.get("c"))).toMatchObject({ _tag: "BlobMissing", name: "c" })
      expect(yield* blobs.get("d")).toEqual(utf8("song d"))
    })
  )
})

describe("retrying", () => {
  it.effect("tries again what fails for the moment, at growing distances, five times in all", () =>
    Effect.gen(function* () {
      const inner = counting(faulty(memoryBlobs(), first("before", "before", "before", "before")))
      expect(Either.isRight(yield* inTime(retrying(inner).put("a", source)))).toBe(true)
      expect(inner.counts().put).toEqual({ requests: 5, bytes: 30 })
      const down = counting(faulty(memoryBlobs(), () => ({ kind: "before" })))
      const blobs = retrying(down)
      const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        blobs.get("a"),
        blobs.head("a"),
        blobs.list(""),
        blobs.delete("a"),
        blobs.now
      ]
      for (const call of calls)
        expect(yield* inTime(call)).toMatchObject({ left: { _tag: "PlaceUnreachable" } })
      for (const operation of ["get", "head", "list", "delete", "now"] as const)
        expect(down.counts()[operation].requests).toBe(5)
    })
  )

  it.effect("waits before it tries again", () =>
    Effect.gen(function* () {
      const inner = counting(faulty(memoryBlobs(), () => ({ kind: "before" })))
      const fiber = yield* Effect.fork(Effect.either(retrying(inner, { first: "1 second" }).head("a")))
      yield* TestClock.adjust("700 millis")
      expect(inner.counts().head.requests).toBe(1)
      yield* TestClock.adjust("600 millis")
      expect(inner.counts().head.requests).toBe(2)
      yield* TestClock.adjust("1 minute")
      expect(Either.isLeft(yield* Fiber.join(fiber))).toBe(true)
    })
  )

  it.effect("does not try again what a moment does not change", () =>
    Effect.gen(function* () {
      const inner = counting(faulty(memoryBlobs(), first("refuse", "full")))
      const blobs = retrying(inner)
      expect(yield* inTime(blobs.put("a", source))).toMatchObject({ left: { _tag: "PlaceRefused" } })
      expect(yield* inTime(blobs.put("a", source))).toMatchObject({ left: { _tag: "PlaceFull" } })
      expect(yield* inTime(blobs.get("a"))).toMatchObject({ left: { _tag: "BlobMissing" } })
      expect(inner.counts()).toMatchObject({ put: { requests: 2 }, get: { requests: 1 } })
    })
  )

  it.effect("takes a put whose answer was lost for done, when its bytes are there", () =>
    Effect.gen(function* () {
      const lost = retrying(faulty(memoryBlobs(), first("after", undefined, "before")))
      expect(Either.isRight(yield* inTime(lost.put("a", source)))).toBe(true)
      const memory = memoryBlobs()
      yield* memory.put("a", sourceOf(utf8("others")))
      const taken = retrying(faulty(memory, first("before")))
      expect(yield* inTime(taken.put("a", source))).toMatchObject({ left: { _tag: "BlobExists" } })
      yield* memory.put("b", source)
      expect(yield* inTime(retrying(memory).put("b", source))).toMatchObject({ left: { _tag: "BlobExists" } })
    })
  )
})

describe("read-only blobs", () => {
  it.effect("can be read, and nothing else", () =>
    Effect.gen(function* () {
      const memory = memoryBlobs()
      yield* memory.put("a", source)
      const blobs = readOnly(memory)
      expect((yield* blobs.get("a")).length).toBe(6)
      expect(yield* Effect.flip(blobs.put("b", source))).toMatchObject({ _tag: "PlaceRefused" })
      expect(yield* Effect.flip(blobs.delete("a"))).toMatchObject({ _tag: "PlaceRefused" })
      expect((yield* memory.list("")).blobs).toHaveLength(1)
    })
  )
})

describe("counting blobs", () => {
  it.effect("tell requests and bytes of each operation", () =>
    Effect.gen(function* () {
      const blobs = counting(memoryBlobs())
      yield* blobs.put("a", source)
      yield* blobs.get("a", { offset: 4, length: 100 })
      yield* Effect.flip(blobs.get("b"))
      yield* blobs.list("")
      expect(blobs.counts()).toMatchObject({
        put: { requests: 1, bytes: 6 },
        get: { requests: 2, bytes: 2 },
        list: { requests: 1 },
        head: { requests: 0 }
      })
      blobs.reset()
      expect(blobs.counts().put.requests).toBe(0)
    })
  )
})

describe("faulty blobs", () => {
  const fault = (fault: Fault, at = 1) => {
    const memory = memoryBlobs({ pageSize: 2 })
    return { memory, blobs: faulty(memory, ({ number }) => (number === at ? fault : undefined)) }
  }

  it.effect("fail before or after their effect", () =>
    Effect.gen(function* () {
      for (const [kind, count] of [
        ["before", 0],
        ["after", 1]
      ] as const) {
        const { memory, blobs } = fault({ kind })
        expect(yield* Effect.flip(blobs.put("a", source))).toMatchObject({ _tag: "PlaceUnreachable" })
        expect((yield* memory.list("")).blobs).toHaveLength(count)
      }
    })
  )

  it.effect("cut and flip what is put and got", () =>
    Effect.gen(function* () {
      const cut = fault({ kind: "cut", bytes: 2 })
      yield* cut.blobs.put("a", source)
      expect(yield* cut.memory.get("a")).toEqual(utf8("a "))
      const flip = fault({ kind: "flip", bit: 1 }, 2)
      yield* flip.blobs.put("a", source)
      expect(yield* flip.blobs.get("a")).toEqual(utf8("c song"))
      expect(yield* flip.blobs.get("a")).toEqual(utf8("a song"))
    })
  )

  it.effect("repeat a call, and never answer one", () =>
    Effect.gen(function* () {
      const twice = fault({ kind: "twice" })
      expect(yield* Effect.flip(twice.blobs.put("a", source))).toMatchObject({ _tag: "BlobExists" })
      const hang = fault({ kind: "hang" })
      const waiting = Effect.timeoutOption(hang.blobs.get("a"), "1 hour")
      const fiber = yield* Effect.fork(waiting)
      yield* TestClock.adjust("2 hours")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "None" })
    })
  )

  it.effect("list late", () =>
    Effect.gen(function* () {
      const { memory, blobs } = fault({ kind: "late" }, 4)
      for (const name of ["a", "b", "c"]) yield* memory.put(name, source)
      yield* blobs.put("d", source)
      yield* blobs.put("e", source)
      yield* blobs.delete("b")
      const names = Effect.map(blobs.list(""), (page) => page.blobs.map(({ name }) => name))
      expect(yield* names).toEqual(["a", "b", "c"])
      expect(yield* names).toEqual(["a", "c"])
    })
  )
})
