/**
 * Reclaiming space: marks what is needed outside the write lock, then sweeps in short transactions, each of which
 * first marks what others added meanwhile. A concurrent backup is never blocked and never loses an object.
 */
import { blockTarget, fromHex, type Kind, type NewObject, objectsOfRecord, walkTree } from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { versionsByEntity, versionsSince } from "../log/EntityEvents.js"
import { readHead } from "../log/EventTable.js"
import { firstTime, hashKey } from "../object/HashKeys.js"
import {
  blockOf,
  countBlocks,
  deleteUnused,
  firstLoose,
  moveIntoBlock,
  nodeBlockTarget,
  objectsOfBlock,
  packBlock,
  readBlock,
  runsOf
} from "../object/Objects.js"
import { readInfo, type Session } from "../session/Session.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"

/** What is needed, as of a position of the log. */
class Marks {
  private readonly needed = new Set<string>()
  private readonly isNew = firstTime()
  private position: number | undefined

  constructor(
    private readonly session: Session,
    /** Whether a version that this command replaced is kept even when nothing else holds it. */
    private readonly isYoung: (command: number) => boolean
  ) {}

  has(hash: Uint8Array): boolean {
    return this.needed.has(hashKey(hash))
  }

  private markRecord(kind: Kind, record: Uint8Array): void {
    for (const { hash } of objectsOfRecord(kind, record)) this.needed.add(hashKey(hash))
  }

  private markTree(root: Uint8Array): void {
    walkTree(root, this.session.nodeStore(new Map()), {
      node: (hash) => {
        this.needed.add(hashKey(hash))
        return this.isNew(hash)
      },
      entry: (kind, { record }) => this.markRecord(kind, record),
      // A tree that cannot be read in full says nothing about what it needs: remove nothing at all.
      damage: (_hash, _kind, error) => {
        throw error
      }
    })
  }

  /** Brings the marks up to the present log, trees included. Cheap when little happened since the last time. */
  advance(): void {
    const { db } = this.session
    this.markTree(readInfo(db).treeRoot)
    for (const backup of allBackups(db)) this.markTree(fromHex(backup.root))
    const head = readHead(db).position
    if (this.position === undefined) this.markVersions()
    else this.markVersionsSince(this.position)
    this.position = head
  }

  /** Every version that came since, also those that were replaced since: they are all younger than the horizon. */
  private markVersionsSince(position: number): void {
    for (const { kind, record } of versionsSince(this.session.db, position))
      if (record !== undefined) this.markRecord(kind, record)
  }

  /**
   * Marks every version that is the present one, or was until the horizon or later: a song that was deleted
   * yesterday is kept, however long ago it was last edited.
   */
  private markVersions(): void {
    for (const { kind, record, replacedBy } of versionsByEntity(this.session.db))
      if (record !== undefined && (replacedBy === undefined || this.isYoung(replacedBy)))
        this.markRecord(kind, record)
  }
}

const objectsPerSlice = 1000

const sweepObjects = (session: Session, marks: Marks, now: number): number => {
  const garbage: Array<Uint8Array> = []
  // What nobody needs is no loss either, when it is damaged.
  const all = "SELECT hash FROM object UNION ALL SELECT hash FROM damaged_object"
  for (const [stored] of session.db.iterate<[unknown]>(all)) {
    const hash = bytesOf(stored, "object")
    if (!marks.has(hash)) garbage.push(hash)
  }
  let removed = 0
  for (let from = 0; from < garbage.length; from += objectsPerSlice)
    commit(session, { now }, () => {
      marks.advance()
      for (const hash of garbage.slice(from, from + objectsPerSlice)) {
        if (marks.has(hash)) continue
        removed += session.db.run("DELETE FROM object WHERE hash = ?", hash)
        session.db.run("DELETE FROM damaged_object WHERE hash = ?", hash)
      }
    })
  return removed
}

interface BlockUse {
  readonly number: number
  readonly rawBytes: number
  readonly used: number
}

const blockUse = (session: Session): ReadonlyArray<BlockUse> =>
  session.db
    .rows<[unknown, unknown, unknown]>(
      `SELECT b.number, b.raw_bytes, coalesce(u.used, 0) FROM block b
       LEFT JOIN (SELECT block, sum(length) AS used FROM object GROUP BY block) u ON u.block = b.number`
    )
    .map(([number, rawBytes, used]) => ({
      number: wholeOf(number, "block"),
      rawBytes: wholeOf(rawBytes, "block"),
      used: wholeOf(used, "object")
    }))

/** A sealed block that is mostly dead, or so small that it compresses badly alone. */
const isWasteful = ({ number, rawBytes, used }: BlockUse): boolean =>
  used > 0 && number < firstLoose && (used < rawBytes / 2 || rawBytes < nodeBlockTarget / 2)

const liveObjects = (session: Session, number: number): ReadonlyArray<NewObject> => {
  const data = readBlock(session.db, number)
  if (data === undefined) return []
  return objectsOfBlock(data).filter(({ hash }) => blockOf(session.db, hash) === number)
}

/** Moves what lives in wasteful blocks together into new ones, a block's worth at a time. */
const rewriteBlocks = (session: Session, wasteful: ReadonlyArray<BlockUse>, now: number): void => {
  const numbers: Array<number> = []
  let objects: Array<NewObject> = []
  const flush = () => {
    commit(session, { now }, () => {
      for (const run of runsOf(objects)) {
        const still = run.filter(({ hash }) => {
          const block = blockOf(session.db, hash)
          return block !== undefined && numbers.includes(block)
        })
        if (still.length > 0) moveIntoBlock(session.db, packBlock(still))
      }
      deleteUnused(session.db, numbers)
    })
    numbers.length = 0
    objects = []
  }
  let size = 0
  for (const { number } of wasteful) {
    const live = liveObjects(session, number)
    numbers.push(number)
    objects.push(...live)
    size += live.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (size < blockTarget) continue
    flush()
    size = 0
  }
  if (numbers.length > 0) flush()
}

const deleteEmptyBlocks = (session: Session, now: number): void => {
  const empty = blockUse(session).filter(({ used }) => used === 0)
  for (let from = 0; from < empty.length; from += 100)
    commit(session, { now }, () =>
      deleteUnused(
        session.db,
        empty.slice(from, from + 100).map(({ number }) => number)
      )
    )
}

const storedBytes = (session: Session): number =>
  session.db.row<[number]>("SELECT coalesce(sum(length(data)), 0) FROM block")?.[0] ?? 0

export interface Collected {
  readonly objectsRemoved: number
  readonly bytesFreed: number
}

/** Removes objects that nothing needs, rewrites mostly dead blocks. `isYoung` says which replaced versions are needed. */
export const collect = (session: Session, isYoung: (command: number) => boolean, now: number): Collected => {
  const before = storedBytes(session)
  const marks = new Marks(session, isYoung)
  session.db.snapshot(() => marks.advance())
  const objectsRemoved = sweepObjects(session, marks, now)
  deleteEmptyBlocks(session, now)
  const wasteful = blockUse(session).filter(isWasteful)
  if (wasteful.length > 1 || wasteful.some(({ used, rawBytes }) => used < rawBytes / 2))
    rewriteBlocks(session, wasteful, now)
  // What was moved does not count as new bytes of the next backup.
  commit(session, { now }, () => countBlocks(session.db))
  return { objectsRemoved, bytesFreed: Math.max(0, before - storedBytes(session)) }
}
