import {
  type BackupInfo,
  type BackupTaken,
  fromHex,
  isWhiteRoomError,
  type NodeStore,
  type ObjectRef,
  rootOf,
  takenOfBackup,
  toHex,
  treeInspector
} from "@white-room/core"
import { type Damage, reasonOf } from "../check/Findings.js"
import { hashKey } from "../object/HashKeys.js"
import { objectsBelow } from "../object/objectsBelow.js"
import { hashesInStorageOrder } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import { ObjectUnreadable } from "./BundleWriter.js"
import { incompleteId, incompleteTag, wholePart } from "./WholePart.js"

/** A backup as it is copied: as it is, or without what is damaged here. */
export interface PartToCopy {
  readonly backup: BackupInfo
  readonly taken: BackupTaken
  readonly entities: number
  readonly nodes: NodeStore
  /** The objects that the base lacks. */
  readonly hashes: ReadonlyArray<Uint8Array>
  /** What it lacks. */
  readonly damage: Damage | undefined
}

const newObjects = (root: Uint8Array, nodes: NodeStore, known: Set<string>): ReadonlyArray<Uint8Array> => {
  try {
    return [...objectsBelow([root], nodes, { known }).values()]
  } catch (error) {
    throw new ObjectUnreadable(root, error)
  }
}

/** The keys of those that cannot be read, with the reasons. */
const unreadableOf = (session: Session, hashes: ReadonlyArray<Uint8Array>): ReadonlyMap<string, string> => {
  const unreadable = new Map<string, string>()
  for (const hash of hashesInStorageOrder(session.db, hashes))
    try {
      session.reader.get(hash)
    } catch (error) {
      if (!isWhiteRoomError(error)) throw error
      unreadable.set(hashKey(hash), reasonOf(error))
    }
  return unreadable
}

/** The documents that a backup names, and what of it cannot be read. */
const inspect = (session: Session, root: Uint8Array, nodes: NodeStore) => {
  const documents = new Map<string, Uint8Array>()
  treeInspector(nodes, ({ hash }) => void documents.set(hashKey(hash), hash))(root)
  const unreadable = unreadableOf(session, [...documents.values()])
  const document = ({ hash }: ObjectRef) => {
    if (unreadable.has(hashKey(hash))) session.reader.get(hash)
  }
  return { document, problems: treeInspector(nodes, document)(root) }
}

/** Of a backup that is damaged here, what is whole, under an id of its own: the whole one may be copied later. */
const partOf = (session: Session, backup: BackupInfo, known: Set<string>): PartToCopy | undefined => {
  const nodes = session.nodeStore(new Map())
  const { document, problems } = inspect(session, fromHex(backup.root), nodes)
  const [first] = problems
  if (first === undefined) return undefined
  const part = wholePart(fromHex(backup.root), nodes, document)
  const { song, performance, preferences } = rootOf(part.root, part.nodes)
  const whole = takenOfBackup(backup)
  return {
    backup,
    taken: {
      ...whole,
      backupId: incompleteId(backup.backupId, part.root),
      root: part.root,
      tags: [...new Set([...backup.tags, incompleteTag])],
      songs: song.count,
      performances: performance.count,
      preferences: preferences.count,
      size: song.bytes + performance.bytes + preferences.bytes
    },
    entities: part.entities,
    nodes: part.nodes,
    hashes: newObjects(part.root, part.nodes, known),
    damage: {
      what: "backup",
      reason: reasonOf(first.error),
      backups: [`b${backup.number}`],
      entities: problems.flatMap(({ entity }) =>
        entity === undefined ? [] : [`${entity.kind} ${entity.name || entity.id} (${entity.id})`]
      )
    }
  }
}

/**
 * Backups as they can be copied to where `known` is, which then has them too.
 * @param mayLack what cannot be read is left out, each song for itself
 * @throws ObjectUnreadable when a tree cannot be read and nothing may lack
 */
export const partsToCopy = (
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  known: Set<string>,
  mayLack: boolean
): ReadonlyArray<PartToCopy> => {
  const nodes = session.nodeStore(new Map())
  return backups.map((backup) => {
    const part = mayLack ? partOf(session, backup, known) : undefined
    if (part !== undefined) return part
    const taken = takenOfBackup(backup)
    return {
      backup,
      taken,
      // An empty backup is whole too.
      entities: Math.max(1, backup.songs + backup.performances + backup.preferences),
      nodes,
      hashes: newObjects(taken.root, nodes, known),
      damage: undefined
    }
  })
}

/** Finds the nodes of all parts, those that were made for one included. */
export const nodesOfParts = (session: Session, parts: ReadonlyArray<PartToCopy>): NodeStore => {
  const made = new Map<string, NodeStore>()
  for (const { nodes, hashes, damage } of parts)
    if (damage !== undefined) for (const hash of hashes) made.set(toHex(hash), nodes)
  const own = session.nodeStore(new Map())
  return { ...own, get: (hash) => (made.get(toHex(hash)) ?? own).get(hash) }
}
