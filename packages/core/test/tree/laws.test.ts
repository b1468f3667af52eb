import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { compareBytes, toHex } from "../../src/codec/Bytes.js"
import { kinds } from "../../src/model/Entity.js"
import { recordSize } from "../../src/model/Record.js"
import { entryKey } from "../../src/tree/Node.js"
import {
  diffTrees,
  emptyTree,
  entriesOf,
  lookup,
  rootOf,
  type TreeChange,
  updateTree
} from "../../src/tree/Tree.js"
import { rounds } from "../soak.js"
import { changes, modelOf, nodeStores, plain, puts, removal, treeOf } from "./fixtures.js"

const check = <Ts extends [unknown, ...Array<unknown>]>(
  arbitraries: { [K in keyof Ts]: FastCheck.Arbitrary<Ts[K]> },
  law: (...values: Ts) => void
): void => FastCheck.assert(FastCheck.property(...arbitraries, law), { numRuns: rounds(8, 150) })

/** Another order and other batches that end in the same map: one change per entity, so order cannot matter. */
const reordered = (all: ReadonlyArray<TreeChange>, order: ReadonlyArray<number>): ReadonlyArray<TreeChange> =>
  [...all.entries()]
    .sort(([a], [b]) => (order[a % order.length] ?? 0) - (order[b % order.length] ?? 0) || b - a)
    .map(([, change]) => change)

const order = FastCheck.array(FastCheck.nat(1000), { minLength: 7, maxLength: 40 })

describe.each(Object.entries(nodeStores))("a tree %s", (_, makeStore) => {
  it("does not depend on the order or the batches in which it was made", () => {
    check([puts, order, FastCheck.integer({ min: 1, max: 40 })], (all, order, batch) => {
      const nodes = makeStore()
      const entries = [...modelOf(all).values()]
      const shuffled = reordered(entries, order)
      let root = emptyTree(nodes)
      for (let at = 0; at < shuffled.length; at += batch)
        root = updateTree(root, shuffled.slice(at, at + batch), nodes)
      expect(toHex(root)).toBe(toHex(treeOf(entries, nodes)))
    })
  })

  it("is the same again after entries were put and removed", () => {
    check([puts, puts], (all, more) => {
      const nodes = makeStore()
      const before = modelOf(all)
      const root = treeOf(all, nodes)
      const added = [...modelOf(more).values()].filter(({ kind, id }) => !before.has(`${kind}\0${id}`))
      const grown = updateTree(root, added, nodes)
      expect(toHex(updateTree(grown, added.map(removal), nodes))).toBe(toHex(root))
      let shrinking = grown
      for (const key of added) shrinking = updateTree(shrinking, [removal(key)], nodes)
      expect(toHex(shrinking)).toBe(toHex(root))
      expect(toHex(updateTree(grown, [...modelOf([...all, ...more]).values()].map(removal), nodes))).toBe(
        toHex(emptyTree(nodes))
      )
    })
  })

  it("holds what a map holds after the same changes", () => {
    check([puts, changes], (all, more) => {
      const nodes = makeStore()
      const root = updateTree(treeOf(all, nodes), more, nodes)
      const model = modelOf([...all, ...more])
      const listed = kinds.flatMap((kind) =>
        [...entriesOf(root, kind, nodes)].map((entry) => ({ kind, ...entry }))
      )
      expect(plain(listed)).toEqual(plain(model.values()))
      for (const { kind, id } of [...all, ...more])
        expect(lookup(root, { kind, id }, nodes)).toEqual(model.get(`${kind}\0${id}`)?.record)
      expect(lookup(root, { kind: "song", id: "not there" }, nodes)).toBeUndefined()
    })
  })

  it("counts the entries and bytes of each kind, and lists them in the order of their keys", () => {
    check([puts], (all) => {
      const nodes = makeStore()
      const root = treeOf(all, nodes)
      const entries = [...modelOf(all).values()]
      for (const kind of kinds) {
        const own = entries.filter((entry) => entry.kind === kind)
        const bytes = own.reduce((sum, { record }) => sum + recordSize(kind, record), 0)
        expect(rootOf(root, nodes)[kind]).toMatchObject({ count: own.length, bytes })
        const keys = [...entriesOf(root, kind, nodes)].map(({ id }) => entryKey(kind, id, nodes.sha256))
        expect(keys).toEqual([...keys].sort(compareBytes))
      }
    })
  })

  it("has the root of another exactly when both hold the same", () => {
    const pair = FastCheck.tuple(
      puts,
      changes.map((all) => all.slice(0, 3)),
      FastCheck.boolean()
    )
    check([pair], ([all, more, other]) => {
      const nodes = makeStore()
      const a = [...all]
      const b = other ? [...more, ...all] : [...all, ...more]
      const equal = JSON.stringify(plain(modelOf(a).values())) === JSON.stringify(plain(modelOf(b).values()))
      expect(toHex(treeOf(a, nodes)) === toHex(treeOf(b, nodes))).toBe(equal)
    })
  })

  it("differs from another in just the entries that differ, and becomes it when they are applied", () => {
    check([puts, changes], (all, more) => {
      const nodes = makeStore()
      const before = treeOf(all, nodes)
      const after = updateTree(before, more, nodes)
      const [was, is] = [modelOf(all), modelOf([...all, ...more])]
      const differences = [...diffTrees(before, after, nodes)]
      const expected = [...new Set([...was.keys(), ...is.keys()])].filter(
        (key) => String(was.get(key)?.record) !== String(is.get(key)?.record)
      )
      expect(differences.map(({ kind, id }) => `${kind}\0${id}`).sort()).toEqual(expected.sort())
      for (const { kind, id, before: old, after: next } of differences) {
        expect(old).toEqual(was.get(`${kind}\0${id}`)?.record)
        expect(next).toEqual(is.get(`${kind}\0${id}`)?.record)
      }
      const forwards = differences.map(({ kind, id, after: record = null }) => ({ kind, id, record }))
      const backwards = differences.map(({ kind, id, before: record = null }) => ({ kind, id, record }))
      expect(toHex(updateTree(before, forwards, nodes))).toBe(toHex(after))
      expect(toHex(updateTree(after, backwards, nodes))).toBe(toHex(before))
    })
  })

  it("leaves older trees as they were", () => {
    check([puts, changes], (all, more) => {
      const nodes = makeStore()
      const root = treeOf(all, nodes)
      updateTree(root, more, nodes)
      const listed = kinds.flatMap((kind) =>
        [...entriesOf(root, kind, nodes)].map((entry) => ({ kind, ...entry }))
      )
      expect(plain(listed)).toEqual(plain(modelOf(all).values()))
    })
  })
})
