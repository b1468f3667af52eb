/** Blocks that a second thread opens: the same bytes as here, whatever it manages to do. */
import { createHash } from "node:crypto"
import { describe, expect, it, vi } from "@effect/vitest"
import { type NewObject, openBlock } from "@white-room/core"
import * as Effect from "effect/Effect"
import { brotli, sha256 } from "../../src/object/Compression.js"
import { ObjectReader } from "../../src/object/ObjectReader.js"
import { insertBlocks, packBlock, placeOf } from "../../src/object/Objects.js"
import { OpenAhead } from "../../src/object/OpenAhead.js"
import { freshLibrary, sessionOn } from "../support/libraries.js"

const enough = 64

/** Bytes that compress to a half, and are those of nothing else. */
const objectOf = (name: string, length: number): NewObject => {
  const digest = createHash("sha256").update(name).digest("hex")
  const bytes = Buffer.from(digest.repeat(Math.ceil(length / digest.length)).slice(0, length))
  return { hash: sha256(bytes), bytes }
}

const blocks = Array.from({ length: enough }, (_, number) =>
  packBlock(Array.from({ length: 20 }, (_, index) => objectOf(`${number} ${index}`, 4000)))
)

const dataOf = (number: number): Uint8Array => blocks[number % enough]?.data ?? new Uint8Array()

const started = Effect.acquireRelease(
  Effect.sync(() => OpenAhead.for(enough)),
  (ahead) => Effect.sync(() => ahead?.end())
)

