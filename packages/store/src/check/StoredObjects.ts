/** What the blocks were found to hold, for the trees and the log, which come by it again. */
import { looksLikeNode, type NodeStore } from "@white-room/core"
import { FirstNodes } from "../object/FirstNodes.js"
import { hashKey } from "../object/HashKeys.js"
import { HashSet } from "../object/HashSet.js"
import type { Session } from "../session/Session.js"

/** Raw bytes of blocks that are kept for the nodes in them: the trees of some 100,000 songs. */
const bytesKept = 24 * 1024 * 1024

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
      decoded: new FirstNodes()
    }
  }
}
