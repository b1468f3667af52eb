/**
 * Every decoder on random bytes, on pieces of MessagePack and on damaged valid ones: it succeeds or throws `MalformedData`,
 * and what it takes is canonical, that is: encoding the result gives the same bytes again. A hang or a large allocation
 * would end the run. A soak makes more than a million inputs.
 */
import { setImmediate } from "node:timers/promises"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { afterEach, describe, expect, it } from "vitest"
import { decodeManifest, encodeManifest } from "../../src/bundle/Bundle.js"
import { fromHex, fromUtf8, toHex, utf8 } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { cellOfId, idOfCell, type Kind, kinds } from "../../src/model/Entity.js"
import {
  decodeRecord,
  encodeCells,
  encodeRecord,
  nameOfRecord,
  objectsOfRecord,
  recordSize
} from "../../src/model/Record.js"
import { ObjectRef } from "../../src/model/RecordCells.js"
import { blockBody, extentsOfBody, openBlock, sealBlock } from "../../src/object/Block.js"
import {
  decodeNode,
  decodeRoot,
  encodeBranch,
  encodeLeaf,
  encodeRoot,
  entryKey
} from "../../src/tree/Node.js"
import { backup, manifest } from "../bundle/fixtures.js"
import { markers } from "../log/markers.js"
import { cell, row } from "../model/arbitraries.js"
import { brotli } from "../object/compression.js"
import { sha256 } from "../sha256.js"
import { rounds } from "../soak.js"
import { tokens } from "./tokens.js"

interface Decoder {
  /** Decodes; encodes the result again where one value has one encoding. */
  readonly decode: (bytes: Uint8Array) => Uint8Array | undefined
  readonly valid: FastCheck.Arbitrary<Uint8Array>
}

const bytes = FastCheck.uint8Array({ maxLength: 60 })

const record = (kind: Kind) => row(kind).map((cells) => encodeRecord(kind, cells, sha256).record)

const records = Object.fromEntries(
  kinds.map((kind): readonly [string, Decoder] => [
    `a record of ${kind}`,
    {
      decode: (input) => {
        const objects = Either.try(() => objectsOfRecord(kind, input))
        const decoded = Either.try(() => decodeRecord(kind, input))
        expect(Either.isRight(objects)).toBe(Either.isRight(decoded))
        const cells = Either.getOrThrowWith(decoded, (thrown) => thrown)
        expect(Either.getOrThrow(objects)).toEqual(
          [...cells.values()].filter((each) => each instanceof ObjectRef)
        )
        recordSize(kind, input)
        nameOfRecord(kind, input)
        return encodeCells(kind, cells)
      },
      valid: record(kind)
    }
  ])
)

const events = Object.fromEntries(
  markers.map(({ name, bytes, rewrite }): readonly [string, Decoder] => [
    name,
    { decode: rewrite, valid: FastCheck.constant(fromHex(bytes)) }
  ])
)

const leaf = FastCheck.uniqueArray(FastCheck.string({ unit: "grapheme", maxLength: 4 }), {
  maxLength: 8
}).chain((ids) =>
  FastCheck.array(record("song"), { minLength: ids.length, maxLength: ids.length }).map((all) => {
    const entries = ids.map((id, index) => ({
      id,
      record: all[index] ?? new Uint8Array(0),
      key: entryKey("song", id, sha256)
    }))
    return encodeLeaf(entries.sort((a, b) => (toHex(a.key) < toHex(b.key) ? -1 : 1)))
  })
)

const ref = FastCheck.record({
  hash: FastCheck.uint8Array({ minLength: 32, maxLength: 32 }),
  count: FastCheck.integer({ min: 33, max: 5000 }),
  bytes: FastCheck.maxSafeNat()
})

const branch = FastCheck.array(FastCheck.option(ref, { nil: undefined }), { minLength: 16, maxLength: 16 })
  .filter((children) => children.some((child) => child !== undefined))
  .map(encodeBranch)

const objects = FastCheck.array(bytes, { maxLength: 8 })

