/** What `walkTree` sees, and which damage it finds. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import type { Kind } from "../../src/model/Entity.js"
import {
  type Branch,
  decodeNode,
  encodeBranch,
  encodeLeaf,
  encodeRoot,
  type KeyedEntry,
  type Leaf,
  type NodeRef
} from "../../src/tree/Node.js"
import { rootOf, type TreeChange, updateTree } from "../../src/tree/Tree.js"
import { walkTree } from "../../src/tree/WalkTree.js"
import { sha256 } from "../sha256.js"
import { MemoryNodes, modelOf, plain, put, puts, treeOf } from "./fixtures.js"

const walk = (root: Uint8Array, nodes: MemoryNodes, skip: ReadonlySet<string> = new Set()) => {
  const visited: Array<string> = []
  const found: Array<{ readonly kind: Kind; readonly id: string; readonly record: Uint8Array }> = []
  const damaged: Array<string> = []
  const reasons: Array<string> = []
  walkTree(root, nodes, {
    node: (hash) => {
      visited.push(toHex(hash))
      return !skip.has(toHex(hash))
    },
    entry: (kind, entry) => found.push({ kind, ...entry }),
    damage: (hash, _, error) => {
      damaged.push(toHex(hash))
      reasons.push(String(error))
    }
  })
  return { visited, found, damaged, reasons }
}

const unordered = (count: number): ReadonlyArray<KeyedEntry> =>
  songs(count).map(({ id, record }) => ({ id, record: record ?? new Uint8Array(0), key: new Uint8Array(32) }))

const songs = (count: number): ReadonlyArray<TreeChange> =>
  Array.from({ length: count }, (_, index) => put("song", `song-${index}`, 1))

it("visits every node and every entry once, and finds nothing wrong", () => {
  FastCheck.assert(
    FastCheck.property(puts, (all) => {
      const nodes = new MemoryNodes(sha256)
      const root = treeOf(all, nodes)
      const { found, damaged } = walk(root, nodes)
      expect(plain(found)).toEqual(plain(modelOf(all).values()))
      expect(damaged).toEqual([])
    }),
    { numRuns: 30 }
  )
})

it("passes over what the visitor has seen before", () => {
  const nodes = new MemoryNodes(sha256)
  const before = treeOf(songs(500), nodes)
  const seen = new Set(walk(before, nodes).visited)
  const after = updateTree(before, [put("song", "song-17", 2)], nodes)
  const { found, visited } = walk(after, nodes, seen)
  expect(visited.filter((hash) => !seen.has(hash)).length).toBeLessThanOrEqual(4)
  expect(found.map(({ id }) => id)).toContain("song-17")
  expect(found.length).toBeLessThanOrEqual(32)
})

it("finds any changed byte and any missing node, names it, and still visits all the rest", () => {
  const healthy = new MemoryNodes(sha256)
  const all = [...songs(200), put("performance", "p", 1)]
  const root = treeOf(all, healthy)
  const names = new Set(walk(root, healthy).visited)
  expect(names.size).toBeGreaterThan(10)
  for (const [turn, name] of [...names].entries()) {
    const nodes = new MemoryNodes(sha256)
    for (const [hash, bytes] of healthy.nodes) nodes.nodes.set(hash, bytes)
    const bytes = (nodes.nodes.get(name) ?? new Uint8Array(1)).slice()
    bytes[(turn * 31) % bytes.length] = (bytes[(turn * 31) % bytes.length] ?? 0) ^ (1 << (turn % 8))
    if (turn % 5 === 0) nodes.nodes.delete(name)
    else nodes.nodes.set(name, bytes)
    const { found, damaged } = walk(root, nodes)
    expect(damaged).toEqual([name])
    const below = new Set(found.map(({ kind, id }) => `${kind} ${id}`))
    const sound = walk(root, healthy, new Set([name])).found
    for (const { kind, id } of sound) expect(below).toContain(`${kind} ${id}`)
  }
})

/** A tree of 200 songs whose top node is replaced; everything is consistently hashed, so only the rules find it. */
const withTop = (plant: (top: Branch, nodes: MemoryNodes) => Uint8Array, change: Partial<NodeRef> = {}) => {
  const nodes = new MemoryNodes(sha256)
  const tries = rootOf(treeOf(songs(200), nodes), nodes)
  const top = decodeNode("song", nodes.get(tries.song.hash), sha256)
  if (top._tag === "Leaf") throw new Error("200 songs fit one leaf")
  const song = { ...tries.song, hash: nodes.put(plant(top, nodes)), ...change }
  return { nodes, root: nodes.put(encodeRoot({ ...tries, song })) }
}

