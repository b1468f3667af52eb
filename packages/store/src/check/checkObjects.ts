/** Verifying objects: every block opens, every object has the bytes of its name, every tree is whole. */
import {
  type BackupInfo,
  type EntityKey,
  equalBytes,
  fromHex,
  type Kind,
  kinds,
  nameOfRecord,
  objectsOfRecord,
  openBlock,
  toHex,
  walkTree
} from "@white-room/core"
import { bytesOf, textOf, wholeOf } from "../db/cells.js"
import { readInfo, type Session } from "../library/Session.js"
import { latestStates } from "../log/events.js"
import { brotli, sha256 } from "../object/compression.js"
import { type Findings, reasonOf } from "./Findings.js"

interface Place {
  readonly hash: Uint8Array
  readonly offset: number
  readonly length: number
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
  for (const { hash, offset, length } of places) {
    findings.objects++
    if (offset + length > body.length || !equalBytes(sha256(body.subarray(offset, offset + length)), hash))
      findings.badObject(hash, `block ${number}: an object does not have the bytes of its name`)
  }
}

/** Which objects lie in which block, of all blocks and all objects there are. */
const placesOf = (session: Session, findings: Findings): ReadonlyMap<number, ReadonlyArray<Place>> => {
  const places = new Map<number, Array<Place>>()
  for (const [number] of session.db.iterate<[number]>("SELECT number FROM block")) places.set(number, [])
  for (const [hash, block, offset, length] of session.db.iterate<ReadonlyArray<unknown>>(
    "SELECT hash, block, offset, length FROM object"
  )) {
    if (!(hash instanceof Uint8Array)) {
      findings.add(`block ${String(block)}`, "the name of an object in it is no hash")
      continue
    }
    try {
      const place = { hash, offset: wholeOf(offset, "object"), length: wholeOf(length, "object") }
      const number = wholeOf(block, "object")
      const known = places.get(number)
      if (known !== undefined) known.push(place)
      else places.set(number, [place])
    } catch (error) {
      findings.badObject(hash, `its place is lost: ${reasonOf(error)}`)
    }
  }
  return places
}

/** Opens the blocks for which `chosen` says so and re-hashes what is in them, one block a step. */
export function* checkBlocks(
  session: Session,
  findings: Findings,
  chosen: (block: number) => boolean,
  onBlock: (done: number, total: number) => void
): Generator<void> {
  const places = placesOf(session, findings)
  let done = 0
  for (const [number, list] of places) {
    if (chosen(number)) checkBlock(session, number, list, findings)
    onBlock(++done, places.size)
    yield
  }
}

/**
 * Walks every tree once, shared parts once, and notes objects that are needed and not there: by the current tree, by
 * what came after it in the log, and by every backup. That the trees are what the log says is for `checkLog`.
 */
export const checkTrees = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  findings: Findings
): void => {
  const store = session.nodeStore(new Map())
  const known = new Set<string>()
  for (const [hash] of session.db.iterate<[unknown]>("SELECT hash FROM object"))
    if (hash instanceof Uint8Array) known.add(latin1(hash))
  const seen = new Set<string>()
  const need = (kind: Kind, record: Uint8Array) => {
    for (const { hash } of objectsOfRecord(kind, record))
      if (!known.has(latin1(hash))) findings.badObject(hash, "a document is missing")
  }
  const visitor = {
    node: (hash: Uint8Array) => {
      const name = latin1(hash)
      return !seen.has(name) && seen.add(name) !== undefined
    },
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
  const { treeRoot, treePosition } = readInfo(session.db)
  for (const root of [treeRoot, ...backups.map((backup) => fromHex(backup.root))])
    walkTree(root, store, visitor)
  for (const { kind, position, record } of latestStates(session.db, kinds, leaveToTheLog)) {
    if (record === null || position <= treePosition) continue
    try {
      need(kind, record)
    } catch (error) {
      leaveToTheLog(error)
    }
  }
}

/** What is wrong with an event is found, and named, by `checkLog`. */
const leaveToTheLog = (error: unknown): void => void reasonOf(error)

const latin1 = (hash: Uint8Array): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString("latin1")

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
  for (const [subject, id, type, stored] of session.db.iterate<[number, unknown, unknown, unknown]>(
    "SELECT subject, entity_id, type, payload FROM event_log WHERE subject BETWEEN 1 AND 3"
  )) {
    const kind = kinds[subject - 1]
    if (kind === undefined || String(type).endsWith("Deleted")) continue
    try {
      const payload = bytesOf(stored, "event")
      for (const ref of objectsOfRecord(kind, payload))
        if (open.has(toHex(ref.hash)))
          owners.get(toHex(ref.hash))?.entities.add(nameOf({ kind, id: textOf(id, "event") }, payload))
    } catch (error) {
      leaveToTheLog(error)
    }
  }
}
