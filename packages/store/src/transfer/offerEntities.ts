import {
  type BackupInfo,
  emptyTree,
  fromHex,
  lookup,
  type NewObject,
  type TreeChange,
  updateTree
} from "@white-room/core"
import { backupById } from "../backup/Catalog.js"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import type { OfferedState } from "./offer.js"

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
