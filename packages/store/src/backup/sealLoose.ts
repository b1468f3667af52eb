/**
 * Packing again what was packed in a hurry: loose objects into blocks, and quick blocks, a few for each of those, into
 * dense ones. Everything is read and compressed outside the write lock and moved in short transactions; an object can be
 * read at every moment.
 */
import { blockTarget, isWhiteRoomError, type NewObject, toHex } from "@white-room/core"
import { commit } from "../capture/Commit.js"
import {
  blockOf,
  firstDense,
  firstLoose,
  hasObject,
  insertBlockRow,
  leadingBits,
  nodeBlockTarget,
  objectsOfBlock,
  type PackedBlock,
  packDense,
  pointAt,
  readBlock
} from "../object/Objects.js"
import type { Session } from "../session/Session.js"

interface StoredBlock {
  readonly number: number
  readonly data: Uint8Array
}

interface Size {
  readonly number: number
  readonly rawBytes: number
}

/** The oldest of these blocks that fill `target` raw bytes; none when they do not. */
const filling = (sizes: Iterable<Size>, target: number): ReadonlyArray<number> => {
  const numbers: Array<number> = []
  let total = 0
  for (const { number, rawBytes } of sizes) {
    numbers.push(number)
    total += rawBytes
    if (total >= target) return numbers
  }
  return []
}

function* looseSizes(session: Session): Generator<Size> {
  const sql = "SELECT number, raw_bytes FROM block WHERE number >= ? ORDER BY number"
  for (const [number, rawBytes] of session.db.iterate<[number, number]>(sql, firstLoose))
    yield { number, rawBytes }
}

/** False when another process packed the block again meanwhile, even if its number is in use again. */
const isUnchanged = (session: Session, { number, data }: StoredBlock): boolean => {
  const now = readBlock(session.db, number)
  return now !== undefined && Buffer.compare(now, data) === 0
}

const liesIn = (session: Session, { hash }: { readonly hash: Uint8Array }, numbers: ReadonlySet<number>) => {
  const block = blockOf(session.db, hash)
  return block !== undefined && numbers.has(block)
}

/** Objects that are moved in one transaction: keeps the lock short. */
const objectsPerMove = 250

/** Objects never come to lie in a block after it was written, so one whose objects were all moved holds none. */
const deleteMoved = (session: Session, blocks: ReadonlyArray<StoredBlock>): void => {
  for (const block of blocks)
    if (isUnchanged(session, block)) session.db.run("DELETE FROM block WHERE number = ?", block.number)
}

/**
 * Moves what lies in these blocks into a new one and deletes them. Cut short, both stay, and every object lies in one of
 * them. Gives up, and returns false, when another process takes the new block away in between.
 */
const move = (
  session: Session,
  blocks: ReadonlyArray<StoredBlock>,
  block: PackedBlock,
  now: number
): boolean => {
  const numbers = new Set(blocks.map(({ number }) => number))
  // Neighbours in the index, so that each transaction writes other pages.
  const entries = [...block.entries].sort((a, b) => leadingBits(a.hash) - leadingBits(b.hash))
  let target: StoredBlock | undefined
  for (let from = 0; from < entries.length; from += objectsPerMove) {
    const slice = entries.slice(from, from + objectsPerMove)
    const moved = commit(session, { now }, () => {
      if (target !== undefined && !isUnchanged(session, target)) return "gone"
      const still = slice.filter((entry) => liesIn(session, entry, numbers))
      const number =
        still.length === 0 ? target?.number : (target?.number ?? insertBlockRow(session.db, block))
      if (number !== undefined) pointAt(session.db, number, still)
      if (from + objectsPerMove >= entries.length) deleteMoved(session, blocks)
      return number === undefined ? undefined : { number, data: block.data }
    })
    if (moved === "gone") return false
    target = moved
  }
  return true
}

/**
 * The objects of a block; none when it is damaged or holds what prune took away: such a block is left as it is, for
 * `check` and `prune`.
 */
const soundObjects = (session: Session, data: Uint8Array): ReadonlyArray<NewObject> => {
  try {
    const objects = objectsOfBlock(data)
    return objects.every(({ hash }) => hasObject(session.db, hash)) ? objects : []
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return []
  }
}

/** Packs blocks into one. Returns the bytes of that; 0 when nothing could be read. */
const packAgain = (session: Session, numbers: ReadonlyArray<number>, now: number): number => {
  const blocks: Array<StoredBlock> = []
  const objects = new Map<string, NewObject>()
  for (const number of numbers) {
    const data = readBlock(session.db, number)
    const found = data === undefined ? [] : soundObjects(session, data)
    if (data === undefined || found.length === 0) continue
    blocks.push({ number, data })
    for (const object of found) objects.set(toHex(object.hash), object)
  }
  if (blocks.length === 0) return 0
  const block = packDense([...objects.values()])
  return move(session, blocks, block, now) ? block.data.length : 0
}

/** Nodes of many backups go into one block: versions of a node compress to the hashes that changed. */
const denseNodeTarget = 1024 * 1024

/** Raw bytes of quick blocks that are packed again for every block of loose ones: the cost follows what is saved. */
const denseBytesPerSeal = 6 * blockTarget

/** So many of the oldest quick blocks are looked at. */
const quickBlocksSeen = 256

const nextQuick = (sizes: ReadonlyArray<Size>): ReadonlyArray<number> => {
  const isSmall = ({ rawBytes }: Size) => rawBytes <= 2 * nodeBlockTarget
  const nodes = filling(sizes.filter(isSmall), denseNodeTarget)
  if (nodes.length > 0) return nodes
  const large = sizes.find((size) => !isSmall(size))
  return large === undefined ? [] : [large.number]
}

const packQuick = (session: Session, now: number): void => {
  let sizes = session.db
    .rows<[number, number]>(
      "SELECT number, raw_bytes FROM block WHERE number < ? ORDER BY number LIMIT ?",
      firstDense,
      quickBlocksSeen
    )
    .map(([number, rawBytes]): Size => ({ number, rawBytes }))
  for (let left = denseBytesPerSeal; left > 0; ) {
    const numbers = new Set(nextQuick(sizes))
    if (numbers.size === 0) return
    packAgain(session, [...numbers], now)
    for (const { number, rawBytes } of sizes) if (numbers.has(number)) left -= rawBytes
    sizes = sizes.filter(({ number }) => !numbers.has(number))
  }
}

/**
 * Packs loose objects into full blocks, in which versions of the same song compress together, and with each of those
 * some quick ones. What does not fill a block stays loose until there is more. Returns the bytes of the new blocks of
 * what was loose.
 */
export const sealLoose = (session: Session, now: number): number => {
  let bytes = 0
  for (;;) {
    const sealed = packAgain(session, filling(looseSizes(session), blockTarget), now)
    if (sealed === 0) return bytes
    bytes += sealed
    packQuick(session, now)
  }
}
