/** Trees at their edges: empty, around the size of a leaf, and of thousands of entries. */
import { expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import { decodeNode, leafLimit } from "../../src/tree/Node.js"
import { diffTrees, emptyTree, entriesOf, lookup, rootOf, updateTree } from "../../src/tree/Tree.js"
import { sha256 } from "../sha256.js"
import { MemoryNodes, put, removal, treeOf } from "./fixtures.js"

const songs = (count: number, value = 1) =>
  Array.from({ length: count }, (_, index) => put("song", `song-${index}`, value))

const topOf = (root: Uint8Array, nodes: MemoryNodes) =>
  decodeNode("song", nodes.get(rootOf(root, nodes).song.hash), sha256)

/** Levels of branches over the deepest leaf. */
const depthOf = (hash: Uint8Array, nodes: MemoryNodes): number => {
  const node = decodeNode("song", nodes.get(hash), sha256)
  if (node._tag === "Leaf") return 0
  return 1 + Math.max(...node.children.map((child) => (child === undefined ? 0 : depthOf(child.hash, nodes))))
}

it("is one leaf up to 32 entries and a branch above, growing and shrinking", () => {
  const nodes = new MemoryNodes(sha256)
  expect(leafLimit).toBe(32)
  const full = treeOf(songs(32), nodes)
  expect(topOf(full, nodes)._tag).toBe("Leaf")
  const over = updateTree(full, [put("song", "one more", 1)], nodes)
  expect(topOf(over, nodes)._tag).toBe("Branch")
  const back = updateTree(over, [removal({ kind: "song", id: "one more" })], nodes)
  expect(topOf(back, nodes)._tag).toBe("Leaf")
  expect(toHex(back)).toBe(toHex(full))
})

it("becomes one leaf again wherever the entries go that are left", () => {
  const nodes = new MemoryNodes(sha256)
  const many = treeOf(songs(600), nodes)
  for (const kept of [0, 1, 31, 32, 33]) {
    const small = updateTree(many, songs(600).slice(kept).map(removal), nodes)
    expect(topOf(small, nodes)._tag).toBe(kept > 32 ? "Branch" : "Leaf")
    expect(toHex(small)).toBe(toHex(treeOf(songs(kept), nodes)))
  }
})

it("of 5,000 entries is the same in one go and in forty, and empty again when all are removed", () => {
  const nodes = new MemoryNodes(sha256)
  const all = songs(5000)
  const root = treeOf(all, nodes)
  expect(depthOf(rootOf(root, nodes).song.hash, nodes)).toBeGreaterThanOrEqual(2)
  let grown = emptyTree(nodes)
  for (let at = 0; at < 40; at++)
    grown = updateTree(
      grown,
      all.filter((_, index) => (index * 7919) % 40 === at),
      nodes
    )
  expect(toHex(grown)).toBe(toHex(root))
  expect([...entriesOf(root, "song", nodes)]).toHaveLength(5000)
  for (let at = 0; at < 10; at++)
    grown = updateTree(grown, all.filter((_, index) => index % 10 === at).map(removal), nodes)
  expect(toHex(grown)).toBe(toHex(emptyTree(nodes)))
})

it("of 5,000 entries reads and writes a few nodes for one change, one look-up or one difference", () => {
  const nodes = new MemoryNodes(sha256)
  const root = treeOf(songs(5000), nodes)
  const counted = <A>(work: () => A) => {
    nodes.gets = 0
    nodes.puts = 0
    return { result: work(), gets: nodes.gets, puts: nodes.puts }
  }
  const edit = counted(() => updateTree(root, [put("song", "song-17", 2)], nodes))
  expect(edit.gets).toBeLessThanOrEqual(6)
  expect(edit.puts).toBeLessThanOrEqual(6)
  expect(counted(() => lookup(root, { kind: "song", id: "song-17" }, nodes)).gets).toBeLessThanOrEqual(6)
  const diff = counted(() => [...diffTrees(root, edit.result, nodes)])
  expect(diff.result.map(({ id }) => id)).toEqual(["song-17"])
  expect(diff.gets).toBeLessThanOrEqual(12)
  expect(counted(() => [...diffTrees(root, root, nodes)])).toMatchObject({ result: [], gets: 0 })
})

it("takes the last of several changes of one entity, and stays the same when nothing changes", () => {
  const nodes = new MemoryNodes(sha256)
  const root = treeOf(songs(40), nodes)
  expect(updateTree(root, [], nodes)).toBe(root)
  const same = updateTree(root, [...songs(40), removal({ kind: "song", id: "never there" })], nodes)
  expect(toHex(same)).toBe(toHex(root))
  const twice = [put("song", "x", 1), removal({ kind: "song", id: "x" }), put("song", "x", 2)]
  expect(toHex(updateTree(root, twice, nodes))).toBe(toHex(updateTree(root, twice.slice(2), nodes)))
})

it("keeps kinds apart that share an id", () => {
  const nodes = new MemoryNodes(sha256)
  const root = treeOf([put("song", "a", 1), put("performance", "a", 2), put("preferences", "a", 3)], nodes)
  const without = updateTree(root, [removal({ kind: "song", id: "a" })], nodes)
  expect(lookup(without, { kind: "song", id: "a" }, nodes)).toBeUndefined()
  expect(lookup(without, { kind: "performance", id: "a" }, nodes)).toEqual(put("performance", "a", 2).record)
  expect(lookup(without, { kind: "preferences", id: "a" }, nodes)).toEqual(put("preferences", "a", 3).record)
})
