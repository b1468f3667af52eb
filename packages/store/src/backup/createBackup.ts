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
  rootOf,
  toHex
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { writeReconciled } from "../capture/WriteReconciled.js"
import { EventWriter } from "../log/EventWriter.js"
import {
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  type PackedBlock,
  packBlock,
  runsOf
} from "../object/Objects.js"
import { requireLease } from "../schedule/Leases.js"
import type { Session } from "../session/Session.js"
import { latestBackup, nextNumber, recordBackupEvent } from "./Catalog.js"
import {
  type Checkpoint,
  checkpoint,
  computed,
  countNewBytes,
  HeadMoved,
  storeCheckpoint
} from "./Checkpoint.js"
import { sealLoose } from "./sealLoose.js"

/** Checkpoints of more blocks than this reach the disk in slices first, so that the last transaction stays small. */
const blocksPerCommit = 8

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