const decoders: Readonly<Record<string, Decoder>> = {
  ...records,
  ...events,
  "a tree node": {
    decode: (input) => {
      const node = decodeNode("song", input, sha256)
      return node._tag === "Leaf" ? encodeLeaf(node.entries) : encodeBranch(node.children)
    },
    valid: FastCheck.oneof(leaf, branch)
  },
  "a tree root": {
    decode: (input) => encodeRoot(decodeRoot(input)),
    valid: FastCheck.record({ song: ref, performance: ref, preferences: ref }).map(encodeRoot)
  },
  "a bundle's manifest": {
    decode: (input) => encodeManifest(decodeManifest(input)),
    valid: FastCheck.record({
      libraryId: FastCheck.string({ unit: "grapheme" }),
      time: FastCheck.nat(),
      backups: FastCheck.constantFrom([], [backup(1)], [backup(1), backup(2)]),
      needs: FastCheck.uniqueArray(FastCheck.uint8Array({ minLength: 32, maxLength: 32 }), {
        selector: toHex,
        maxLength: 3
      }).map((all) => all.map((hash) => ({ hash, file: "a.whiteroom" }))),
      state: FastCheck.constantFrom(undefined, { label: "one song", root: new Uint8Array(32) })
    }).map((content) => encodeManifest(manifest(content)))
  },
  "a block": {
    // Brotli has many encodings of one body.
    decode: (input) => void openBlock(input, brotli),
    valid: objects.map((all) => {
      const { body } = blockBody(all)
      return sealBlock(body, brotli.compress(body))
    })
  },
  "the body of a block": {
    decode: (input) =>
      blockBody(extentsOfBody(input).map(({ offset, length }) => input.subarray(offset, offset + length)))
        .body,
    valid: objects.map((all) => blockBody(all).body)
  },
  hex: {
    decode: (input) => {
      const text = fromUtf8(input) ?? "no hex"
      const again = toHex(fromHex(text))
      return text === text.toLowerCase() ? utf8(again) : undefined
    },
    valid: bytes.map((value) => utf8(toHex(value)))
  },
  "an id": {
    decode: (input) => utf8(idOfCell(cellOfId(fromUtf8(input) ?? "\0?"))),
    valid: cell.map((key) => utf8(idOfCell(key)))
  }
}

const check = ({ decode }: Decoder, input: Uint8Array): boolean => {
  let again: Uint8Array | undefined
  try {
    again = decode(input)
  } catch (error) {
    if (error instanceof MalformedData) return false
    throw error
  }
  if (again !== undefined) expect(toHex(again)).toBe(toHex(input))
  return true
}

/** Bytes that mean something to some decoder: heads of values, large lengths and counts. */
const telling = FastCheck.oneof(
  tokens,
  FastCheck.constantFrom("ff", "00", "80", "8000", "ffffffffffffff0f", "7fffffff", "01", "05").map(fromHex)
)

const mutation = FastCheck.record({
  at: FastCheck.nat(),
  remove: FastCheck.nat(4),
  insert: FastCheck.oneof(FastCheck.uint8Array({ maxLength: 3 }), telling)
})

const mutate = (
  input: Uint8Array,
  { at, remove, insert }: { at: number; remove: number; insert: Uint8Array }
) => {
  const from = at % (input.length + 1)
  return Uint8Array.of(...input.subarray(0, from), ...insert, ...input.subarray(from + remove))
}

/** In the soak a million inputs, with and without the native part of msgpackr. */
const runs = (short: number, long: number) => ({ numRuns: rounds(short, long), seed: 9 })

// A soak computes for minutes; in between vitest wants to hear that it goes on.
afterEach(() => setImmediate())

describe.each(Object.entries(decoders))(
  "the decoder of %s",
  { timeout: rounds(60_000, 600_000) },
  (_, decoder) => {
    it("takes what was encoded", () => {
      FastCheck.assert(
        FastCheck.property(decoder.valid, (input) => check(decoder, input)),
        runs(100, 2000)
      )
    })

    it("takes or refuses any bytes", () => {
      FastCheck.assert(
        FastCheck.property(FastCheck.oneof(bytes, tokens), (input) => void check(decoder, input)),
        runs(250, 20_000)
      )
    })

    it("takes or refuses what was cut short or changed", () => {
      const changes = FastCheck.array(mutation, { minLength: 1, maxLength: 3 })
      FastCheck.assert(
        FastCheck.property(decoder.valid, changes, FastCheck.nat(), (input, all, cut) => {
          check(decoder, all.reduce(mutate, input))
          if (input.length > 0) check(decoder, input.subarray(0, cut % input.length))
        }),
        runs(250, 12_000)
      )
    })
  }
)
