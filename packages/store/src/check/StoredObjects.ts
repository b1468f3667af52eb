/** What the blocks were found to hold, for the trees and the log, which come by it again. */
import { concatBytes, looksLikeNode, type NodeStore } from "@white-room/core"
import { Arena } from "../object/Arena.js"
import { FirstNodes } from "../object/FirstNodes.js"
import { hashKey } from "../object/HashKeys.js"
import { HashSet, hashBytes } from "../object/HashSet.js"
import type { Session } from "../session/Session.js"

/** Bytes of nodes that are kept: the trees of some 400,000 songs. */
const bytesKept = 24 * 1024 * 1024

/** The same as another thread takes it: memory that is handed over, and one string. */
export interface SentObjects {
  /** One hash after another. */
  readonly names: Uint8Array
  /** The keys of nodes, one after another. */
  readonly keys: string
  /** The chunk, the offset and the length of each node. */
  readonly places: Uint32Array
  readonly chunks: ReadonlyArray<Uint8Array>
}

export class StoredObjects {
  private readonly names = new HashSet()
  /** Names that are not in the set yet, one after another: it is made when it is asked. */
  private readonly coming: Array<Uint8Array> = []
  private readonly nodes = new Map<string, Uint8Array>()
  /** Copies, because a block would stay for the few nodes in it. */
  private readonly arena = new Arena()
  private readonly places: Array<number> = []
  private held = 0

  /** What is not a hash names no object. */
  add(hash: Uint8Array): void {
    this.names.add(hash)
  }

  /** The same of hashes, one after another, which must be hashes. */
  addEach(hashes: Uint8Array): void {
    this.coming.push(hashes)
  }

  has(hash: Uint8Array): boolean {
    for (const hashes of this.coming.splice(0)) this.names.addEach(hashes)
    return this.names.has(hash)
  }

  /** Keeps the nodes among the objects of a block that were found sound, while there is room for their bytes. */
  keepNodes(sound: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, object] of sound) {
      if (!looksLikeNode(object) || this.nodes.has(key) || this.held + object.length > bytesKept) continue
      const [chunk, offset, bytes] = this.arena.take(object.length)
      bytes.set(object)
      this.nodes.set(key, bytes)
      this.places.push(chunk, offset, object.length)
      this.held += object.length
    }
  }

  /** Hands everything over: nothing is left here. */
  send(): { readonly sent: SentObjects; readonly memory: ReadonlyArray<ArrayBuffer> } {
    const names = concatBytes([...this.names, ...this.coming])
    const places = Uint32Array.from(this.places)
    const { chunks } = this.arena
    const memory = [names, places, ...chunks].flatMap(({ buffer }) =>
      buffer instanceof ArrayBuffer ? [buffer] : []
    )
    return { sent: { names, keys: [...this.nodes.keys()].join(""), places, chunks }, memory }
  }

  static received({ names, keys, places, chunks }: SentObjects): StoredObjects {
    const stored = new StoredObjects()
    stored.addEach(names)
    for (let at = 0; 3 * at < places.length; at++) {
      const [chunk = 0, offset = 0, length = 0] = places.subarray(3 * at, 3 * at + 3)
      const bytes = chunks[chunk]?.subarray(offset, offset + length)
      if (bytes !== undefined) stored.nodes.set(keys.slice(hashBytes * at, hashBytes * (at + 1)), bytes)
    }
    return stored
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
