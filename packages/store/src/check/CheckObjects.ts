/** Verifying trees, and what objects that are damaged belong to. */
import {
  type BackupInfo,
  type EntityKey,
  type Entry,
  fromHex,
  type Kind,
  kinds,
  type NodeStore,
  nameOfRecord,
  type ObjectRef,
  objectsOfRecord,
  toHex,
  walkTree
} from "@white-room/core"
import { versionsByEntity } from "../log/EntityEvents.js"
import { latestStates } from "../log/EventTable.js"
import { firstTime } from "../object/HashKeys.js"
import { readInfo, type Session } from "../session/Session.js"
import type { Documents } from "./CheckLog.js"
import { type Findings, reasonOf } from "./Findings.js"
import type { StoredObjects } from "./StoredObjects.js"

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
