/** Verifying objects: every block opens, every object has the bytes of its name, every tree is whole. */
import {
  type BackupInfo,
  type EntityKey,
  type Entry,
  extentsOfBody,
  fromHex,
  type Kind,
  kinds,
  type NodeStore,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  openBlock,
  toHex,
  walkTree
} from "@white-room/core"
import { versionsByEntity } from "../log/EntityEvents.js"
import { latestStates } from "../log/EventTable.js"
import { brotli } from "../object/Compression.js"
import { allDamaged } from "../object/Damaged.js"
import { firstTime, hashKey, keyOfBytes } from "../object/HashKeys.js"
import { readInfo, type Session } from "../session/Session.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"
import type { Documents } from "./CheckLog.js"
import { type Findings, reasonOf } from "./Findings.js"
import { StoredObjects } from "./StoredObjects.js"

interface Place {
  readonly hash: Uint8Array
  readonly offset: number
  readonly length: number
}

/** Whether a block says that an object lies there; never, when it says what cannot be. */
const listedIn = (body: Uint8Array): ((place: Place) => boolean) => {
  const lengths = new Map<number, number>()
  // Objects without bytes lie where others do.
  const empty = new Set<number>()
  try {
    for (const { offset, length } of extentsOfBody(body))
      if (length === 0) empty.add(offset)
      else lengths.set(offset, length)
  } catch (error) {
    reasonOf(error)
  }
  return ({ offset, length }) => (length === 0 ? empty.has(offset) : lengths.get(offset) === length)
}

const checkBlock = (
  session: Session,
  number: number,
  places: ReadonlyArray<Place>,
  stored: StoredObjects,
  findings: Findings
): void => {
  const row = session.db.row<[unknown, unknown]>("SELECT raw_bytes, data FROM block WHERE number = ?", number)
  let body: Uint8Array
  try {
    if (row === undefined) {
      for (const { hash } of places) findings.badObject(hash, `block ${number} is missing`)
      return
    }
    body = openBlock(bytesOf(row[1], "block"), brotli)
  } catch (error) {
    for (const { hash } of places) findings.badObject(hash, `block ${number}: ${reasonOf(error)}`)
    if (places.length > 0) return
    findings.add(`block ${number}`, reasonOf(error))
    findings.rubbish.add(number)
    return
  }
  findings.bytes += body.length
  if (row[0] !== body.length) {
    findings.add(`block ${number}`, "its length is not what its row says")
    findings.wrongLengths.set(number, body.length)
  }
  const isListed = listedIn(body)
  const sound = new Map<string, Uint8Array>()
  for (const place of places) {
    findings.objects++
    const { hash, offset, length } = place
    const key = hashKey(hash)
    const bytes = body.subarray(offset, offset + length)
    if (bytes.length !== length || keyOfBytes(bytes) !== key)
      findings.badObject(hash, `block ${number}: an object does not have the bytes of its name`)
    else if (!isListed(place))
      findings.badObject(hash, `block ${number}: it does not say that the object is there`)
    else sound.set(key, bytes)
  }
  stored.keepNodes(sound, body.length)
}

/** What lies in each block of which objects tell, one block at a time; the names of objects are added to `stored`. */
function* blocksOfObjects(
  session: Session,
  stored: StoredObjects,
  findings: Findings
): Generator<readonly [number: number, places: ReadonlyArray<Place>]> {
  let number: number | undefined
  let places: Array<Place> = []
  // What is remembered as damaged is looked at again: the disk may have come back.
  for (const [hash, block, offset, length] of session.db.iterate<ReadonlyArray<unknown>>(
    `SELECT hash, block, offset, length FROM object
     UNION ALL SELECT hash, block, offset, length FROM damaged_object WHERE block IS NOT NULL ORDER BY block`
  )) {
    if (!(hash instanceof Uint8Array)) {
      findings.add(`block ${String(block)}`, "the name of an object in it is not a hash")
      continue
    }
    stored.add(hash)
    try {
      const place = { hash, offset: wholeOf(offset, "object"), length: wholeOf(length, "object") }
      if (block !== number) {
        if (number !== undefined) yield [number, places]
        number = wholeOf(block, "object")
        places = []
      }
      places.push(place)
    } catch (error) {
      findings.badObject(hash, `its place is lost: ${reasonOf(error)}`)
    }
  }
  if (number !== undefined) yield [number, places]
}

/** Every block, and what objects say of it. */
function* allBlocks(
  session: Session,
  stored: StoredObjects,
  findings: Findings
): Generator<readonly [number: number, places: ReadonlyArray<Place>]> {
  yield* blocksOfObjects(session, stored, findings)
  const empty =
    "SELECT number FROM block WHERE number NOT IN (SELECT block FROM object WHERE block IS NOT NULL)"
  for (const [number] of session.db.iterate<[number]>(empty)) yield [number, []]
}

