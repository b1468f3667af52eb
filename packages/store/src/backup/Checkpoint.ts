/** The tree of a position of the log, and making it the stored one. */
import { type BackupTaken, equalBytes, type NewObject, rootOf, updateTree } from "@white-room/core"
import { eachChangedEntity, readHead } from "../log/EventTable.js"
import {
  countBlocks,
  firstDense,
  firstLoose,
  hasObject,
  insertBlocks,
  type PackedBlock,
  packBlock
} from "../object/Objects.js"
import { Moved } from "../session/Moved.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Checkpoint } from "../session/State.js"
import type { Database } from "../sqlite/Database.js"

/** The tree of the log's state now, computed on one snapshot and outside the write lock. */
export const checkpoint = (session: Session): Checkpoint =>
  session.db.snapshot(() => {
    const { treeRoot, treePosition } = readInfo(session.db)
    const { position, chainHash } = readHead(session.db)
    const last = session.lastCheckpoint
    if (last && equalBytes(last.chainHash, chainHash) && equalBytes(last.baseRoot, treeRoot)) return last
    let changed = 0
    const changes = function* () {
      for (const change of eachChangedEntity(session.db, treePosition, position)) {
        changed++
        yield change
      }
    }
    const nodes = new Map<string, NewObject>()
    const root = updateTree(treeRoot, changes(), session.nodeStoreOfAll(nodes))
    const point = { root, position, chainHash, baseRoot: treeRoot, nodes: [...nodes.values()], changed }
    session.lastCheckpoint = point
    return point
  })

/** Makes the tree of a checkpoint the stored one, inside a write transaction, unless the log moved on. */
export const storeCheckpoint = (
  session: Session,
  point: Checkpoint,
  blocks: ReadonlyArray<PackedBlock>
): Moved | undefined => {
  const info = readInfo(session.db)
  if (!equalBytes(info.treeRoot, point.baseRoot) || readHead(session.db).position !== point.position)
    return Moved.input("other programs kept writing to it")
  insertBlocks(session.db, blocks)
  // Nodes that were there already, or came in an earlier slice, may have been pruned since: keep them again.
  for (const node of point.nodes)
    if (!hasObject(session.db, node.hash)) insertBlocks(session.db, [packBlock([node])])
  session.db.run(
    "UPDATE library_info SET tree_root = ?, tree_position = ? WHERE id = 1",
    point.root,
    point.position
  )
  return undefined
}

/** How much a tree holds, as a backup says it. */
export const countsOf = (
  session: Session,
  root: Uint8Array
): Pick<BackupTaken, "songs" | "performances" | "preferences" | "size"> => {
  const { song, performance, preferences } = rootOf(root, session.nodeStore(new Map()))
  return {
    songs: song.count,
    performances: performance.count,
    preferences: preferences.count,
    size: song.bytes + performance.bytes + preferences.bytes
  }
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
