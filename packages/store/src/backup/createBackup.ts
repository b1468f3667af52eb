/**
 * Taking a backup: capture what other programs wrote, bring the current tree up to the log along the paths that
 * changed, seal, then one small transaction. Cost follows the number of changes.
 */
import { randomUUID } from "node:crypto"
import {
  type BackupTaken,
  backupTextFault,
  backupVersion,
  encodeBackupTaken,
  InvalidInput,
  type TakenBackup,
  type TakeOptions,
  toHex
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { commit, Done, prepareAndCommit, type Transaction } from "../capture/Commit.js"
import { mending, mendObjects } from "../mend/MendObjects.js"
import {
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  type PackedBlock,
  packBlock,
  runsOf
} from "../object/Objects.js"
import { requireLease } from "../schedule/Leases.js"
import type { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import type { Checkpoint } from "../session/State.js"
import { latestBackup, nextNumber, recordBackupEvent } from "./Catalog.js"
import { checkpoint, countNewBytes, countsOf, storeCheckpoint } from "./Checkpoint.js"
import { sealLoose } from "./sealLoose.js"
import { requestOfTake, takenBefore } from "./TakenBefore.js"

/** Checkpoints of more blocks than this reach the disk in slices first, so that the last transaction stays small. */
const blocksPerCommit = 8

const describe = (
  session: Session,
  point: Checkpoint,
  options: TakeOptions,
  sealed: number,
  now: number
): BackupTaken => {
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
    ...countsOf(session, point.root),
    newBytes: countNewBytes(session.db) + sealed
  }
}

const keep = (
  tx: Transaction,
  point: Checkpoint,
  blocks: ReadonlyArray<PackedBlock>,
  options: TakeOptions,
  sealed: number,
  now: number
): TakenBackup | Moved => {
  const { session } = tx
  // Another process may have taken it since this one looked.
  const before = takenBefore(session, options)
  if (before !== undefined) return before
  if (options.lease !== undefined) requireLease(session.db, options.lease)
  const moved = storeCheckpoint(session, point, blocks)
  if (moved !== undefined) return moved
  const { commandId } = options
  const writer = tx.command({ commandId, requestHash: requestOfTake(options) })
  const taken = describe(session, point, options, sealed, now)
  const event = { type: "BackupTaken", payload: encodeBackupTaken(taken) } as const
  const backup = recordBackupEvent(session.db, writer, taken.backupId, event)
  if (backup === undefined) throw new Error("a backup that was taken is in the catalogue")
  return { ...backup, changed: point.changed, skipped: false }
}

interface Prepared {
  readonly point: Checkpoint
  /** What is not on the disk yet. */
  readonly blocks: ReadonlyArray<PackedBlock>
}

/** Computes and packs a checkpoint; outside the lock, where much of it reaches the disk early. */
const prepare = (session: Session, options: TakeOptions, now: number): Prepared | Done<TakenBackup> => {
  const point = checkpoint(session)
  session.lastCheckpoint = undefined
  const newest = latestBackup(session.db)
  if (options.skipIfUnchanged === true && newest?.root === toHex(point.root))
    return new Done({ ...newest, changed: 0, skipped: true })
  const fresh = point.nodes.filter(({ hash }) => !hasObject(session.db, hash))
  const blocks = runsOf(fresh, nodeBlockTarget).map((run) => packBlock(run))
  let early = 0
  for (; !session.db.inTransaction && blocks.length - early > blocksPerCommit; early += blocksPerCommit) {
    const slice = blocks.slice(early, early + blocksPerCommit)
    commit(session, { now }, () => insertBlocks(session.db, slice))
  }
  return { point, blocks: blocks.slice(early) }
}

const take = (session: Session, options: TakeOptions, now: number): TakenBackup => {
  captureAll(session, now)
  const sealed = sealLoose(session, now)
  return prepareAndCommit(
    session,
    { now, lastUnderLock: true },
    () => prepare(session, options, now),
    (tx, { point, blocks }) => keep(tx, point, blocks, options, sealed, now)
  )
}

/**
 * Keeps the present state of the library. When others keep writing, the last try computes under the lock. The bytes of
 * what was loose before count as new, also where they were counted when they were loose. What is known to be damaged, or
 * turns out to be on the way, is stored again first, as far as it is found whole.
 */
export const createBackup = (session: Session, options: TakeOptions, now: number): TakenBackup => {
  const fault = backupTextFault(options)
  if (fault !== undefined) throw new InvalidInput(fault)
  const before = takenBefore(session, options)
  if (before !== undefined) return before
  mendObjects(session, now)
  return mending(session, now, () => take(session, options, now), true)
}