describe("blocks that are opened ahead", () => {
  it("are not where there are few: a thread would come too late", () => {
    expect(OpenAhead.for(enough - 1)).toBeUndefined()
  })

  it.scoped("are what they are when they are opened here", () =>
    Effect.gen(function* () {
      const ahead = yield* started
      let opened = 0
      let offered = 0
      // Until the thread has begun, nothing of this is its work.
      for (let wanted = 0; opened < 16; wanted++) {
        // There is no room for a while after it was not waited for.
        for (; offered < wanted + 8 && ahead?.hasRoom === true; offered++)
          ahead.offer(offered, dataOf(offered))
        offered = Math.max(offered, wanted + 1)
        const taken = ahead?.take(wanted)
        const here = openBlock(dataOf(wanted), brotli)
        if (taken !== undefined) expect(taken.data).toBe(dataOf(wanted))
        if (taken?.opened === undefined) continue
        opened++
        expect(taken.opened.isWhole).toBe(true)
        expect(Buffer.compare(taken.opened.bytes, here)).toBe(0)
      }
    })
  )

  it.scoped(
    "are left where they are when they are damaged, too large, not wanted any more, or there is no room",
    () =>
      Effect.gen(function* () {
        const ahead = yield* started
        expect(ahead?.hasRoom).toBe(true)
        const large = packBlock([objectOf("large", 400_000)])
        ahead?.offer(1, large.data)
        ahead?.offer(2, Buffer.from("not a block"))
        expect(ahead?.take(1)).toBeUndefined()
        expect(ahead?.take(2)).toBeUndefined()
        for (let number = 3; ahead?.hasRoom === true; number++) ahead.offer(number, dataOf(number))
        ahead?.offer(100, dataOf(100))
        expect(ahead?.take(100)).toBeUndefined()
        expect(ahead?.isLow).toBe(false)
        expect(ahead?.take(5)?.data).toBe(dataOf(5))
        expect(ahead?.take(4)).toBeUndefined()
        // More are offered when half of them are taken, not after each: the thread would rest in between.
        expect(ahead?.isLow).toBe(false)
        expect(ahead?.take(10)?.data).toBe(dataOf(10))
        expect(ahead?.isLow).toBe(true)
        ahead?.end()
        expect(ahead?.hasRoom).toBe(false)
      })
  )

  it.scoped("that do not decompress there are left to whoever wants them", () =>
    Effect.gen(function* () {
      const ahead = yield* started
      const damaged = Buffer.from(dataOf(0))
      damaged.fill(0xff, damaged.length - 200)
      expect(() => openBlock(damaged, brotli)).toThrow()
      const dataAt = (number: number) => (number % 2 === 1 ? damaged : dataOf(number))
      let opened = 0
      let offered = 0
      // Those that it opens lie behind damaged ones that it came by.
      for (let wanted = 0; opened < 8; wanted++) {
        for (; offered < wanted + 8 && ahead?.hasRoom === true; offered++)
          ahead.offer(offered, dataAt(offered))
        offered = Math.max(offered, wanted + 1)
        const taken = ahead?.take(wanted)
        if (taken !== undefined) expect(taken.data).toBe(dataAt(wanted))
        if (wanted % 2 === 1) expect(taken?.opened).toBeUndefined()
        else if (taken?.opened !== undefined) opened++
        else openBlock(dataAt(wanted), brotli)
      }
    })
  )

  it.scoped("give a reader the same documents in whatever order it asks", () =>
    Effect.gen(function* () {
      const session = yield* sessionOn(yield* freshLibrary)
      session.write(() => insertBlocks(session.db, blocks))
      const hashes = blocks.flatMap(({ entries }, number) =>
        [19, 3].map((index) => entries[(number + index) % 20]?.hash ?? new Uint8Array())
      )
      const places = hashes.map((hash) => placeOf(session.db, hash))
      const reader = new ObjectReader(session.db)
      for (const order of [hashes, hashes.toReversed(), [...hashes, ...hashes]])
        reader.openingAhead(places, () => {
          for (const hash of order) expect(Buffer.compare(sha256(reader.getAlone(hash)), hash)).toBe(0)
        })
      expect(reader.suspects.size).toBe(0)
    })
  )

  it.scoped(
    "are opened by a thread that began before it was known which, or by none where there are few",
    () =>
      Effect.gen(function* () {
        const session = yield* sessionOn(yield* freshLibrary)
        session.write(() => insertBlocks(session.db, blocks))
        const hashes = blocks.map(({ entries }) => entries[5]?.hash ?? new Uint8Array())
        const places = hashes.map((hash) => placeOf(session.db, hash))
        const reader = new ObjectReader(session.db)
        const begun = vi.spyOn(OpenAhead, "for")
        const threads = () => begun.mock.results.filter(({ value }) => value !== undefined).length
        const read = () => {
          for (const [index, hash] of hashes.entries())
            expect(Buffer.compare(sha256(reader.getAlone(hash, places[index])), hash)).toBe(0)
        }
        try {
          reader.beginningAhead(enough, () => reader.openingAhead(places, read))
          expect(threads()).toBe(1)
          reader.beginningAhead(enough - 1, () => reader.openingAhead(places.slice(1), read))
          expect(threads()).toBe(1)
          expect(() =>
            reader.beginningAhead(enough, () => {
              throw new Error("no more")
            })
          ).toThrow("no more")
          reader.openingAhead(places, read)
          // The first has nothing to do meanwhile, and waits a moment for more.
          expect(threads()).toBe(1)
          reader.endThread()
          reader.openingAhead(places, read)
          expect(threads()).toBe(2)
        } finally {
          reader.endThread()
          begun.mockRestore()
        }
      })
  )

  it.scoped("end with what was done, also where that failed", () =>
    Effect.gen(function* () {
      const session = yield* sessionOn(yield* freshLibrary)
      session.write(() => insertBlocks(session.db, blocks))
      const places = blocks.map(({ entries }) => placeOf(session.db, entries[0]?.hash ?? new Uint8Array()))
      const reader = new ObjectReader(session.db)
      const failing = () =>
        reader.openingAhead(places, () => {
          throw new Error("no more")
        })
      expect(failing).toThrow("no more")
      expect(failing).toThrow("no more")
    })
  )
})
