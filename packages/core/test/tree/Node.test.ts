/** The bytes of tree nodes, and what is not taken for one. */
import { describe, expect, it } from "vitest"
import { fromHex, toHex } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { text } from "../../src/model/Entity.js"
import { encodeCells } from "../../src/model/Record.js"
import {
  decodeNode,
  decodeRoot,
  encodeBranch,
  encodeLeaf,
  encodeRoot,
  entryKey,
  type NodeRef,
  nibble
} from "../../src/tree/Node.js"
import { emptyTree, updateTree } from "../../src/tree/Tree.js"
import { hex } from "../golden.js"
import { sha256 } from "../sha256.js"
import { MemoryNodes } from "./fixtures.js"

const entry = (id: string) => ({
  id,
  record: encodeCells("song", new Map([["id", text(id)]])),
  key: entryKey("song", id, sha256)
})

const leaf = hex(
  "575254 01 00 02", // "WRT", version 1, leaf, two entries, in the order of their keys: b, then a
  "01 62 05 01 01 03 01 62", // id "b", a record of five bytes: one cell, column 1, TEXT "b"
  "01 61 05 01 01 03 01 61"
)

const ref = (byte: number, count: number, bytes: number): NodeRef => ({
  hash: new Uint8Array(32).fill(byte),
  count,
  bytes
})

const sparse = (...children: ReadonlyArray<readonly [number, NodeRef]>) =>
  Array.from({ length: 16 }, (_, index) => children.find(([at]) => at === index)?.[1])

const branch = hex(
  "575254 01 01 8005", // "WRT", version 1, branch, children 15, 2 and 0
  `${"aa".repeat(32)} 14 ac02`, // 20 entries of 300 bytes
  `${"bb".repeat(32)} 0c 00`, // 12 entries
  `${"cc".repeat(32)} 01 01`
)

const root = hex(
  "575254 01 02", // "WRT", version 1, root: songs, performances, preferences
  `${"aa".repeat(32)} 8101 ac02`,
  `${"bb".repeat(32)} 02 03`,
  `${"cc".repeat(32)} 00 00`
)

describe("the bytes", () => {
  it("of a key are the SHA-256 of kind, 0 and id", () => {
    expect(toHex(entryKey("song", "a", sha256))).toBe(toHex(sha256(fromHex("010061"))))
    expect(toHex(entryKey("performance", "é", sha256))).toBe(toHex(sha256(fromHex("0200c3a9"))))
    expect(toHex(entryKey("preferences", "default", sha256))).toBe(
      toHex(sha256(fromHex("030064656661756c74")))
    )
    const key = Uint8Array.of(0xc7, 0xd0)
    expect([0, 1, 2, 3].map((depth) => nibble(key, depth))).toEqual([12, 7, 13, 0])
  })

  it("of a leaf are these", () => {
    expect(toHex(encodeLeaf([entry("b"), entry("a")]))).toBe(leaf)
    const node = decodeNode("song", fromHex(leaf), sha256)
    expect(node._tag === "Leaf" && node.entries).toEqual([entry("b"), entry("a")])
  })

  it("of a branch are these", () => {
    const children = sparse([0, ref(0xaa, 20, 300)], [2, ref(0xbb, 12, 0)], [15, ref(0xcc, 1, 1)])
    expect(toHex(encodeBranch(children))).toBe(branch)
    expect(decodeNode("song", fromHex(branch), sha256)).toEqual({ _tag: "Branch", children })
  })

  it("of a root are these", () => {
    const tries = { song: ref(0xaa, 129, 300), performance: ref(0xbb, 2, 3), preferences: ref(0xcc, 0, 0) }
    expect(toHex(encodeRoot(tries))).toBe(root)
    expect(decodeRoot(fromHex(root))).toEqual(tries)
  })

  it("of the empty tree, and of a tree of one song, have these names", () => {
    const nodes = new MemoryNodes(sha256)
    expect(toHex(encodeLeaf([]))).toBe("575254010000")
    const empty = emptyTree(nodes)
    expect(toHex(empty)).toBe("68ba14f9e69f880c60ed2c9b7aae585ddf5f50cbdf101216a0f7b032b59e8141")
    const emptyLeaf = "dd969b6015dda1e1c91e294f0f94b5de4eac7ee13b3683824fd757a09b4bc5cc"
    expect(toHex(nodes.get(empty))).toBe(hex("575254 01 02", `${emptyLeaf} 00 00`.repeat(3)))
    const one = updateTree(empty, [{ kind: "song", id: "a", record: entry("a").record }], nodes)
    const leafOfOne = toHex(sha256(fromHex(hex("575254 01 00 01", "01 61 05 01 01 03 01 61"))))
    expect(toHex(nodes.get(one))).toBe(
      hex("575254 01 02", `${leafOfOne} 01 05`, `${emptyLeaf} 00 00`.repeat(2))
    )
  })
})

describe("a decoder of nodes refuses", () => {
  const first = "01 62 05 01 01 03 01 62"
  const second = "01 61 05 01 01 03 01 61"
  const child = `${"aa".repeat(32)} 28 01`
  it.each([
    ["nothing", ""],
    ["another magic", leaf.replace("575254", "575242")],
    ["a version of the future", leaf.replace("57525401", "57525402")],
    ["a tag of the future", "575254 01 03 00"],
    ["a root", root],
    ["a leaf that is cut short", leaf.slice(0, -2)],
    ["bytes after a leaf", `${leaf}00`],
    ["a leaf of 33 entries", "575254 01 00 21"],
    ["a leaf out of order", `575254 01 00 02 ${second} ${first}`],
    ["a leaf with an entry twice", `575254 01 00 02 ${second} ${second}`],
    ["an id that is no UTF-8", "575254 01 00 01 01 ff 05 01 01 03 01 61"],
    ["a length in more bytes than it needs", "575254 01 00 01 8100 61 05 01 01 03 01 61"],
    ["a branch that is cut short", branch.slice(0, -2)],
    ["a branch of 32 entries", `575254 01 01 0001 ${"aa".repeat(32)} 20 01`],
    ["a branch of none", "575254 01 01 0000"],
    ["a branch with an empty child", `575254 01 01 0003 ${child} ${"bb".repeat(32)} 00 00`],
    ["bytes after a branch", `575254 01 01 0001 ${child} 00`]
  ])("%s", (_, bytes) => {
    expect(() => decodeNode("song", fromHex(hex(bytes)), sha256)).toThrow(MalformedData)
  })

  it.each([
    ["a leaf", leaf],
    ["a root that is cut short", root.slice(0, -2)],
    ["bytes after a root", `${root}00`]
  ])("%s in the place of a root", (_, bytes) => {
    expect(() => decodeRoot(fromHex(bytes))).toThrow(MalformedData)
  })
})
