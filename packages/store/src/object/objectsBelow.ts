import { type NodeStore, objectsOfRecord, toHex, walkTree } from "@white-room/core"
import { firstTime } from "./HashKeys.js"

/**
 * The objects of states, tree nodes and documents or documents alone, each once and in the order of the trees, by their
 * hex hashes. What is below a node that `known` has is passed over; `known` then has these too.
 */
export const objectsBelow = (
  roots: Iterable<Uint8Array>,
  nodes: NodeStore,
  {
    known = new Set(),
    documentsOnly = false
  }: { readonly known?: Set<string>; readonly documentsOnly?: boolean } = {}
): ReadonlyMap<string, Uint8Array> => {
  const found = new Map<string, Uint8Array>()
  const isNew = firstTime(known)
  for (const root of roots)
    walkTree(root, nodes, {
      node: (hash) => {
        const enter = isNew(hash)
        if (enter && !documentsOnly) found.set(toHex(hash), hash)
        return enter
      },
      entry: (kind, { record }) => {
        for (const { hash } of objectsOfRecord(kind, record)) if (isNew(hash)) found.set(toHex(hash), hash)
      },
      damage: (_, __, error) => {
        throw error
      }
    })
  return found
}
