/** Walking and verifying whole trees. */
import { malformed } from "../errors/malformed.js"
import { type Kind, kinds } from "../model/Entity.js"
import { objectsOfRecord } from "../model/Record.js"
import type { ObjectRef } from "../model/RecordCells.js"
import { type Entry, type Node, type NodeRef, nibble, type Root } from "./Node.js"
import { load, type NodeStore, rootOf } from "./Tree.js"

export interface TreeVisitor {
  /** Called once per node or root; return false to skip what lies below (seen before). */
  readonly node: (hash: Uint8Array) => boolean
  /** Called for each entry of a leaf, with the documents that its record names. */
  readonly entry: (kind: Kind, entry: Entry, documents: ReadonlyArray<ObjectRef>) => void
  /** A node that is missing or cannot be trusted. What lies below it is not visited. */
  readonly damage: (hash: Uint8Array, kind: Kind | undefined, error: unknown) => void
}

/** Nibbles of a key: no node lies deeper. */
const deepest = 64

const sizeOf = (
  records: ReadonlyArray<Entry>,
  documents: ReadonlyArray<ReadonlyArray<ObjectRef>>
): number => {
  let size = 0
  for (const { record } of records) size += record.length
  for (const refs of documents) for (const { length } of refs) size += length
  return size
}

/**
 * What a reference says of a node must be so, and its entries must lie on its path. Returns the documents of each entry.
 * @throws MalformedData
 */
export const checkNode = (
  kind: Kind,
  ref: NodeRef,
  node: Node,
  path: ReadonlyArray<number>
): ReadonlyArray<ReadonlyArray<ObjectRef>> => {
  if (path.length > deepest) throw malformed("tree node", "it lies deeper than any key")
  const entries = node._tag === "Leaf" ? node.entries : []
  const children = node._tag === "Branch" ? node.children : []
  const documents = entries.map(({ record }) => objectsOfRecord(kind, record))
  const count = entries.length + children.reduce((sum, child) => sum + (child?.count ?? 0), 0)
  const bytes = sizeOf(entries, documents) + children.reduce((sum, child) => sum + (child?.bytes ?? 0), 0)
  if (count !== ref.count || bytes !== ref.bytes) throw malformed("tree node", "its counts do not add up")
  if (entries.some((entry) => path.some((step, depth) => nibble(entry.key, depth) !== step)))
    throw malformed("tree node", "an entry lies on the wrong path")
  return documents
}

/** Walks and verifies a whole tree: encodings, order, counts and paths. Shared parts are walked once per `visitor`. */
export const walkTree = (root: Uint8Array, store: NodeStore, visitor: TreeVisitor): void => {
  const visit = (kind: Kind, ref: NodeRef, path: ReadonlyArray<number>): void => {
    if (!visitor.node(ref.hash)) return
    let node: Node
    let documents: ReadonlyArray<ReadonlyArray<ObjectRef>>
    try {
      node = load(kind, ref, store)
      documents = checkNode(kind, ref, node, path)
    } catch (error) {
      visitor.damage(ref.hash, kind, error)
      return
    }
    if (node._tag === "Leaf")
      node.entries.forEach((entry, index) => {
        visitor.entry(kind, entry, documents[index] ?? [])
      })
    else
      node.children.forEach((child, index) => {
        if (child !== undefined) visit(kind, child, [...path, index])
      })
  }
  if (!visitor.node(root)) return
  let tries: Root
  try {
    tries = rootOf(root, store)
  } catch (error) {
    visitor.damage(root, undefined, error)
    return
  }
  for (const kind of kinds) visit(kind, tries[kind], [])
}
