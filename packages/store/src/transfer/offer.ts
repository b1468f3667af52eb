import {
  type BackupInfo,
  emptyTree,
  fromHex,
  lookup,
  type NewObject,
  type RestoreSource,
  type TreeChange,
  updateTree
} from "@white-room/core"
import { allBackups, backupById } from "../backup/Catalog.js"
import { objectsBelow } from "../object/objectsBelow.js"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import { commonBase } from "../state/commonBase.js"
import { resolveState } from "../state/States.js"

/** A state of another library, as a source that a restore can name. */
export interface OfferedState {
  /** What the calls of this library take for it. */
  readonly reference: string
  /** The backup it is, unless it is another moment. */
  readonly backup: BackupInfo | undefined
}

/**
 * Keeps the documents of a state of another library and makes it a source for restores of this session.
 * @throws BackupNotFound | MomentNotFound
 */
export const offer = (
  session: Session,
  other: Session,
  reference: RestoreSource,
  from: string,
  now: number
): OfferedState => {
  session.requireWritable()
  const state = resolveState(other, reference)
  const { nodes } = state
  const root = state.root()
  const stager = new Stager(session, now)
  for (const hash of objectsBelow([root], nodes, { documentsOnly: true }).values())
    stager.addLazily(hash, () => other.reader.get(hash).slice())
  stager.finish()
  const label = `${state.label} of ${from}`
  const name = `${from}:${state.backup?.backupId ?? state.label}`
  const earlier = allBackups(other.db)
    .filter(({ position, trigger }) => position <= state.position && trigger !== "imported")
    .map(({ root: hex }) => Buffer.from(hex, "hex"))
  const own = state.backup && backupById(session.db, state.backup.backupId)
  session.offered.set(name, {
    label,
    position: 0,
    backup: undefined,
    origin: own?.backupId ?? label,
    record: (key) => lookup(root, key, nodes),
    root: () => root,
    nodes,
    base: commonBase(session, nodes, earlier.toReversed())
  })
  return { reference: name, backup: state.backup }
}

/** Some entities of a state of another library, all that a restore of them needs. */
export interface OfferedPart {
  /** The state they are of, such as `b31` or `@1234`. */
  readonly state: string
  readonly backup: BackupInfo | undefined
  readonly entities: ReadonlyArray<TreeChange>
  /** Their documents, by the hex of their hashes; all of them were compared with these. */
  readonly documents: ReadonlyMap<string, Uint8Array>
}

/** Keeps the documents of these entities and makes them a source for restores of this session, which has nothing else. */
export const offerEntities = (
  session: Session,
  { state, backup, entities, documents }: OfferedPart,
  from: string,
  now: number
): OfferedState => {
  session.requireWritable()
  const nodes = session.nodeStoreOfAll(new Map<string, NewObject>())
  const root = updateTree(emptyTree(nodes), entities, nodes)
  const stager = new Stager(session, now)
  for (const [hash, bytes] of documents) stager.add({ hash: fromHex(hash), bytes })
  stager.finish()
  const label = `${state} of ${from}`
  const name = `${from}:${state}`
  const own = backup && backupById(session.db, backup.backupId)
  session.offered.set(name, {
    label,
    position: 0,
    backup: undefined,
    origin: own?.backupId ?? label,
    record: (key) => lookup(root, key, nodes),
    root: () => root,
    nodes,
    isPart: true
  })
  return { reference: name, backup }
}
