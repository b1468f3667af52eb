import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { toHex, utf8 } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { sourceOf } from "../blobs/BlobSource.js"
import type { BlobInfo, BlobSource, Blobs } from "../blobs/Blobs.js"
import { keepsFirst } from "../blobs/keepsFirst.js"
import { retrying } from "../blobs/retrying.js"

type Test = (blobs: Blobs) => Effect.Effect<void, unknown>

const source = (text: string): BlobSource => sourceOf(utf8(text))

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

const tagOf = (error: { readonly _tag: string }): string => error._tag

/** The name of the error that an effect fails with. */
const failure = <A>(effect: Effect.Effect<A, { readonly _tag: string }>): Effect.Effect<string, A> =>
  Effect.map(Effect.flip(effect), tagOf)

const textOf = (blobs: Blobs, name: string, offset: number, length: number) =>
  Effect.map(blobs.get(name, { offset, length }), (bytes) => Buffer.from(bytes).toString("utf8"))

/** Everything that a listing shows, page by page. */
const listAll = (blobs: Blobs, prefix: string, after?: string) =>
  Effect.gen(function* () {
    const found: Array<BlobInfo> = []
    for (let from = after; ; from = found.at(-1)?.name) {
      const page = yield* blobs.list(prefix, from)
      found.push(...page.blobs)
      if (page.isLast) return found
      expect(page.blobs.length).toBeGreaterThan(0)
    }
  })

const namesOf = (blobs: ReadonlyArray<BlobInfo>): ReadonlyArray<string> => blobs.map(({ name }) => name)

const ranges: Test = (blobs) =>
  Effect.gen(function* () {
    yield* blobs.put("lib/line/song", source("0123456789"))
    expect(yield* textOf(blobs, "lib/line/song", 0, 10)).toBe("0123456789")
    expect(yield* textOf(blobs, "lib/line/song", 3, 4)).toBe("3456")
    expect(yield* textOf(blobs, "lib/line/song", 9, 1)).toBe("9")
    expect(yield* textOf(blobs, "lib/line/song", 8, 100)).toBe("89")
    expect(yield* textOf(blobs, "lib/line/song", 10, 5)).toBe("")
    expect(yield* textOf(blobs, "lib/line/song", 5000, 5)).toBe("")
    expect(yield* textOf(blobs, "lib/line/song", 4, 0)).toBe("")
    expect(yield* failure(blobs.get("lib/line/other", { offset: 0, length: 1 }))).toBe("BlobMissing")
    expect(yield* failure(blobs.get("lib/line/other", { offset: 9, length: 0 }))).toBe("BlobMissing")
  })

const roundTrip: Test = (blobs) =>
  Effect.gen(function* () {
    const large = noise(9 * 1024 * 1024 + 7)
    const chunked: BlobSource = {
      ...sourceOf(large),
      async *read() {
        for (let at = 0; at < large.length; at += 300_000) yield large.subarray(at, at + 300_000)
      }
    }
    yield* blobs.put("empty", sourceOf(new Uint8Array()))
    yield* blobs.put("large", chunked)
    expect((yield* blobs.get("empty")).length).toBe(0)
    const sha256 = createHash("sha256").update(yield* blobs.get("large"))
    expect(sha256.digest("hex")).toBe(toHex(sourceOf(large).sha256))
    expect(yield* blobs.head("large")).toMatchObject({ name: "large", bytes: large.length, isHere: true })
    expect((yield* blobs.head("empty")).bytes).toBe(0)
  })

const neverReplaces: Test = (blobs) =>
  Effect.gen(function* () {
    yield* blobs.put("a/b", source("first"))
    for (const text of ["second", "first"])
      expect(yield* failure(blobs.put("a/b", source(text)))).toBe("BlobExists")
    expect(yield* textOf(blobs, "a/b", 0, 100)).toBe("first")
    const bodies = ["one", "two", "three", "four", "five", "six"]
    const again = retrying(blobs, { first: 20, times: 8 })
    const results = yield* Effect.forEach(
      bodies,
      (text) => Effect.match(again.put("race", source(text)), { onFailure: tagOf, onSuccess: () => text }),
      { concurrency: "unbounded" }
    )
    const winners = results.filter((result) => result !== "BlobExists")
    expect(winners).toHaveLength(1)
    expect(yield* textOf(blobs, "race", 0, 100)).toBe(winners[0])
    expect(yield* keepsFirst(again)).toBe(true)
  })

