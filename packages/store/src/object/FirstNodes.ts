import type { DecodedNodes, Kind, Node } from "@white-room/core"
import { hashKey } from "./HashKeys.js"

/** Entries that are kept decoded, in some 8 MB, and with them the blocks that their records lie in. */
export const entriesKept = 20_000

/** What a node takes, in entries. */
const weightOf = (node: Node): number => (node._tag === "Leaf" ? 1 + node.entries.length : 8)

/**
 * The first nodes that were decoded, of trees that are walked several times. Each walk comes by them in the same order, so
 * of a tree that is larger than what is kept, the newest nodes would always be gone when they are asked for.
 */
export class FirstNodes implements DecodedNodes {
  private readonly nodes: Readonly<Record<Kind, Map<string, Node>>> = {
    song: new Map(),
    performance: new Map(),
    preferences: new Map()
  }
  private held = 0

  get(kind: Kind, hash: Uint8Array): Node | undefined {
    return this.nodes[kind].get(hashKey(hash))
  }

  set(kind: Kind, hash: Uint8Array, node: Node): void {
    const weight = weightOf(node)
    if (this.held + weight > entriesKept) return
    this.held += weight
    this.nodes[kind].set(hashKey(hash), node)
  }
}
