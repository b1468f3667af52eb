/** The tree of a position of the log, and making it the stored one. */
import { equalBytes, type NewObject, updateTree } from "@white-room/core"
import { changedEntities, readHead } from "../log/EventTable.js"
import {
  countBlocks,
  firstDense,
  firstLoose,
  hasObject,
  insertBlocks,
  type PackedBlock,
  packBlock
} from "../object/Objects.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Database } from "../sqlite/Database.js"

/** The tree at a position, with every node that is not part of the tree it was computed from. */
export interface Checkpoint {
  readonly root: Uint8Array
  readonly position: number
  /** The stored tree this was computed from. */
  readonly baseRoot: Uint8Array
  readonly nodes: ReadonlyArray<NewObject>
  readonly changed: number
}

/** The last checkpoint of a session that no backup took yet: a restore plans with it, then keeps it as safety backup. */
export const computed = new WeakMap<Session, Checkpoint & { readonly chainHash: Uint8Array }>()

/** The tree of the log's state now, computed on one snapshot and outside the write lock. */
export const checkpoint = (session: Session): Checkpoint =>
  session.db.snapshot(() => {
    const { treeRoot, treePosition } = readInfo(session.db)
    const { position, chainHash } = readHead(session.db)
    const last = computed.get(session)
    if (last && equalBytes(last.chainHash, chainHash) && equalBytes(last.baseRoot, treeRoot)) return last
    const changes = changedEntities(session.db, treePosition, position)
    const nodes = new Map<string, NewObject>()
    const root = updateTree(treeRoot, changes, session.nodeStoreOfAll(nodes))
    const point = { root, position, baseRoot: treeRoot, nodes: [...nodes.values()], changed: changes.length }
    computed.set(session, { ...point, chainHash })
    return point
  })

/** Thrown inside the final transaction when the log moved on: compute again. */
export class HeadMoved extends Error {}

/** Makes the tree of a checkpoint the stored one; inside a write transaction. */
export const storeCheckpoint = (
  session: Session,
  point: Checkpoint,
  blocks: ReadonlyArray<PackedBlock>
): void => {
  const info = readInfo(session.db)
  if (!equalBytes(info.treeRoot, point.baseRoot) || readHead(session.db).position !== point.position)
    throw new HeadMoved()
  insertBlocks(session.db, blocks)
  // Nodes that were there already, or came in an earlier slice, may have been pruned since: keep them again.
  for (const node of point.nodes)
    if (!hasObject(session.db, node.hash)) insertBlocks(session.db, [packBlock([node])])
  session.db.run(
    "UPDATE library_info SET tree_root = ?, tree_position = ? WHERE id = 1",
    point.root,
    point.position
  )
}

/** Compressed bytes of the blocks, quick and loose, that came since the last backup; counts them. */
export const countNewBytes = (db: Database): number => {
  const [sealed, loose] = db.row<[number, number]>(
    "SELECT counted_sealed, counted_loose FROM library_info"
  ) ?? [0, 0]
  const bytes = db.row<[number]>(
    "SELECT coalesce(sum(length(data)), 0) FROM block WHERE (number > ? AND number < ?) OR number > ?",
    sealed,
    firstDense,
    Math.max(loose, firstLoose - 1)
  )
  countBlocks(db)
  return bytes?.[0] ?? 0
}
