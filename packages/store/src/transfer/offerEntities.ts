import {
  type BackupInfo,
  emptyTree,
  fromHex,
  type NewObject,
  type TreeChange,
  updateTree
} from "@white-room/core"
import type { Session } from "../session/Session.js"
import { Stager } from "../staging/Stager.js"
import { addSource, type OfferedState } from "./addSource.js"

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
  return addSource(session, `${from}:${state}`, {
    label: `${state} of ${from}`,
    root,
    nodes,
    backup,
    isPart: true
  })
}
