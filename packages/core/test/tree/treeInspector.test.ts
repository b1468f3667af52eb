import { describe, expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import { MalformedData } from "../../src/errors/WhiteRoomError.js"
import { Text } from "../../src/model/Entity.js"
import { encodeRecord } from "../../src/model/Record.js"
import { decodeNode, encodeBranch, encodeRoot, type NodeRef } from "../../src/tree/Node.js"
import { emptyTree, rootOf, updateTree } from "../../src/tree/Tree.js"
import { treeInspector } from "../../src/tree/treeInspector.js"
import { sha256 } from "../sha256.js"

const memory = () => {
  const nodes = new Map<string, Uint8Array>()
  return {
    nodes,
    sha256,
    get: (hash: Uint8Array) => {
      const node = nodes.get(toHex(hash))
      if (node === undefined) throw new MalformedData({ what: "tree node", reason: "it is missing" })
      return node
    },
    put: (bytes: Uint8Array) => {
      const hash = sha256(bytes)
      nodes.set(toHex(hash), bytes)
      return hash
    }
  }
}

const record = (id: string, name = id) =>
  encodeRecord(
    "song",
    new Map([
      ["id", Text.ofString(id)],
      ["name", Text.ofString(name)],
      ["song_data_json", Text.ofString("{}")]
    ]),
    sha256
  ).record

const songs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    kind: "song" as const,
    id: `s${index}`,
    record: record(`s${index}`)
  }))

const reasons = (problems: ReturnType<ReturnType<typeof treeInspector>>) =>
  problems.map(({ entity, error }) => [entity?.id, error instanceof MalformedData ? error.reason : error])

const rootWith = (store: ReturnType<typeof memory>, song: NodeRef) =>
  store.put(encodeRoot({ ...rootOf(emptyTree(store), store), song }))

describe("a tree of unknown origin", () => {
  it("has no problems when it is whole, alone or beside a tree that shares parts of it at other places", () => {
    const store = memory()
    const inspect = treeInspector(store, () => undefined)
    const one = updateTree(emptyTree(store), songs(1), store)
    const many = updateTree(one, songs(400), store)
    expect([one, many, emptyTree(store), one].flatMap(inspect)).toEqual([])
  })

  it("tells the song whose document is missing, in every tree that has it", () => {
    const store = memory()
    const inspect = treeInspector(store, () => {
      throw new MalformedData({ what: "document", reason: "it is missing" })
    })
    const one = updateTree(emptyTree(store), songs(1), store)
    expect([one, one].flatMap((root) => reasons(inspect(root)))).toEqual([
      ["s0", "it is missing"],
      ["s0", "it is missing"]
    ])
  })

  it("tells a missing node, and goes on with the others", () => {
    const store = memory()
    const root = updateTree(emptyTree(store), songs(400), store)
    const branch = decodeNode("song", store.get(rootOf(root, store).song.hash), sha256)
    const child = branch._tag === "Branch" ? branch.children.find((each) => each !== undefined) : undefined
    if (child === undefined) throw new Error("400 songs need a branch")
    store.nodes.delete(toHex(child.hash))
    expect(reasons(treeInspector(store, () => undefined)(root))).toEqual([[undefined, "it is missing"]])
  })

  it("refuses a record under the id of another song", () => {
    const store = memory()
    const wrong = [{ kind: "song" as const, id: "a", record: record("b") }]
    const root = updateTree(emptyTree(store), wrong, store)
    expect(reasons(treeInspector(store, () => undefined)(root))).toEqual([
      [undefined, "a record is that of another entity"]
    ])
  })

  it("refuses in short time a node that stands for more songs than there are, again and again", () => {
    const store = memory()
    const leaf = rootOf(updateTree(emptyTree(store), songs(20), store), store).song
    let ref: NodeRef = leaf
    for (let depth = 0; depth < 9; depth++) {
      const children = Array.from({ length: 16 }, () => ref)
      ref = { hash: store.put(encodeBranch(children)), count: 16 * ref.count, bytes: 16 * ref.bytes }
    }
    let reads = 0
    const counting = {
      ...store,
      get: (hash: Uint8Array) => {
        reads++
        return store.get(hash)
      }
    }
    const inspect = treeInspector(counting, () => undefined)
    expect(reasons(inspect(rootWith(store, ref)))).toContainEqual([undefined, "it lies at two places"])
    expect(reads).toBeLessThan(20)
  })

  it("refuses a chain of nodes that is longer than any key", () => {
    const store = memory()
    const leaf = rootOf(updateTree(emptyTree(store), songs(20), store), store).song
    const both = [leaf, { ...leaf, hash: store.put(Uint8Array.of(1)) }]
    let ref: NodeRef = {
      hash: store.put(encodeBranch([...both, ...Array(14)])),
      count: 40,
      bytes: 2 * leaf.bytes
    }
    for (let depth = 0; depth < 10_000; depth++)
      ref = { ...ref, hash: store.put(encodeBranch([ref, ...Array(15)])) }
    const found = reasons(treeInspector(store, () => undefined)(rootWith(store, ref)))
    expect(found).toEqual([[undefined, "it lies deeper than any key"]])
  })
})
