/** Verifying objects: every block opens, every object has the bytes of its name, every tree is whole. */
import {
  type BackupInfo,
  type EntityKey,
  equalBytes,
  extentsOfBody,
  fromHex,
  type Kind,
  kinds,
  nameOfRecord,
  objectsOfRecord,
  openBlock,
  toHex,
  walkTree
} from "@white-room/core"
import { versionsByEntity } from "../log/EntityEvents.js"
import { latestStates } from "../log/EventTable.js"
import { brotli, sha256 } from "../object/Compression.js"
import { firstTime, hashKey } from "../object/HashKeys.js"
import { readInfo, type Session } from "../session/Session.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"
import type { NeedRecord } from "./CheckLog.js"
import { type Findings, reasonOf } from "./Findings.js"

interface Place {
  readonly hash: Uint8Array
  readonly offset: number
  readonly length: number
}

/** Where a block says that its objects lie; nowhere, when it says what cannot be. */
const listedIn = (body: Uint8Array): ReadonlySet<string> => {
  try {
    return new Set(extentsOfBody(body).map(({ offset, length }) => `${offset} ${length}`))
  } catch (error) {
    reasonOf(error)
    return new Set()
  }
}

const checkBlock = (
  session: Session,
  number: number,
  places: ReadonlyArray<Place>,
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
    if (places.length === 0) findings.add(`block ${number}`, reasonOf(error))
    return
  }
  findings.bytes += body.length
  if (row[0] !== body.length) findings.add(`block ${number}`, "its length is not what its row says")
  const listed = listedIn(body)
  for (const { hash, offset, length } of places) {
    findings.objects++
    if (offset + length > body.length || !equalBytes(sha256(body.subarray(offset, offset + length)), hash))
      findings.badObject(hash, `block ${number}: an object does not have the bytes of its name`)
    else if (!listed.has(`${offset} ${length}`))
      findings.badObject(hash, `block ${number}: it does not say that the object is there`)
  }
}

/** The names of all objects there are. */
export type KnownObjects = ReadonlySet<string>

/** Which objects lie in which block, of all blocks and all objects there are; their names are added to `known`. */
const placesOf = (
  session: Session,
  known: Set<string>,
  findings: Findings
): ReadonlyMap<number, ReadonlyArray<Place>> => {
  const places = new Map<number, Array<Place>>()
  for (const [number] of session.db.iterate<[number]>("SELECT number FROM block")) places.set(number, [])
  for (const [hash, block, offset, length] of session.db.iterate<ReadonlyArray<unknown>>(
    "SELECT hash, block, offset, length FROM object"
  )) {
    if (!(hash instanceof Uint8Array)) {
      findings.add(`block ${String(block)}`, "the name of an object in it is not a hash")
      continue
    }
    known.add(hashKey(hash))
    try {
      const place = { hash, offset: wholeOf(offset, "object"), length: wholeOf(length, "object") }
      const number = wholeOf(block, "object")
      const others = places.get(number)
      if (others !== undefined) others.push(place)
      else places.set(number, [place])
    } catch (error) {
      findings.badObject(hash, `its place is lost: ${reasonOf(error)}`)
    }
  }
  return places
}

/** Opens the blocks for which `chosen` says so and re-hashes what is in them, one block a step. Returns all names. */
export function* checkBlocks(
  session: Session,
  findings: Findings,
  chosen: (block: number) => boolean,
  onBlock: (done: number, total: number) => void
): Generator<void, KnownObjects> {
  const known = new Set<string>()
  const places = placesOf(session, known, findings)
  let done = 0
  for (const [number, list] of places) {
    if (chosen(number)) checkBlock(session, number, list, findings)
    onBlock(++done, places.size)
    yield
  }
  return known
}

/** Notes objects of a record that are not there. */
export const needRecord =
  (known: KnownObjects, findings: Findings): NeedRecord =>
  (kind, record) => {
    for (const { hash } of objectsOfRecord(kind, record))
      if (!known.has(hashKey(hash))) findings.badObject(hash, "a document is missing")
  }

/**
 * Walks every tree once, shared parts once: the current one and that of every backup. `need` is told of every record.
 * That the trees are what the log says is for `checkLog`.
 */
export const checkTrees = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  need: NeedRecord,
  findings: Findings
): void => {
  const store = session.nodeStore(new Map())
  const visitor = {
    node: firstTime(),
    entry: (kind: Kind, entry: { readonly record: Uint8Array }) => {
      try {
        need(kind, entry.record)
      } catch (error) {
        findings.add(`a record of a ${kind}`, reasonOf(error))
      }
    },
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
    entry: (kind, entry) => {
      for (const ref of objectsOfRecord(kind, entry.record))
        note(toHex(ref.hash), nameOf({ kind, id: entry.id }, entry.record))
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