const children = (top: Branch, change: (child: NodeRef, index: number) => NodeRef): Uint8Array =>
  encodeBranch(top.children.map((child, index) => child && change(child, index)))

const leafOf = (nodes: MemoryNodes, ref: NodeRef | undefined): Leaf => {
  const node = ref && decodeNode("song", nodes.get(ref.hash), sha256)
  if (node?._tag !== "Leaf") throw new Error("no leaf")
  return node
}

/** Replaces the entries of the first leaf, and its counts only if asked. */
const firstLeaf = (change: (entries: ReadonlyArray<KeyedEntry>) => ReadonlyArray<KeyedEntry>) =>
  withTop((top, nodes) => {
    const first = top.children.findIndex((child) => child !== undefined)
    return children(top, (child, index) =>
      index === first
        ? { ...child, hash: nodes.put(encodeLeaf(change(leafOf(nodes, child).entries))) }
        : child
    )
  })

type Planted = { readonly nodes: MemoryNodes; readonly root: Uint8Array }

/** What is planted, how, and the reason it must be found for. */
const planted: ReadonlyArray<readonly [string, () => Planted, string]> = [
  [
    "a count that is too high",
    () => withTop((top) => encodeBranch(top.children), { count: 201 }),
    "do not add up"
  ],
  [
    "a sum of bytes that is too low",
    () => withTop((top) => encodeBranch(top.children), { bytes: 1 }),
    "do not add up"
  ],
  [
    "counts that the children do not have",
    () => withTop((top) => children(top, (child) => ({ ...child, count: child.count + 1 })), { count: 216 }),
    "do not add up"
  ],
  [
    "children in each other's places",
    () => withTop((top) => encodeBranch([...top.children].reverse())),
    "wrong path"
  ],
  [
    "a child that is missing",
    () =>
      withTop((top) => encodeBranch(top.children.map((child, index) => (index < 15 ? child : undefined)))),
    "do not add up"
  ],
  [
    "an empty child",
    () =>
      withTop((top, nodes) => {
        const empty = { hash: nodes.put(encodeLeaf([])), count: 0, bytes: 0 }
        return encodeBranch(top.children.map((child, index) => (index === 3 ? empty : child)))
      }),
    "an empty child"
  ],
  [
    "a branch where a leaf would do",
    () => withTop((top) => encodeBranch(top.children.map((child, index) => (index < 2 ? child : undefined)))),
    "should be a leaf"
  ],
  ["entries out of order", () => firstLeaf((entries) => [...entries].reverse()), "not in order"],
  ["an entry twice", () => firstLeaf((entries) => [...entries, ...entries.slice(-1)]), "not in order"],
  ["a leaf of 33 entries", () => withTop(() => encodeLeaf(unordered(33))), "a leaf of 33 entries"],
  [
    "a record that is none",
    () => firstLeaf((entries) => entries.map((entry) => ({ ...entry, record: Uint8Array.of(1, 1, 9) }))),
    "it is not a list"
  ],
  [
    "a root in the place of a node",
    () => withTop((_, nodes) => nodes.get(treeOf([], nodes))),
    "unknown tag 2"
  ]
]

describe("finds, in nodes that have the right hash,", () => {
  it.each(planted)("%s", (_, plant, reason) => {
    const { nodes, root } = plant()
    const { reasons } = walk(root, nodes)
    expect(reasons.length).toBeGreaterThan(0)
    for (const each of reasons) expect(each).toContain(reason)
  })
})

it("finds a root that is no root, and one that is missing", () => {
  const nodes = new MemoryNodes(sha256)
  const leaf = nodes.put(encodeLeaf([]))
  expect(walk(leaf, nodes).damaged).toEqual([toHex(leaf)])
  expect(walk(sha256(leaf), nodes).damaged).toEqual([toHex(sha256(leaf))])
})
