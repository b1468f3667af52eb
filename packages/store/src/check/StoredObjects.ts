/** What the blocks were found to hold, for the trees and the log, which come by it again. */
import { type DecodedNodes, looksLikeNode, type Node, type NodeStore } from "@white-room/core"
import { hashKey } from "../object/HashKeys.js"
import { HashSet } from "../object/HashSet.js"
import type { Session } from "../session/Session.js"

/** Raw bytes of blocks that are kept for the nodes in them: the trees of some 100,000 songs. */
const bytesKept = 24 * 1024 * 1024

/** Decoded entries of a kind that are kept, in some 15 MB. */
const entriesKept = 40_000

/** What a node takes, in entries. */
const weightOf = (node: Node): number => (node._tag === "Leaf" ? 1 + node.entries.length : 8)

/** The newest nodes that were decoded, of one kind. */
class NewestNodes {
  private readonly nodes = new Map<string, Node>()
  private held = 0

  get(key: string): Node | undefined {
    return this.nodes.get(key)
  }

  set(key: string, node: Node): void {
    this.nodes.set(key, node)
    this.held += weightOf(node)
    for (const [oldest, dropped] of this.nodes) {
      if (this.held <= entriesKept) break
      this.nodes.delete(oldest)
      this.held -= weightOf(dropped)
    }
  }
}

const newestNodes = (): DecodedNodes => {
  const byKind = { song: new NewestNodes(), performance: new NewestNodes(), preferences: new NewestNodes() }
  return {
    get: (kind, hash) => byKind[kind].get(hashKey(hash)),
    set: (kind, hash, node) => byKind[kind].set(hashKey(hash), node)
  }
}

export class StoredObjects {
  private readonly names = new HashSet()
  private readonly nodes = new Map<string, Uint8Array>()
  private held = 0

  /** What is not a hash names no object. */
  add(hash: Uint8Array): void {
    this.names.add(hash)
  }

  has(hash: Uint8Array): boolean {
    return this.names.has(hash)
  }

  /** Keeps the nodes among the objects of a block that were found sound, while there is room for so many bytes. */
  keepNodes(sound: ReadonlyMap<string, Uint8Array>, bytes: number): void {
    if (this.held + bytes > bytesKept) return
    const before = this.nodes.size
    for (const [key, object] of sound) if (looksLikeNode(object)) this.nodes.set(key, object)
    if (this.nodes.size > before) this.held += bytes
  }

  /** Tree nodes: those that were kept, and the others from their blocks. Each is decoded once. */
  nodeStore(session: Session): NodeStore {
    const store = session.nodeStore(new Map())
    return {
      ...store,
      get: (hash) => this.nodes.get(hashKey(hash)) ?? store.get(hash),
      decoded: newestNodes()
    }
  }
}