/** Opens the blocks for which `chosen` says so and re-hashes what is in them, one block a step. */
export function* checkBlocks(
  session: Session,
  findings: Findings,
  chosen: (block: number) => boolean,
  onBlock: (done: number, total: number) => void
): Generator<void, StoredObjects> {
  const stored = new StoredObjects()
  for (const { hash, reason, place } of allDamaged(session.db))
    if (place === undefined || !chosen(place.block)) findings.badObject(hash, reason)
  const total = session.db.row<[number]>("SELECT count(*) FROM block")?.[0] ?? 0
  let done = 0
  for (const [number, places] of allBlocks(session, stored, findings)) {
    if (chosen(number)) checkBlock(session, number, places, stored, findings)
    onBlock(Math.min(++done, total), total)
    yield
  }
  return stored
}

/** Looks up documents among what is stored, and notes those of current records that are not there. */
export const documentsIn = (stored: StoredObjects, findings: Findings): Documents => ({
  has: (documents) => {
    for (const { hash } of documents) if (!stored.has(hash)) return false
    return true
  },
  need: (documents) => {
    for (const { hash } of documents) if (!stored.has(hash)) findings.badObject(hash, "a document is missing")
  }
})

/**
 * Walks every tree once, shared parts once: the current one and that of every backup. Every record in them needs its documents.
 * That the trees are what the log says is for `checkLog`.
 */
export const checkTrees = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  store: NodeStore,
  { need }: Documents,
  findings: Findings
): void => {
  const visitor = {
    node: firstTime(),
    entry: (_kind: Kind, _entry: Entry, documents: ReadonlyArray<ObjectRef>) => need(documents),
    damage: (hash: Uint8Array, _: Kind | undefined, error: unknown) =>
      findings.badObject(hash, reasonOf(error))
  }
  for (const root of [readInfo(session.db).treeRoot, ...backups.map((backup) => fromHex(backup.root))])
    walkTree(root, store, visitor)
}

/** What is wrong with an event is found, and named, by `checkLog`. */
const leaveToTheLog = (error: unknown): void => void reasonOf(error)

const nameOf = (key: EntityKey, record: Uint8Array): string => {
  const name = nameOfRecord(key.kind, record)
  return name === "" ? `${key.kind} ${key.id}` : `${key.kind} ${name} (${key.id})`
}

interface Owners {
  readonly backups: Set<string>
  readonly entities: Set<string>
}

/** What of a backup needs bad objects: documents by name, and lost nodes as the backup itself. */
const ownersInBackup = (
  session: Session,
  backup: BackupInfo,
  findings: Findings,
  owners: Map<string, Owners>
): void => {
  const store = session.nodeStore(new Map())
  const note = (hash: string, entity?: string) => {
    const owner = owners.get(hash)
    owner?.backups.add(`b${backup.number}`)
    if (entity !== undefined) owner?.entities.add(entity)
  }
  walkTree(fromHex(backup.root), store, {
    node: (hash) => {
      if (!findings.badObjects.has(toHex(hash))) return true
      note(toHex(hash))
      return false
    },
    entry: (kind, entry, documents) => {
      for (const ref of documents) note(toHex(ref.hash), nameOf({ kind, id: entry.id }, entry.record))
    },
    damage: (hash) => note(toHex(hash))
  })
}

/** Turns bad objects into damage that names backups and songs. Reads all trees again, so only when there is any. */
export const explainObjects = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  findings: Findings
): void => {
  if (findings.badObjects.size === 0) return
  const owners = new Map<string, Owners>()
  for (const hash of findings.badObjects.keys()) owners.set(hash, { backups: new Set(), entities: new Set() })
  for (const backup of backups) ownersInBackup(session, backup, findings, owners)
  nameLiveOwners(session, owners)
  nameLoggedOwners(session, owners)
  for (const [hash, reason] of findings.badObjects) {
    const owner = owners.get(hash)
    findings.add(
      `object ${hash.slice(0, 12)}`,
      reason,
      [...(owner?.backups ?? [])],
      [...(owner?.entities ?? [])]
    )
  }
}

const nameLiveOwners = (session: Session, owners: Map<string, Owners>): void => {
  for (const { kind, id, record } of latestStates(session.db, kinds, leaveToTheLog)) {
    if (record === null) continue
    try {
      for (const ref of objectsOfRecord(kind, record))
        owners.get(toHex(ref.hash))?.entities.add(nameOf({ kind, id }, record))
    } catch (error) {
      leaveToTheLog(error)
    }
  }
}

/** Objects that only older versions in the log need are named by those. */
const nameLoggedOwners = (session: Session, owners: Map<string, Owners>): void => {
  const open = new Set([...owners].filter(([, owner]) => owner.entities.size === 0).map(([hash]) => hash))
  if (open.size === 0) return
  for (const { kind, id, record } of versionsByEntity(session.db, leaveToTheLog)) {
    if (record === undefined) continue
    try {
      for (const ref of objectsOfRecord(kind, record))
        if (open.has(toHex(ref.hash))) owners.get(toHex(ref.hash))?.entities.add(nameOf({ kind, id }, record))
    } catch (error) {
      leaveToTheLog(error)
    }
  }
}
