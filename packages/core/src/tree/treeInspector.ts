import { toHex } from "../codec/Bytes.js"
import { malformed } from "../errors/malformed.js"
import { type EntityKey, idOfCell, type Kind, kinds, liveTables } from "../model/Entity.js"
import { decodeRecord, nameOfRecord } from "../model/Record.js"
import { ObjectRef } from "../model/RecordCells.js"
import { decodeNode, type Entry, type NodeRef } from "./Node.js"
import { type NodeStore, rootOf } from "./Tree.js"
import { checkNode } from "./WalkTree.js"

/**
 * Something in a tree that cannot be trusted: an entity whose record is sound and a document of which is missing or
 * damaged, or without one the list itself: a node, or a record in it.
 */
export interface TreeProblem {
  readonly entity: (EntityKey & { readonly name: string }) | undefined
  readonly error: unknown
}

/**
 * Looks at trees of unknown origin: encodings, order, counts, paths, that records are those of their entities, and by
 * `document`, which throws when one is missing or is another, the documents. What passes without problems can be walked
 * by every function of the tree in bounded time: no node lies at two places. Parts that trees share are looked at once.
 */
export const treeInspector = (
  store: NodeStore,
  document: (ref: ObjectRef) => void
): ((root: Uint8Array) => ReadonlyArray<TreeProblem>) => {
  const known = new Map<string, ReadonlyArray<TreeProblem>>()
  /** Where the nodes of the present tree lie. */
  const places = new Map<string, string>()

  const entryProblems = (kind: Kind, { id, record }: Entry): ReadonlyArray<TreeProblem> => {
    const cells = decodeRecord(kind, record)
    const key = cells.get(liveTables[kind].idColumn)
    if (key === undefined || key instanceof ObjectRef || idOfCell(key) !== id)
      throw malformed("tree node", "a record is that of another entity")
    try {
      for (const cell of cells.values()) if (cell instanceof ObjectRef) document(cell)
      return []
    } catch (error) {
      return [{ entity: { kind, id, name: nameOfRecord(kind, record) }, error }]
    }
  }

  const nodeProblems = (
    kind: Kind,
    ref: NodeRef,
    path: ReadonlyArray<number>
  ): ReadonlyArray<TreeProblem> => {
    try {
      const node = decodeNode(kind, store.get(ref.hash), store.sha256)
      checkNode(kind, ref, node, path)
      if (node._tag === "Leaf") return node.entries.flatMap((entry) => entryProblems(kind, entry))
      return node.children.flatMap((child, index) =>
        child === undefined ? [] : visit(kind, child, [...path, index])
      )
    } catch (error) {
      return [{ entity: undefined, error }]
    }
  }

  const visit = (kind: Kind, ref: NodeRef, path: ReadonlyArray<number>): ReadonlyArray<TreeProblem> => {
    const name = toHex(ref.hash)
    const place = `${kind} ${path.join()} ${ref.count} ${ref.bytes}`
    const other = places.get(name)
    // Entries lie on one path only, so no node but an empty one can be at two places of one tree.
    if (other !== undefined && other !== place && ref.count > 0)
      return [{ entity: undefined, error: malformed("tree node", "it lies at two places") }]
    places.set(name, place)
    const problems = known.get(name + place) ?? nodeProblems(kind, ref, path)
    known.set(name + place, problems)
    return problems
  }

  return (root) => {
    places.clear()
    try {
      const tries = rootOf(root, store)
      return kinds.flatMap((kind) => visit(kind, tries[kind], []))
    } catch (error) {
      return [{ entity: undefined, error }]
    }
  }
}
