/**
 * Taking a backup: capture what other programs wrote, bring the current tree up to the log along the paths that
 * changed, seal, then one small transaction. Cost follows the number of changes.
 */
import { randomUUID } from "node:crypto"
import {
  type BackupTaken,
  backupVersion,
  type CreateBackupOptions,
  type CreatedBackup,
  encodeBackupTaken,
  equalBytes,
  type NewObject,
  rootOf,
  toHex,
  updateTree
} from "@white-room/core"
import type { Database } from "../db/Database.js"
import { readInfo, type Session } from "../library/Session.js"
import { captureAll, writeReconciled } from "../live/reconcile.js"
import { changedEntities, EventWriter, readHead } from "../log/events.js"
import {
  countBlocks,
  firstDense,
  firstLoose,
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  type PackedBlock,
  packBlock,
  runsOf
} from "../object/objects.js"
import { sealLoose } from "../object/seal.js"
import { requireLease } from "../schedule/lease.js"
import { latestBackup, nextNumber, recordBackupEvent } from "./catalog.js"

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
const computed = new WeakMap<Session, Checkpoint & { readonly chainHash: Uint8Array }>()

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

/** Checkpoints of more blocks than this reach the disk in slices first, so that the last transaction stays small. */
const blocksPerCommit = 8

/** Thrown inside the final transaction when the log moved on: compute again. */
class HeadMoved extends Error {}

/** Makes the tree of a checkpoint the stored one; inside a write transaction. */
const storeCheckpoint = (session: Session, point: Checkpoint, blocks: ReadonlyArray<PackedBlock>): void => {
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

const describe = (
  session: Session,
  point: Checkpoint,
  options: CreateBackupOptions,
  sealed: number,
  now: number
): BackupTaken => {
  const root = rootOf(point.root, session.nodeStore(new Map()))
  return {
    backupId: randomUUID(),
    number: nextNumber(session.db),
    root: point.root,
    position: point.position,
    time: now,
    description: options.description ?? "",
    tags: options.tags ?? [],
    pinned: options.pinned ?? false,
    trigger: options.trigger ?? "manual",
    profile: options.profile ?? "",
    version: backupVersion,
    songs: root.song.count,
    performances: root.performance.count,
    preferences: root.preferences.count,
    size: root.song.bytes + root.performance.bytes + root.preferences.bytes,
    newBytes: countNewBytes(session.db) + sealed
  }
}

const commit = (
  session: Session,
  point: Checkpoint,
  blocks: ReadonlyArray<PackedBlock>,
  options: CreateBackupOptions,
  sealed: number,
  now: number
): CreatedBackup => {
  if (options.lease !== undefined) requireLease(session.db, options.lease)
  storeCheckpoint(session, point, blocks)
  const writer = new EventWriter(session.db, { commandId: randomUUID(), actor: session.options.actor, now })
  const taken = describe(session, point, options, sealed, now)
  const event = { type: "BackupTaken", payload: encodeBackupTaken(taken), recordedAt: now } as const
  const backup = recordBackupEvent(session.db, writer, taken.backupId, event)
  writer.finish()
  if (backup === undefined) throw new Error("a backup that was taken is in the catalogue")
  return { ...backup, changed: point.changed, skipped: false }
}

/**
 * Computes a checkpoint, outside the lock unless the caller holds it, and commits it. `sealed` are the bytes of what was
 * loose before: they count as new, also where they were counted when they were loose. @throws HeadMoved
 */
const attempt = (
  session: Session,
  options: CreateBackupOptions,
  sealed: number,
  now: number
): CreatedBackup => {
  const point = checkpoint(session)
  computed.delete(session)
  const newest = latestBackup(session.db)
  if (options.skipIfUnchanged === true && newest?.root === toHex(point.root))
    return { ...newest, changed: 0, skipped: true }
  const fresh = point.nodes.filter(({ hash }) => !hasObject(session.db, hash))
  const blocks = runsOf(fresh, nodeBlockTarget).map((run) => packBlock(run))
  let early = 0
  for (; !session.db.inTransaction && blocks.length - early > blocksPerCommit; early += blocksPerCommit)
    writeReconciled(session, now, () => {
      insertBlocks(session.db, blocks.slice(early, early + blocksPerCommit))
    })
  const rest = blocks.slice(early)
  if (session.db.inTransaction) return commit(session, point, rest, options, sealed, now)
  return writeReconciled(session, now, () => commit(session, point, rest, options, sealed, now))
}

/** Keeps the present state of the library. When others keep writing, the last try computes under the lock. */
export const createBackup = (session: Session, options: CreateBackupOptions, now: number): CreatedBackup => {
  captureAll(session, now)
  const sealed = sealLoose(session, now)
  for (let tries = 1; tries <= 3; tries++) {
    try {
      return attempt(session, options, sealed, now)
    } catch (error) {
      if (!(error instanceof HeadMoved)) throw error
    }
  }
  return writeReconciled(session, now, () => attempt(session, options, sealed, now))
}