const onlyItsBytes: Test = (blobs) =>
  Effect.gen(function* () {
    const good = source("good")
    const wrong: ReadonlyArray<BlobSource> = [
      { ...good, read: () => [utf8("evil")] },
      { ...good, read: () => [utf8("goo")] },
      { ...good, read: () => [utf8("good"), utf8("er")] },
      {
        ...good,
        read: () => {
          throw new Error("the disk was pulled out")
        }
      }
    ]
    for (const each of wrong) {
      expect(yield* failure(blobs.put("blob", each))).toBe("FileNotVerified")
      expect(yield* failure(blobs.head("blob"))).toBe("BlobMissing")
    }
    expect(yield* listAll(blobs, "")).toEqual([])
    yield* blobs.put("blob", good)
    expect(yield* textOf(blobs, "blob", 0, 100)).toBe("good")
  })

const arrivals: Test = (blobs) =>
  Effect.gen(function* () {
    const before = yield* blobs.now
    yield* blobs.put("lib/a", source("a"))
    const after = yield* blobs.now
    const head = yield* blobs.head("lib/a")
    // Some places tell whole seconds, some file systems every second one.
    expect(head.arrivedAt).toBeGreaterThanOrEqual(before - 2000)
    expect(head.arrivedAt).toBeLessThanOrEqual(after + 2000)
    expect(yield* listAll(blobs, "")).toEqual([head])
  })

const absent: Test = (blobs) =>
  Effect.gen(function* () {
    for (const name of [
      "nothing",
      "no/such/blob",
      "",
      "/",
      "..",
      "../etc",
      "a//b",
      "A",
      "a b",
      ".hidden",
      "ä"
    ]) {
      expect(yield* failure(blobs.get(name))).toBe("BlobMissing")
      expect(yield* failure(blobs.head(name))).toBe("BlobMissing")
      yield* blobs.delete(name)
    }
    expect(yield* blobs.list("")).toEqual({ blobs: [], isLast: true })
    for (const name of ["", "../up", "a/../b", "/a", "a/", "UPPER", ".~x", "a".repeat(201)]) {
      const exit = yield* Effect.exit(blobs.put(name, source("x")))
      expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
    }
  })

/** Names that sort otherwise than their folders do. */
const names = [
  ...["0", "a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a/c.d", "a0", "ab", "b/c/d/e", "z"],
  ...Array.from({ length: 12 }, (_, index) => `line/s0-${String(index * 7).padStart(4, "0")}.seg`)
]

const listings: Test = (blobs) =>
  Effect.gen(function* () {
    for (const name of [...names].reverse()) yield* blobs.put(name, source(name))
    const sorted = [...names].sort()
    expect(namesOf(yield* listAll(blobs, ""))).toEqual(sorted)
    for (const prefix of ["", "a", "a/", "a/c", "a/b", "line/", "line/s0-00", "b/c/d/e", "nothing", "zz"])
      for (const after of ["", "a", "a/b", "a/c/", "line/s0-0035.seg", "line/s0-0036", "zzz"])
        expect(namesOf(yield* listAll(blobs, prefix, after))).toEqual(
          sorted.filter((name) => name.startsWith(prefix) && name > after)
        )
  })

const deletes: Test = (blobs) =>
  Effect.gen(function* () {
    yield* blobs.put("a/b", source("one"))
    yield* blobs.put("a/c", source("other"))
    yield* blobs.delete("a/b")
    yield* blobs.delete("a/b")
    expect(yield* failure(blobs.get("a/b"))).toBe("BlobMissing")
    expect(yield* failure(blobs.head("a/b"))).toBe("BlobMissing")
    expect(namesOf(yield* listAll(blobs, ""))).toEqual(["a/c"])
    yield* blobs.put("a/b", source("two"))
    expect(yield* textOf(blobs, "a/b", 0, 100)).toBe("two")
  })

const copies: Test = (blobs) =>
  Effect.gen(function* () {
    const given = utf8("as it was")
    yield* blobs.put("a", sourceOf(given))
    given.fill(0)
    const read = yield* blobs.get("a")
    expect(Buffer.from(read).toString("utf8")).toBe("as it was")
    read.fill(0)
    expect(yield* textOf(blobs, "a", 0, 100)).toBe("as it was")
  })

const tests: Readonly<Record<string, Test>> = {
  "gives back what was put, empty and large": roundTrip,
  "gives ranges, cut at the end": ranges,
  "never replaces a blob; of several at once one wins": neverReplaces,
  "keeps no bytes but those of the hash": onlyItsBytes,
  "tells size and arrival by its own clock, alone and in lists": arrivals,
  "says what is missing, and takes no other names": absent,
  "lists in the order of names, below a prefix, after a name, page by page": listings,
  "deletes, once and again": deletes,
  "neither hands out nor holds bytes that a caller can change": copies
}

/**
 * What every place of blobs guarantees, as tests against the real clock. `make` gives an empty place each time; with
 * small pages (of five, say) the listings are tested better.
 */
export const blobsContract = (name: string, make: Effect.Effect<Blobs, unknown, Scope.Scope>): void => {
  describe(`blobs: ${name}`, () => {
    for (const [title, test] of Object.entries(tests)) it.scopedLive(title, () => Effect.flatMap(make, test))
  })
}
