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
  "575254 01 93 00", // "WRT", version 1, a list: leaf, two entries, in the order of their keys: b, then a
  "92 a1 62 c4 03 91 a1 62", // id "b", a record of three bytes: TEXT "b"
  "92 a1 61 c4 03 91 a1 61"
)

const ref = (byte: number, count: number, bytes: number): NodeRef => ({
  hash: new Uint8Array(32).fill(byte),
  count,
  bytes
})

const sparse = (...children: ReadonlyArray<readonly [number, NodeRef]>) =>
  Array.from({ length: 16 }, (_, index) => children.find(([at]) => at === index)?.[1])

const hash = (byte: string) => `c4 20 ${byte.repeat(32)}`

const branch = hex(
  "575254 01 dc 0011 01", // "WRT", version 1, a list of 17: branch, 16 places
  `93 ${hash("aa")} 14 cd 012c`, // 0: 20 entries of 300 bytes
  "c0",
  `93 ${hash("bb")} 0c 00`, // 2: 12 entries
  "c0".repeat(12),
  `93 ${hash("cc")} 01 01` // 15
)

const root = hex(
  "575254 01 94 02", // "WRT", version 1, a list: root, songs, performances, preferences
  `93 ${hash("aa")} cc 81 cd 012c`,
  `93 ${hash("bb")} 02 03`,
  `93 ${hash("cc")} 00 00`
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
    expect(toHex(encodeLeaf([]))).toBe("575254019100")
    const empty = emptyTree(nodes)
    expect(toHex(empty)).toBe("418e0be5fe698692d5dfa6fbde0bdd08e75eb8b36487978c10af4f1492c9da5e")
    const emptyLeaf = "e3e31e9e694c04e2b26d234c056355335497faa4818894f8028990645438d63b"
    expect(toHex(nodes.get(empty))).toBe(hex("575254 01 94 02", `93 c4 20 ${emptyLeaf} 00 00`.repeat(3)))
    const one = updateTree(empty, [{ kind: "song", id: "a", record: entry("a").record }], nodes)
    const leafOfOne = toHex(sha256(fromHex(hex("575254 01 92 00", "92 a1 61 c4 03 91 a1 61"))))
    expect(toHex(nodes.get(one))).toBe(
      hex("575254 01 94 02", `93 c4 20 ${leafOfOne} 01 03`, `93 c4 20 ${emptyLeaf} 00 00`.repeat(2))
    )
  })
})

describe("a decoder of nodes refuses", () => {
  const first = "92 a1 62 c4 03 91 a1 62"
  const second = "92 a1 61 c4 03 91 a1 61"
  const child = `93 ${hash("aa")} 28 01`
  const places = (first: string, rest: number) =>
    `575254 01 dc 00${(rest + 2).toString(16)} 01 ${first} ${"c0".repeat(rest)}`
  it.each([
    ["nothing", ""],
    ["another magic", leaf.replace("575254", "575242")],
    ["a version of the future", leaf.replace("57525401", "57525402")],
    ["a tag of the future", "575254 01 92 03 c0"],
    ["a node without a tag", "575254 01 90"],
    ["a root", root],
    ["a leaf that is cut short", leaf.slice(0, -2)],
    ["bytes after a leaf", `${leaf}00`],
    ["a leaf of 33 entries", `575254 01 dc 0022 00 ${second.repeat(33)}`],
    ["a leaf out of order", `575254 01 93 00 ${second} ${first}`],
    ["a leaf with an entry twice", `575254 01 93 00 ${second} ${second}`],
    ["an entry that is no pair", "575254 01 92 00 93 a1 61 c4 03 91 a1 61 c0"],
    ["an entry without a record", "575254 01 92 00 91 a1 61"],
    ["an entry whose record is a text", "575254 01 92 00 92 a1 61 a1 61"],
    ["an id that is not UTF-8", "575254 01 92 00 92 a1 ff c4 03 91 a1 61"],
    ["an id that is not UTF-8, as bytes", "575254 01 92 00 92 91 c4 01 ff c4 03 91 a1 61"],
    ["an id that is a blob", "575254 01 92 00 92 c4 01 61 c4 03 91 a1 61"],
    ["a plain id as bytes", "575254 01 92 00 92 91 c4 01 61 c4 03 91 a1 61"],
    ["a length in more bytes than it needs", "575254 01 92 00 92 d9 01 61 c4 03 91 a1 61"],
    ["a branch that is cut short", branch.slice(0, -2)],
    ["a branch of 15 places", places(child, 14)],
    ["a branch of 17 places", places(child, 16)],
    ["a branch of 32 entries", places(`93 ${hash("aa")} 20 01`, 15)],
    ["a branch of none", places("c0", 15)],
    ["a branch with an empty child", places(`${child} 93 ${hash("bb")} 00 00`, 14)],
    ["a branch with a short hash", places(`93 c4 1f ${"aa".repeat(31)} 28 01`, 15)],
    ["a branch with a count that is a float", places(`93 ${hash("aa")} cb 4044 0000 0000 0000 01`, 15)],
    ["bytes after a branch", `${branch}00`]
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
